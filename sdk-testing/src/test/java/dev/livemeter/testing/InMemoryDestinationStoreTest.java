package dev.livemeter.testing;

import dev.livemeter.spi.DestinationStore;
import dev.livemeter.testing.contract.DestinationStoreContract;

class InMemoryDestinationStoreTest extends DestinationStoreContract {

    @Override
    protected DestinationStore create() {
        return InMemoryStorage.create().destinations();
    }
}
