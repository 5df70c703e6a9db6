package dev.livemeter.jdbc;

import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import java.util.function.Function;

/** The books on SQL. */
final class JdbcLedgerStore implements LedgerStore {

    private final Database database;

    JdbcLedgerStore(Database database) {
        this.database = database;
    }

    @Override
    public <T> T read(Function<LedgerReader, T> questions) {
        return database.read(handle -> questions.apply(new JdbcLedgerTransaction(handle)));
    }

    @Override
    public <T> T transact(Function<LedgerTransaction, T> work) {
        return database.writeOrFind(handle -> work.apply(new JdbcLedgerTransaction(handle)));
    }
}
