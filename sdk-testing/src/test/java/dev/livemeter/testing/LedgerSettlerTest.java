package dev.livemeter.testing;

import dev.livemeter.testing.contract.SettlementScenarios;
import java.time.InstantSource;

class LedgerSettlerTest extends SettlementScenarios {

    @Override
    protected BundledBooks create(InstantSource time) {
        var books = InMemoryBooks.shared(time);
        return new BundledBooks(books.ledgerStore(), books, books.sessions(), books);
    }
}
