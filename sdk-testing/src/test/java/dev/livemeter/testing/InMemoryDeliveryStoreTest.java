package dev.livemeter.testing;

import dev.livemeter.spi.Storage;
import dev.livemeter.testing.contract.DeliveryStoreContract;

class InMemoryDeliveryStoreTest extends DeliveryStoreContract {

    @Override
    protected Storage create() {
        return InMemoryStorage.create();
    }
}
