package dev.livemeter.jdbc;

import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.SettlementStore;
import dev.livemeter.billing.SettlementTransaction;
import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** The books on SQL, alone and together with the sessions. */
final class JdbcLedgerStore implements LedgerStore, SettlementStore {

    private final Database database;

    JdbcLedgerStore(Database database) {
        this.database = database;
    }

    @Override
    public <T> T read(Function<LedgerReader, T> questions) {
        return database.read(
                handle -> questions.apply(new JdbcLedgerReader(handle, new Statements(handle, database.dialect()))));
    }

    @Override
    public <T> T transact(Function<LedgerTransaction, T> work) {
        return unit(work::apply);
    }

    @Override
    public <T> T settle(Function<SettlementTransaction, T> work) {
        return unit(work::apply);
    }

    @Override
    public List<Bundle> bundles(UserId owner, Instant after) {
        return database.ask(handle ->
                new JdbcLedgerReader(handle, new Statements(handle, database.dialect())).bundles(owner, after));
    }

    private <T> T unit(Function<JdbcLedgerTransaction, T> work) {
        return database.unit((handle, statements) -> work.apply(new JdbcLedgerTransaction(handle, statements)));
    }
}
