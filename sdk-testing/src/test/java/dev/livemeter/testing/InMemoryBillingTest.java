package dev.livemeter.testing;

import dev.livemeter.billing.LedgerStore;
import dev.livemeter.testing.contract.BillingScenarios;

class InMemoryBillingTest extends BillingScenarios {

    @Override
    protected LedgerStore create() {
        return new InMemoryLedgerStore();
    }
}
