package dev.livemeter.testing;

import dev.livemeter.billing.LedgerStore;
import dev.livemeter.testing.contract.LedgerStorm;

class InMemoryLedgerStormTest extends LedgerStorm {

    @Override
    protected LedgerStore create() {
        return new InMemoryLedgerStore();
    }
}
