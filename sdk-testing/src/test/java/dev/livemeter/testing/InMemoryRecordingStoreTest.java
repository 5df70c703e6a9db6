package dev.livemeter.testing;

import dev.livemeter.spi.RecordingStore;
import dev.livemeter.testing.contract.RecordingStoreContract;

class InMemoryRecordingStoreTest extends RecordingStoreContract {
    @Override
    protected RecordingStore create() {
        return InMemoryStorage.create().recordings().orElseThrow();
    }
}
