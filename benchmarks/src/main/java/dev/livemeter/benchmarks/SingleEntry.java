package dev.livemeter.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Naive books with one table of balances and one of charges. */
final class SingleEntry implements NaiveBooks {

    @Override
    public void create(BenchDatabase database, int wallets) throws SQLException {
        try (var connection = database.connect()) {
            NaiveBooks.makeDurable(database, connection);
            NaiveBooks.execute(
                    connection,
                    "CREATE TABLE simple_wallet (id INT PRIMARY KEY, micros BIGINT NOT NULL CHECK (micros >= 0))",
                    "CREATE TABLE simple_charge (id " + NaiveBooks.identity(database)
                            + ", wallet INT NOT NULL REFERENCES simple_wallet (id), micros BIGINT NOT NULL,"
                            + " charged_at TIMESTAMP(6) NOT NULL)");
            NaiveBooks.fill(connection, "INSERT INTO simple_wallet VALUES (?, ?)", 1, wallets, OPENING_MICROS);
        }
    }

    @Override
    public Load.Worker charger(BenchDatabase database, int wallets, long seed) throws SQLException {
        return new SingleCharger(database.connect(), wallets, seed);
    }

    @Override
    public void prove(BenchDatabase database, int wallets) throws SQLException {
        try (var connection = database.connect()) {
            var charges = NaiveBooks.number(connection, "SELECT COUNT(*) FROM simple_charge");
            NaiveBooks.requireEqual(
                    "Left in the wallets of the naive books",
                    NaiveBooks.number(connection, "SELECT SUM(micros) FROM simple_wallet"),
                    wallets * OPENING_MICROS - charges * CHARGE_MICROS);
        }
    }

    private static final class SingleCharger extends Charger {

        private final PreparedStatement select;
        private final PreparedStatement update;
        private final PreparedStatement insert;

        SingleCharger(Connection connection, int wallets, long seed) throws SQLException {
            super(connection, wallets, seed);
            select = prepare("SELECT micros FROM simple_wallet WHERE id = ? FOR UPDATE");
            update = prepare("UPDATE simple_wallet SET micros = ? WHERE id = ?");
            insert = prepare("INSERT INTO simple_charge (wallet, micros, charged_at) VALUES (?, ?, CURRENT_TIMESTAMP)");
        }

        @Override
        void charge(int wallet) throws SQLException {
            set(update, wallet, locked(select, wallet) - CHARGE_MICROS);
            insert.setInt(1, wallet);
            insert.setLong(2, CHARGE_MICROS);
            insert.executeUpdate();
        }
    }
}
