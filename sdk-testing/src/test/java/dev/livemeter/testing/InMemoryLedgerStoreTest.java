package dev.livemeter.testing;

import dev.livemeter.billing.LedgerStore;
import dev.livemeter.testing.contract.LedgerStoreContract;

class InMemoryLedgerStoreTest extends LedgerStoreContract {

    @Override
    protected LedgerStore create() {
        return new InMemoryLedgerStore();
    }
}
