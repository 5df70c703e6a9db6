package dev.livemeter.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Naive books with double entry: of each charge 70 % goes to one of a hundred payees and the rest to the operator, with a running balance of each.
 */
final class DoubleEntry implements NaiveBooks {

    private static final int PAYEES = 100;
    private static final long SHARE_MICROS = CHARGE_MICROS * 7 / 10;

    /** The operator's account; payees are above it, wallets begin at 1. */
    private static final int OPERATOR = 10_000_000;

    @Override
    public void create(BenchDatabase database, int wallets) throws SQLException {
        try (var connection = database.connect()) {
            NaiveBooks.makeDurable(database, connection);
            NaiveBooks.execute(
                    connection,
                    "CREATE TABLE double_account (id INT PRIMARY KEY, micros BIGINT NOT NULL CHECK (micros >= 0))",
                    "CREATE TABLE double_entry (id " + NaiveBooks.identity(database)
                            + ", booked_at TIMESTAMP(6) NOT NULL)",
                    "CREATE TABLE double_posting (entry BIGINT NOT NULL REFERENCES double_entry (id),"
                            + " line INT NOT NULL, account INT NOT NULL REFERENCES double_account (id),"
                            + " micros BIGINT NOT NULL, PRIMARY KEY (entry, line))",
                    "CREATE INDEX double_posting_account ON double_posting (account, entry)");
            var insert = "INSERT INTO double_account VALUES (?, ?)";
            NaiveBooks.fill(connection, insert, 1, wallets, OPENING_MICROS);
            NaiveBooks.fill(connection, insert, OPERATOR, PAYEES + 1, 0);
        }
    }

    @Override
    public Load.Worker charger(BenchDatabase database, int wallets, long seed) throws SQLException {
        return new DoubleCharger(database.connect(), wallets, seed);
    }

    @Override
    public void prove(BenchDatabase database, int wallets) throws SQLException {
        try (var connection = database.connect()) {
            NaiveBooks.requireEqual(
                    "The sum of all naive postings",
                    NaiveBooks.number(connection, "SELECT COALESCE(SUM(micros), 0) FROM double_posting"),
                    0);
            NaiveBooks.requireEqual(
                    "The sum of all naive balances",
                    NaiveBooks.number(connection, "SELECT SUM(micros) FROM double_account"),
                    wallets * OPENING_MICROS);
        }
    }

    private static final class DoubleCharger extends Charger {

        private final PreparedStatement select;
        private final PreparedStatement update;
        private final PreparedStatement entry;
        private final PreparedStatement posting;

        DoubleCharger(Connection connection, int wallets, long seed) throws SQLException {
            super(connection, wallets, seed);
            select = prepare("SELECT micros FROM double_account WHERE id = ? FOR UPDATE");
            update = prepare("UPDATE double_account SET micros = ? WHERE id = ?");
            entry = connection.prepareStatement(
                    "INSERT INTO double_entry (booked_at) VALUES (CURRENT_TIMESTAMP)", new String[] {"id"});
            posting = prepare("INSERT INTO double_posting VALUES (?, ?, ?, ?)");
        }

        @Override
        void charge(int wallet) throws SQLException {
            var payee = OPERATOR + 1 + wallet % PAYEES;
            entry.executeUpdate();
            final long number;
            try (var key = entry.getGeneratedKeys()) {
                key.next();
                number = key.getLong(1);
            }
            // Always in this order, so that two charges never wait for each other; the operator's row, which all want,
            // comes last.
            move(number, 1, wallet, -CHARGE_MICROS);
            move(number, 2, payee, SHARE_MICROS);
            move(number, 3, OPERATOR, CHARGE_MICROS - SHARE_MICROS);
        }

        private void move(long entryNumber, int line, int account, long micros) throws SQLException {
            set(update, account, locked(select, account) + micros);
            posting.setLong(1, entryNumber);
            posting.setInt(2, line);
            posting.setInt(3, account);
            posting.setLong(4, micros);
            posting.executeUpdate();
        }
    }
}
