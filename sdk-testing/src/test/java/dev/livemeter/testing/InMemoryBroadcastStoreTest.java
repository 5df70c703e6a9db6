package dev.livemeter.testing;

import dev.livemeter.spi.BroadcastStore;
import dev.livemeter.testing.contract.BroadcastStoreContract;

class InMemoryBroadcastStoreTest extends BroadcastStoreContract {

    @Override
    protected BroadcastStore create() {
        return InMemoryStorage.create().broadcasts().orElseThrow();
    }
}
