package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions as rows, and the other way. */
final class SessionRows {

    private static final String TABLE = "livemeter_session";

    private SessionRows() {}

    /** Sessions to be added, at version 0. */
    static Rows<Session> added(List<Session> sessions) {
        return state(terms(Rows.of(TABLE, sessions)
                        .text("id", session -> session.id().value())))
                .number("version", session -> 0);
    }

    /** Sessions to be replaced in all their parts, found by their version too. */
    static Rows<Session> replaced(List<Session> sessions) {
        return state(terms(Rows.of(TABLE, sessions)
                        .key("id", session -> session.id().value())
                        .keyNumber("version", Session::version)))
                .number("version", session -> session.version() + 1);
    }

    /** Sessions to be moved on. What was settled when they opened stays for good, so that it is not written again. */
    static Rows<Session> moved(List<Session> sessions) {
        return state(Rows.of(TABLE, sessions)
                        .key("id", session -> session.id().value())
                        .keyNumber("version", Session::version))
                .number("version", session -> session.version() + 1);
    }

    /** Sessions of which nothing is new but when they were seen last, and their figures. */
    static Rows<Session> advanced(List<Session> sessions) {
        return figures(Rows.of(TABLE, sessions)
                        .key("id", session -> session.id().value())
                        .keyNumber("version", Session::version))
                .number("version", session -> session.version() + 1);
    }

    private static Rows<Session> terms(Rows<Session> rows) {
        return rows.text("lane", session -> session.lane().name())
                .text("payer", session -> session.payer().value())
                .text("payee", SessionRows::payee)
                .numberOrNull("share_bps", session -> {
                    var payee = session.terms().payee();
                    return payee == null ? null : (Long) (long) payee.share().basisPoints();
                })
                .text("tariff_version", session -> session.terms().tariffVersion())
                .text("stream_key", session -> {
                    var key = session.streamKey();
                    return key == null ? null : key.value();
                })
                .number("opened_at", session -> micros(session.openedAt()))
                .text(
                        "currency",
                        session -> session.metering().tariff().currency().getCurrencyCode())
                .text("tariff", session -> session.metering().tariff().notation())
                .text("balance_currency", session -> BookRows.code(session.balanceBefore()))
                .number(
                        "balance_before_micros",
                        session -> session.balanceBefore().micros());
    }

    private static Rows<Session> figures(Rows<Session> rows) {
        return rows.number("seen_at", session -> micros(session.seenAt()))
                .number("used_nanos", session -> session.metering().used().toNanos())
                .number(
                        "granted_micros",
                        session -> session.metering().granted().micros())
                .number(
                        "charged_micros",
                        session -> session.metering().charged().micros())
                .number("holds", session -> session.metering().holds())
                .number("captures", session -> session.metering().captures());
    }

    private static Rows<Session> state(Rows<Session> rows) {
        return figures(rows)
                .text("state", session -> session.state().name())
                .numberOrNull("live_at", session -> microsOrNull(session.liveAt()))
                .numberOrNull("ended_at", session -> microsOrNull(session.endedAt()))
                .text("basis", session -> session.metering().basis().notation())
                .numberOrNull("balance_after_micros", session -> {
                    var after = session.balanceAfter();
                    return after == null ? null : (Long) after.micros();
                })
                .text("end_code", session -> {
                    var end = session.end();
                    return end == null ? null : end.code();
                })
                .text("end_detail", session -> {
                    var end = session.end();
                    return end == null ? null : end.detail();
                })
                .text("node", session -> session.node().value());
    }

    static @Nullable String payee(Session session) {
        var payee = session.terms().payee();
        return payee == null ? null : payee.user().value();
    }

    /** The session of a row, and its destinations, which lie elsewhere. */
    static Session session(ResultSet row, List<SessionDestination> destinations) throws SQLException {
        var currency = row.getString("currency");
        var metering = new Metering(
                Tariff.parse(row.getString("tariff")),
                RatingBasis.parse(row.getString("basis")),
                Duration.ofNanos(row.getLong("used_nanos")),
                Money.ofMicros(currency, row.getLong("granted_micros")),
                Money.ofMicros(currency, row.getLong("charged_micros")),
                row.getInt("holds"),
                row.getInt("captures"));
        var payee = row.getString("payee");
        var streamKey = row.getString("stream_key");
        var terms = new SessionTerms(
                Lane.valueOf(row.getString("lane")),
                UserId.of(row.getString("payer")),
                payee == null ? null : new Payee(UserId.of(payee), new Share(row.getInt("share_bps"))),
                row.getString("tariff_version"),
                streamKey == null ? null : new StreamKeyId(streamKey),
                destinations);
        var balanceCurrency = row.getString("balance_currency");
        var after = longOrNull(row, "balance_after_micros");
        var endCode = row.getString("end_code");
        return new Session(
                new SessionId(row.getString("id")),
                terms,
                SessionState.valueOf(row.getString("state")),
                moment(row.getLong("opened_at")),
                momentOrNull(row, "live_at"),
                moment(row.getLong("seen_at")),
                momentOrNull(row, "ended_at"),
                metering,
                Money.ofMicros(balanceCurrency, row.getLong("balance_before_micros")),
                after == null ? null : Money.ofMicros(balanceCurrency, after),
                endCode == null ? null : SessionEnd.of(endCode, row.getString("end_detail")),
                new NodeId(row.getString("node")),
                row.getLong("version"));
    }

    /** A destination of a session, to be added. */
    static Rows<Place> places(List<Place> places) {
        return Rows.of("livemeter_session_destination", places)
                .text("session", place -> place.session().value())
                .number("position", Place::position)
                .text("destination", place -> place.destination().id().value())
                .text("platform", place -> place.destination().platform())
                .text("name", place -> place.destination().name());
    }

    /** One of the destinations of a session. */
    record Place(SessionId session, int position, SessionDestination destination) {

        static Place of(ResultSet row) throws SQLException {
            return new Place(
                    new SessionId(row.getString("session")),
                    row.getInt("position"),
                    new SessionDestination(
                            new DestinationId(row.getString("destination")),
                            row.getString("platform"),
                            row.getString("name")));
        }
    }

    private static @Nullable Long microsOrNull(@Nullable Instant moment) {
        return moment == null ? null : (Long) micros(moment);
    }

    private static @Nullable Instant momentOrNull(ResultSet row, String column) throws SQLException {
        var micros = longOrNull(row, column);
        return micros == null ? null : moment(micros);
    }

    private static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        var value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }
}
