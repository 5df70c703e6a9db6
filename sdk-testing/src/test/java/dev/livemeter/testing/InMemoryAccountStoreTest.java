package dev.livemeter.testing;

import dev.livemeter.spi.AccountStore;
import dev.livemeter.testing.contract.AccountStoreContract;

class InMemoryAccountStoreTest extends AccountStoreContract {
    @Override
    protected AccountStore create() {
        return InMemoryStorage.create().accounts().orElseThrow();
    }
}
