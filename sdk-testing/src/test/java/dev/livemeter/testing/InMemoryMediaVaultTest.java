package dev.livemeter.testing;

import dev.livemeter.spi.MediaVault;
import dev.livemeter.testing.contract.MediaVaultContract;

class InMemoryMediaVaultTest extends MediaVaultContract {
    @Override
    protected MediaVault create() {
        return InMemoryMediaVault.create();
    }
}
