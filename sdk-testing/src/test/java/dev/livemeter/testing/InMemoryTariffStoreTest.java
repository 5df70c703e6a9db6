package dev.livemeter.testing;

import dev.livemeter.spi.TariffStore;
import dev.livemeter.testing.contract.TariffStoreContract;

class InMemoryTariffStoreTest extends TariffStoreContract {

    @Override
    protected TariffStore create() {
        return InMemoryTariffStore.create();
    }
}
