package dev.livemeter.testing;

import dev.livemeter.spi.CallStore;
import dev.livemeter.testing.contract.CallStoreContract;

class InMemoryCallStoreTest extends CallStoreContract {
    @Override
    protected CallStore create() {
        return InMemoryStorage.create().calls().orElseThrow();
    }
}
