package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.LiveSpan;
import dev.livemeter.session.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How destinations fared, as rows, and the other way. */
final class DeliveryRows {

    private DeliveryRows() {}

    private record Row(SessionId session, int position, DeliveryRecord record) {}

    /** The records of a session, in their order. */
    static Rows<?> of(SessionId session, List<DeliveryRecord> records) {
        var rows = new ArrayList<Row>();
        for (var record : records) {
            rows.add(new Row(session, rows.size(), record));
        }
        return Rows.of("livemeter_session_delivery", rows)
                .text("session", row -> row.session().value())
                .number("position", Row::position)
                .text("destination", row -> row.record().destination().value())
                .text("platform", row -> row.record().platform())
                .text("name", row -> row.record().name())
                .numberOrNull("first_live_at", row -> {
                    var at = row.record().firstLiveAt();
                    return at == null ? null : (Long) micros(at);
                })
                .number("live_micros", row -> row.record().liveTime().toNanos() / 1_000)
                .number("attempts", row -> row.record().attempts())
                .text("last_error", row -> row.record().lastError())
                .number("stopped", row -> row.record().stopped() ? 1 : 0)
                .number("bytes_sent", row -> row.record().bytes())
                .text("live_spans", row -> notation(row.record().spans()));
    }

    /** The records of sessions, in their order; one without any is left out. */
    static Map<SessionId, List<DeliveryRecord>> of(Statements statements, Collection<SessionId> sessions) {
        var found = new HashMap<SessionId, List<DeliveryRecord>>();
        if (!sessions.isEmpty()) {
            statements
                    .list(
                            "SELECT * FROM livemeter_session_delivery WHERE ",
                            statements.among("session", sessions, SessionId::value),
                            " ORDER BY session, position",
                            DeliveryRows::row)
                    .forEach(row -> found.computeIfAbsent(row.session(), any -> new ArrayList<>())
                            .add(row.record()));
        }
        return found;
    }

    private static Row row(ResultSet row) throws SQLException {
        var firstLiveAt = row.getLong("first_live_at");
        var wasLive = !row.wasNull();
        return new Row(
                new SessionId(row.getString("session")),
                row.getInt("position"),
                new DeliveryRecord(
                        new DestinationId(row.getString("destination")),
                        row.getString("platform"),
                        row.getString("name"),
                        wasLive ? moment(firstLiveAt) : null,
                        Duration.of(row.getLong("live_micros"), ChronoUnit.MICROS),
                        row.getInt("attempts"),
                        row.getString("last_error"),
                        row.getInt("stopped") == 1,
                        row.getLong("bytes_sent"),
                        spans(row.getString("live_spans"))));
    }

    /** Such as {@code 1772366400000000+3600000000}: begins, in microseconds since 1970, and lengths; with blanks. */
    private static @Nullable String notation(List<LiveSpan> spans) {
        return spans.isEmpty()
                ? null
                : spans.stream()
                        .map(span -> micros(span.from()) + "+" + (micros(span.to()) - micros(span.from())))
                        .collect(Collectors.joining(" "));
    }

    private static List<LiveSpan> spans(@Nullable String notation) {
        return notation == null
                ? List.of()
                : Arrays.stream(notation.split(" ")).map(DeliveryRows::span).toList();
    }

    private static LiveSpan span(String notation) {
        var plus = notation.indexOf('+');
        var from = Long.parseLong(notation.substring(0, plus));
        return new LiveSpan(moment(from), moment(from + Long.parseLong(notation.substring(plus + 1))));
    }
}
