package dev.livemeter.testing;

import dev.livemeter.billing.ReportStore;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.contract.ReportStoreContract;

final class InMemoryReportStoreTest extends ReportStoreContract {

    private InMemoryBooks books = InMemoryBooks.create(ManualTime.create());

    @Override
    protected void empty(ManualTime time) {
        books = InMemoryBooks.create(time);
    }

    @Override
    protected ReportStore reports() {
        return books.reportStore();
    }

    @Override
    protected SessionStore sessions() {
        return books.sessions();
    }

    @Override
    protected DeliveryStore deliveries() {
        return books.deliveries();
    }

    @Override
    protected Wallet wallet() {
        return books;
    }
}
