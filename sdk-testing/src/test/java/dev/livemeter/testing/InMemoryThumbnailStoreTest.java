package dev.livemeter.testing;

import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.testing.contract.ThumbnailStoreContract;

class InMemoryThumbnailStoreTest extends ThumbnailStoreContract {

    @Override
    protected ThumbnailStore create() {
        return new InMemoryThumbnailStore();
    }
}
