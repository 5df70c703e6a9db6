package dev.livemeter.testing;

import dev.livemeter.testing.contract.BundleContract;
import java.time.InstantSource;

class InMemoryBundlesTest extends BundleContract {

    @Override
    protected BundledBooks create(InstantSource time) {
        var books = InMemoryBooks.shared(time);
        return new BundledBooks(books.ledgerStore(), books, books.sessions(), books);
    }
}
