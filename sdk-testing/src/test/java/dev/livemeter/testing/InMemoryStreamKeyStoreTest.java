package dev.livemeter.testing;

import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.testing.contract.StreamKeyStoreContract;

class InMemoryStreamKeyStoreTest extends StreamKeyStoreContract {

    @Override
    protected StreamKeyStore create() {
        return InMemoryStorage.create().streamKeys();
    }
}
