package dev.livemeter.testing;

import dev.livemeter.spi.BanStore;
import dev.livemeter.testing.contract.BanStoreContract;

class InMemoryBanStoreTest extends BanStoreContract {
    @Override
    protected BanStore create() {
        return InMemoryStorage.create().bans().orElseThrow();
    }
}
