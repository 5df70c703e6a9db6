package dev.livemeter.jdbc;

import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Movements;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.money.Money;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sums on SQL. */
final class JdbcReportStore implements ReportStore {

    private static final long MICROS_OF_A_DAY = 86_400_000_000L;

    private final Database database;

    JdbcReportStore(Database database) {
        this.database = database;
    }

    @Override
    public List<Sales> sales(SalesQuery query) {
        var payer = query.payer();
        var payee = query.payee();
        var conditions = " WHERE r.billing_day >= :from AND r.billing_day < :to"
                + (payer == null ? "" : " AND r.payer = :payer")
                + (payee == null ? "" : " AND r.payee = :payee");
        return database.read(handle -> {
            var rows = handle.createQuery(sums(query, conditions))
                    .bind("from", query.from().toEpochDay())
                    .bind("to", query.to().toEpochDay());
            if (payer != null) {
                rows.bind("payer", payer.value());
            }
            if (payee != null) {
                rows.bind("payee", payee.value());
            }
            return rows.map((row, context) -> sales(query, row)).list();
        });
    }

    // The names of columns come from this class alone.

    private static String sums(SalesQuery query, String conditions) {
        if (!query.by().contains(Dimension.PLATFORM)) {
            return ofLines(query, conditions);
        }
        var grouping = Stream.concat(query.by().stream().map(JdbcReportStore::column), Stream.of("currency"))
                .collect(Collectors.joining(", "));
        // Each side is summed up for itself first: what is left to put together is a few rows.
        return "SELECT " + grouping + ", SUM(sessions) AS sessions, SUM(seconds) AS seconds,"
                + " SUM(list_micros) AS list_micros, SUM(amount_micros) AS amount_micros,"
                + " SUM(earned_micros) AS earned_micros FROM ("
                + ofLines(query, conditions + " AND r.platforms <> '" + RatedRows.DIVIDED + "'")
                + " UNION ALL "
                + ofParts(
                        query,
                        conditions + " AND r.platforms = '" + RatedRows.DIVIDED
                                + "' AND p.billing_day >= :from AND p.billing_day < :to")
                + ") sold GROUP BY " + grouping;
    }

    private static String ofLines(SalesQuery query, String conditions) {
        return sums(
                query,
                "r.platforms",
                "SUM(CASE WHEN r.line = 0 THEN 1 ELSE 0 END)",
                "r",
                " FROM livemeter_rated r" + conditions);
    }

    private static String ofParts(SalesQuery query, String conditions) {
        return sums(
                query,
                "p.platform",
                "SUM(p.sessions)",
                "p",
                " FROM livemeter_rated r JOIN livemeter_rated_part p ON p.session = r.session AND p.line = r.line"
                        + conditions);
    }

    private static String sums(SalesQuery query, String platform, String sessions, String of, String from) {
        var columns = new ArrayList<String>();
        var keys = new ArrayList<String>();
        for (var dimension : query.by()) {
            var key = dimension == Dimension.PLATFORM ? platform : "r." + column(dimension);
            keys.add(key);
            columns.add(key + " AS " + column(dimension));
        }
        keys.add("r.currency");
        columns.add("r.currency AS currency");
        columns.add(sessions + " AS sessions");
        for (var sum : List.of("seconds", "list_micros", "amount_micros", "earned_micros")) {
            columns.add("SUM(" + of + "." + sum + ") AS " + sum);
        }
        return "SELECT " + String.join(", ", columns) + from + " GROUP BY " + String.join(", ", keys);
    }

    @Override
    public List<Movements> movements(LocalDate from, LocalDate to) {
        return database.read(handle -> handle.createQuery("""
                        SELECT p.booked_at - MOD(p.booked_at, :day) AS began, p.kind, p.currency,
                               SUM(CASE WHEN p.line = 0 THEN 1 ELSE 0 END) AS entries,
                               SUM(p.amount_micros) AS amount_micros,
                               SUM(CASE WHEN p.destination LIKE 'revenue/%' THEN p.amount_micros
                                        WHEN p.source LIKE 'revenue/%' THEN -p.amount_micros
                                        ELSE 0 END) AS revenue_micros
                        FROM (SELECT e.booked_at, e.kind, l.line, l.source, l.destination, l.currency, l.amount_micros
                              FROM livemeter_entry e JOIN livemeter_posting l ON l.entry = e.seq
                              WHERE e.booked_at >= :from AND e.booked_at < :to
                              UNION ALL
                              SELECT e.booked_at, e.kind, 0, e.source, e.destination, e.currency, e.amount_micros
                              FROM livemeter_entry e
                              WHERE e.booked_at >= :from AND e.booked_at < :to AND e.source IS NOT NULL) p
                        GROUP BY p.booked_at - MOD(p.booked_at, :day), p.kind, p.currency""".replace(":day", String.valueOf(MICROS_OF_A_DAY)))
                .bind("from", Math.multiplyExact(from.toEpochDay(), MICROS_OF_A_DAY))
                .bind("to", Math.multiplyExact(to.toEpochDay(), MICROS_OF_A_DAY))
                .map((row, context) -> new Movements(
                        Database.moment(row.getLong("began"))
                                .atOffset(ZoneOffset.UTC)
                                .toLocalDate(),
                        EntryKind.valueOf(row.getString("kind")),
                        sum(row, "entries"),
                        money(row, "amount_micros"),
                        money(row, "revenue_micros")))
                .list());
    }

    private static Sales sales(SalesQuery query, ResultSet row) throws SQLException {
        var key = new ArrayList<String>();
        for (var dimension : query.by()) {
            key.add(value(dimension, row));
        }
        return new Sales(
                key,
                sum(row, "sessions"),
                Duration.ofSeconds(sum(row, "seconds")),
                money(row, "list_micros"),
                money(row, "amount_micros"),
                money(row, "earned_micros"));
    }

    private static String column(Dimension dimension) {
        return switch (dimension) {
            case DAY -> "billing_day";
            case MONTH -> "billing_month";
            case PAYER -> "payer";
            case PAYEE -> "payee";
            case LANE -> "lane";
            case TIER -> "discount_bps";
            case FACTOR -> "factor_permille";
            case PLATFORM -> "platforms";
        };
    }

    private static String value(Dimension dimension, ResultSet row) throws SQLException {
        var column = column(dimension);
        return switch (dimension) {
            case DAY -> LocalDate.ofEpochDay(row.getLong(column)).toString();
            case MONTH -> month(row.getInt(column));
            case PAYER, PAYEE, LANE, PLATFORM -> text(row.getString(column));
            case TIER -> plain(BigDecimal.valueOf(row.getLong(column), 2));
            case FACTOR -> plain(BigDecimal.valueOf(row.getLong(column), 3));
        };
    }

    private static String month(int month) {
        return LocalDate.of(month / 100, month % 100, 1).toString().substring(0, "2026-03".length());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** Databases add whole numbers up in decimals, so that they do not overflow. */
    private static long sum(ResultSet row, String column) throws SQLException {
        return row.getBigDecimal(column).longValueExact();
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return Money.ofMicros(row.getString("currency"), sum(row, column));
    }
}
