package dev.livemeter.testing;

import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.SettlementStore;
import dev.livemeter.billing.SettlementTransaction;
import java.util.function.Function;

/** Books and sessions in memory, in one unit of work. Thread-safe. */
final class InMemorySettlementStore implements SettlementStore {

    private final InMemoryLedgerStore books;
    private final InMemorySessionStore sessions;

    InMemorySettlementStore(InMemoryLedgerStore books, InMemorySessionStore sessions) {
        this.books = books;
        this.sessions = sessions;
    }

    @Override
    public <T> T settle(Function<SettlementTransaction, T> work) {
        return books.settle(sessions, work);
    }

    @Override
    public <T> T read(Function<LedgerReader, T> questions) {
        return books.read(questions);
    }
}
