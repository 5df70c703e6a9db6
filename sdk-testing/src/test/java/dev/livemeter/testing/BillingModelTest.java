package dev.livemeter.testing;

import dev.livemeter.billing.LedgerStore;
import dev.livemeter.testing.contract.BillingModelCheck;

class BillingModelTest extends BillingModelCheck {

    @Override
    protected LedgerStore create() {
        return new InMemoryLedgerStore();
    }
}
