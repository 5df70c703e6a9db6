package dev.livemeter.testing;

import dev.livemeter.spi.RoomStore;
import dev.livemeter.testing.contract.RoomStoreContract;

class InMemoryRoomStoreTest extends RoomStoreContract {
    @Override
    protected RoomStore create() {
        return InMemoryStorage.create().rooms().orElseThrow();
    }
}
