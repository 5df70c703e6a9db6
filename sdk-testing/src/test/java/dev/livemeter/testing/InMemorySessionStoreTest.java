package dev.livemeter.testing;

import dev.livemeter.spi.SessionStore;
import dev.livemeter.testing.contract.SessionStoreContract;

class InMemorySessionStoreTest extends SessionStoreContract {

    @Override
    protected SessionStore create() {
        return InMemoryStorage.create().sessions();
    }
}
