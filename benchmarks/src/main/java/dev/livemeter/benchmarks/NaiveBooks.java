package dev.livemeter.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;

/**
 * What one would write first: each charge is a transaction that locks the wallet, changes it, writes a line and commits. Tables of its own.
 * Wallets are numbered from 1.
 */
interface NaiveBooks {

    /** What every wallet begins with; more than any run charges. */
    long OPENING_MICROS = 1_000_000_000_000L;

    /** What a charge takes. */
    long CHARGE_MICROS = 1_667;

    /** Makes the tables and fills {@code wallets} of them. */
    void create(BenchDatabase database, int wallets) throws SQLException;

    /** Charges random wallets. Each thread has its own connection and its own numbers. */
    Load.Worker charger(BenchDatabase database, int wallets, long seed) throws SQLException;

    /** Fails if what left the wallets is not what the lines say, or a wallet is below zero. */
    void prove(BenchDatabase database, int wallets) throws SQLException;

    /** Prepared statements on a connection, and a transaction around each charge. */
    abstract class Charger implements Load.Worker {

        private final Connection connection;
        private final int wallets;
        private final Random random;

        Charger(Connection connection, int wallets, long seed) throws SQLException {
            this.connection = connection;
            this.wallets = wallets;
            this.random = new Random(seed);
            connection.setAutoCommit(false);
        }

        final PreparedStatement prepare(String sql) throws SQLException {
            return connection.prepareStatement(sql);
        }

        abstract void charge(int wallet) throws SQLException;

        @Override
        public final int work() throws SQLException {
            charge(1 + random.nextInt(wallets));
            connection.commit();
            return 1;
        }

        @Override
        public final void close() throws SQLException {
            connection.close();
        }

        /** Locks an account and reads its balance. */
        static long locked(PreparedStatement select, int account) throws SQLException {
            select.setInt(1, account);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }

        /** Writes a balance. */
        static void set(PreparedStatement update, int account, long micros) throws SQLException {
            update.setLong(1, micros);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    /** Fills a table of accounts with the same balance each. */
    static void fill(Connection connection, String insert, int from, int count, long micros) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.prepareStatement(insert)) {
            for (var i = from; i < from + count; i++) {
                statement.setInt(1, i);
                statement.setLong(2, micros);
                statement.addBatch();
                if (i % 1_000 == 0) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** One number. */
    static long number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Runs statements. */
    static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Commits as ours do: H2 would leave them in the process for half a second. */
    static void makeDurable(BenchDatabase database, Connection connection) throws SQLException {
        if (database.place() == Databases.Place.H2) {
            execute(connection, "SET WRITE_DELAY 0");
        }
    }

    /** How the database calls a number that it counts itself. */
    static String identity(BenchDatabase database) {
        return database.place() == Databases.Place.MARIADB
                ? "BIGINT AUTO_INCREMENT PRIMARY KEY"
                : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
    }

    /** Fails with both numbers if they differ. */
    static void requireEqual(String what, long found, long expected) {
        if (found != expected) {
            throw new IllegalStateException(what + ": " + found + " was found, " + expected + " expected.");
        }
    }
}
