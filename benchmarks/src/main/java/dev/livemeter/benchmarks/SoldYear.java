package dev.livemeter.benchmarks;

import dev.livemeter.benchmarks.Databases.Place;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.LongStream;

/** A year of sessions that are over, with what they were sold for and what the books have of them: all of it worked out by the database from the number of the session. */
final class SoldYear {

    static final LocalDate FIRST_DAY = LocalDate.of(2025, 1, 1);
    static final int DAYS = 365;
    static final int SESSIONS_OF_A_USER = 100;

    private static final int CHUNKS = 10;
    private static final long MICROS_OF_A_DAY = 86_400_000_000L;
    private static final Tariff TARIFF = Tariff.perMinute("USD", "0.10");

    // Of the session number n; primes spread users and lengths over the year.
    private static final String ID = "CONCAT('session-', 1000000000 + n)";
    private static final String PAYER = "CONCAT('payer-', MOD(n * 7919, USERS))";
    private static final String PAYEE = "CASE WHEN MOD(n, 8) = 7 THEN CONCAT('payer-', MOD(n, USERS)) END";
    private static final String LANE = "CASE WHEN MOD(n, 8) = 7 THEN 'CALL' ELSE 'RELAY' END";
    private static final String SECONDS = "(n * 0 + 600 + MOD(n * 104729, 6600))";
    private static final String AMOUNT = "(" + SECONDS + " * 1600)";
    private static final String EARNED = "CASE WHEN MOD(n, 8) = 7 THEN " + SECONDS + " * 1120 ELSE 0 END";
    private static final String DESTINATIONS =
            "CASE MOD(n, 8) WHEN 3 THEN 2 WHEN 4 THEN 2 WHEN 5 THEN 3 WHEN 6 THEN 3 ELSE 1 END";
    private static final String PLATFORMS =
            "CASE WHEN MOD(n, 8) = 7 THEN '' WHEN MOD(n, 8) > 2 THEN '*' ELSE 'twitch' END";

    private final BenchDatabase database;
    private final long sessions;
    private final long users;

    SoldYear(BenchDatabase database, long sessions) {
        this.database = database;
        this.sessions = sessions;
        this.users = Math.max(1, sessions / SESSIONS_OF_A_USER);
    }

    static UserId user(long number) {
        return UserId.of("payer-" + number);
    }

    /** Fills the tables, and has the database look at them once. */
    void fill(Books books, Connection connection) throws SQLException {
        var owners = LongStream.range(0, users).mapToObj(SoldYear::user).toList();
        books.credit(
                owners, owners.stream().map(owner -> Money.of("USD", "1000.00")).toList());
        for (var chunk = 0; chunk < CHUNKS; chunk++) {
            for (var sql : statements(numbers(sessions * chunk / CHUNKS, sessions * (chunk + 1) / CHUNKS))) {
                NaiveBooks.execute(connection, sql.replace("USERS", String.valueOf(users)));
            }
        }
        for (var table : List.of("session", "rated", "rated_part", "entry", "posting")) {
            NaiveBooks.execute(connection, look("livemeter_" + table));
        }
    }

    private String look(String table) {
        return switch (database.place()) {
            case POSTGRESQL -> "VACUUM ANALYZE " + table;
            case MARIADB -> "ANALYZE TABLE " + table;
            case H2 -> "ANALYZE TABLE " + table;
        };
    }

    /** A table of the numbers from one to before another, with the day and the moment of each session. */
    private String numbers(long from, long to) {
        var row = switch (database.place()) {
            case POSTGRESQL -> "SELECT g AS n FROM generate_series(" + from + "::bigint, " + (to - 1) + ") g";
            case MARIADB -> "SELECT CAST(seq AS SIGNED) AS n FROM seq_" + from + "_to_" + (to - 1);
            case H2 -> "SELECT x AS n FROM SYSTEM_RANGE(" + from + ", " + (to - 1) + ")";
        };
        var share = database.place() == Place.MARIADB ? "n * " + DAYS + " DIV " : "n * " + DAYS + " / ";
        return " FROM (SELECT n, " + FIRST_DAY.toEpochDay() + " + " + share + sessions + " AS on_day FROM (" + row
                + ") numbers) sold";
    }

    private static List<String> statements(String numbers) {
        var basis = RatingBasis.startingAt(
                FIRST_DAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC, 1, Duration.ZERO);
        var began = "(on_day * " + MICROS_OF_A_DAY + " + (n * 0 + MOD(n * 15485863, 79200)) * 1000000)";
        var month = month();
        return List.of(
                "INSERT INTO livemeter_session (id, lane, payer, payee, share_bps, tariff_version, state, opened_at,"
                        + " live_at, seen_at, ended_at, currency, tariff, basis, used_nanos, granted_micros,"
                        + " charged_micros, holds, captures, balance_currency, balance_before_micros,"
                        + " balance_after_micros, end_code, node, version) SELECT " + ID + ", " + LANE + ", " + PAYER
                        + ", " + PAYEE + ", CASE WHEN MOD(n, 8) = 7 THEN 7000 END, '', 'ENDED', " + began + ", "
                        + began + ", " + began + " + " + SECONDS + " * 1000000, " + began + " + " + SECONDS
                        + " * 1000000, 'USD', '" + TARIFF.notation() + "', '" + basis.notation() + "', " + SECONDS
                        + " * 1000000000, " + AMOUNT + ", " + AMOUNT + ", 1, 1, 'USD', 1000000000, 1000000000 - "
                        + AMOUNT + ", 'hung_up', 'node-1', 9" + numbers,
                rated("0", SECONDS, AMOUNT, EARNED, "0", began, month) + numbers,
                rated("1", "600", "800000", "0", "2000", began, month) + numbers + " WHERE MOD(n, 4) = 0",
                "INSERT INTO livemeter_rated_part (session, line, platform, billing_day, sessions, seconds, list_micros,"
                        + " amount_micros, earned_micros) SELECT " + ID + ", 0, name, on_day, 1, " + part(SECONDS)
                        + ", "
                        + part(AMOUNT) + ", " + part(AMOUNT) + ", 0" + withPlatforms(numbers),
                "INSERT INTO livemeter_rated_part (session, line, platform, billing_day, sessions, seconds, list_micros,"
                        + " amount_micros, earned_micros) SELECT " + ID + ", 1, name, on_day, 0, " + part("600") + ", "
                        + part("1000000") + ", " + part("800000") + ", 0" + withPlatforms(numbers)
                        + " AND MOD(n, 4) = 0",
                "INSERT INTO livemeter_entry (id, kind, booked_at, value_at, subject, memo, fingerprint, owner, currency,"
                        + " posted_after_micros, held_after_micros, source, destination, amount_micros) SELECT CONCAT('c-', "
                        + ID + "), 'DEBIT', " + began + ", " + began + ", " + ID + ", '', '" + "0".repeat(64) + "', "
                        + PAYER + ", 'USD', 0, 0, CONCAT('wallet/', " + PAYER + "), 'revenue/USD', " + AMOUNT
                        + " + CASE WHEN MOD(n, 4) = 0 THEN 800000 ELSE 0 END" + numbers);
    }

    private static String rated(
            String line, String seconds, String amount, String earned, String discount, String began, String month) {
        var list = discount.equals("0") ? amount : "1000000";
        return "INSERT INTO livemeter_rated (session, line, kind, payer, payee, lane, platforms, currency, began_at,"
                + " billing_day, billing_month, destinations, factor_permille, discount_bps, seconds, list_micros,"
                + " amount_micros, earned_micros) SELECT " + ID + ", " + line + ", 'TIME', " + PAYER + ", " + PAYEE
                + ", " + LANE + ", " + PLATFORMS + ", 'USD', " + began + ", on_day, " + month + ", " + DESTINATIONS
                + ", 1000, " + discount + ", " + seconds + ", " + list + ", " + amount + ", " + earned;
    }

    private static String month() {
        var text = new StringBuilder("CASE");
        for (var month = 12; month > 1; month--) {
            text.append(" WHEN on_day >= ")
                    .append(FIRST_DAY.withMonth(month).toEpochDay())
                    .append(" THEN ")
                    .append(FIRST_DAY.getYear() * 100 + month);
        }
        return text + " ELSE " + (FIRST_DAY.getYear() * 100 + 1) + " END";
    }

    /** A half or a third of it, the first one with what is left. */
    private static String part(String whole) {
        var least = "(" + whole + " - MOD(" + whole + ", places)) / places";
        return "CASE WHEN place = 0 THEN " + whole + " - (places - 1) * (" + least + ") ELSE " + least + " END";
    }

    private static String withPlatforms(String numbers) {
        return " FROM (SELECT n, on_day, " + DESTINATIONS + " AS places" + numbers + ") divided CROSS JOIN"
                + " (SELECT 0 AS place, 'facebook' AS name UNION ALL SELECT 1, 'twitch' UNION ALL SELECT 2, 'youtube') platforms"
                + " WHERE place < places AND places > 1";
    }
}
