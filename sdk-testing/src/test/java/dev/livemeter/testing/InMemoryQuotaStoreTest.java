package dev.livemeter.testing;

import dev.livemeter.spi.QuotaStore;
import dev.livemeter.testing.contract.QuotaStoreContract;

class InMemoryQuotaStoreTest extends QuotaStoreContract {
    @Override
    protected QuotaStore create() {
        return InMemoryStorage.create().quotas().orElseThrow();
    }
}
