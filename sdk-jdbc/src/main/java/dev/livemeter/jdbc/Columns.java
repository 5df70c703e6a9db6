package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads and writes what may be absent. */
final class Columns {

    private Columns() {}

    static @Nullable Long microsOrNull(@Nullable Instant moment) {
        return moment == null ? null : (Long) micros(moment);
    }

    static @Nullable Instant momentOrNull(ResultSet row, String column) throws SQLException {
        var value = row.getLong(column);
        return row.wasNull() ? null : moment(value);
    }

    static Money money(ResultSet row, String column, String currency) throws SQLException {
        return Money.ofMicros(row.getString(currency), row.getLong(column));
    }
}
