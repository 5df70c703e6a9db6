package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Columns.microsOrNull;
import static dev.livemeter.jdbc.Columns.momentOrNull;
import static dev.livemeter.jdbc.Columns.money;
import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.call.Call;
import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallState;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CallStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Calls on SQL. Moments are kept to the microsecond. */
final class JdbcCallStore implements CallStore {

    private final Database database;

    JdbcCallStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Call call) {
        database.write(
                handle -> bound(handle.createUpdate("""
                                INSERT INTO livemeter_call (id, caller, callee, caller_peer, callee_peer, state,
                                    tariff_version, share_basis_points, agreed_nanos, invited_at, accepted_at, live_at,
                                    ended_at, session, end_cause, end_by, end_detail, talked_nanos, currency,
                                    cost_micros, earned_micros)
                                VALUES (:id, :caller, :callee, :caller_peer, :callee_peer, :state,
                                    :tariff_version, :share_basis_points, :agreed_nanos, :invited_at, :accepted_at,
                                    :live_at, :ended_at, :session, :end_cause, :end_by, :end_detail, :talked_nanos,
                                    :currency, :cost_micros, :earned_micros)"""), call).execute(),
                "There is a call " + call.id() + " already; give each an id of its own.");
    }

    @Override
    public boolean update(Call call) {
        return database.write(
                handle -> bound(handle.createUpdate("""
                                        UPDATE livemeter_call SET caller = :caller, callee = :callee,
                                            caller_peer = :caller_peer, callee_peer = :callee_peer, state = :state,
                                            tariff_version = :tariff_version,
                                            share_basis_points = :share_basis_points, agreed_nanos = :agreed_nanos,
                                            invited_at = :invited_at, accepted_at = :accepted_at, live_at = :live_at,
                                            ended_at = :ended_at, session = :session, end_cause = :end_cause,
                                            end_by = :end_by, end_detail = :end_detail,
                                            talked_nanos = :talked_nanos, currency = :currency,
                                            cost_micros = :cost_micros, earned_micros = :earned_micros
                                        WHERE id = :id AND (state <> 'ENDED' OR (:state = 'ENDED'
                                            AND (:has_figures = 1 OR (talked_nanos = 0 AND cost_micros = 0))))"""), call)
                                .bind("has_figures", call.hasFigures() ? 1 : 0)
                                .execute()
                        == 1,
                "");
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Call call) {
        var end = call.end();
        var by = end == null ? null : end.by();
        var peer = call.calleePeer();
        var session = call.session();
        return statement
                .bind("id", call.id().value())
                .bind("caller", call.caller().value())
                .bind("callee", call.callee().value())
                .bind("caller_peer", call.callerPeer().value())
                .bind("callee_peer", peer == null ? null : peer.value())
                .bind("state", call.state().name())
                .bind("tariff_version", call.tariffVersion())
                .bind("share_basis_points", call.share().basisPoints())
                .bind("agreed_nanos", call.agreed().toNanos())
                .bind("invited_at", micros(call.invitedAt()))
                .bind("accepted_at", microsOrNull(call.acceptedAt()))
                .bind("live_at", microsOrNull(call.liveAt()))
                .bind("ended_at", microsOrNull(call.endedAt()))
                .bind("session", session == null ? null : session.value())
                .bind("end_cause", end == null ? null : end.cause().code())
                .bind("end_by", by == null ? null : by.value())
                .bind("end_detail", end == null ? null : end.detail())
                .bind("talked_nanos", call.talked().toNanos())
                .bind("currency", call.cost().currency().getCurrencyCode())
                .bind("cost_micros", call.cost().micros())
                .bind("earned_micros", call.earned().micros());
    }

    @Override
    public Optional<Call> find(CallId id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<Call> find(Handle handle, CallId id) {
        return handle.createQuery("SELECT * FROM livemeter_call WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> call(row))
                .findOne();
    }

    @Override
    public Optional<Call> of(SessionId session) {
        return database.read(handle -> handle.createQuery("SELECT * FROM livemeter_call WHERE session = :session")
                .bind("session", session.value())
                .map((row, context) -> call(row))
                .findFirst());
    }

    @Override
    public List<Call> open(int limit, @Nullable CallId after) {
        return database.read(handle -> {
            var border = border(handle, after);
            if (after != null && border.isEmpty()) {
                return List.of();
            }
            var query = handle.createQuery(
                            "SELECT * FROM livemeter_call WHERE state IN ('RINGING', 'CONNECTING', 'LIVE')"
                                    + (after == null ? "" : Border.younger("invited_at"))
                                    + " ORDER BY invited_at, id LIMIT :most")
                    .bind("most", limit);
            border.ifPresent(one -> one.bind(query));
            return query.map((row, context) -> call(row)).list();
        });
    }

    private static Optional<Border> border(Handle handle, @Nullable CallId id) {
        return id == null
                ? Optional.empty()
                : find(handle, id)
                        .map(call -> new Border(call.invitedAt(), call.id().value()));
    }

    @Override
    public List<Call> history(UserId user, int limit, @Nullable CallId before) {
        return database.read(handle -> {
            var border = border(handle, before);
            if (before != null && border.isEmpty()) {
                return List.of();
            }
            var older = before == null ? "" : Border.older("invited_at");
            var query = handle.createQuery("SELECT * FROM livemeter_call WHERE (caller = :user OR callee = :user)"
                            + older + " ORDER BY invited_at DESC, id DESC LIMIT :most")
                    .bind("user", user.value())
                    .bind("most", limit);
            border.ifPresent(one -> one.bind(query));
            return query.map((row, context) -> call(row)).list();
        });
    }

    @Override
    public String tokenKey(String sealedIfNone) {
        return database.writeOrFind(handle -> {
            var stored = handle.createQuery("SELECT sealed_key FROM livemeter_token_key WHERE place = 1")
                    .mapTo(String.class)
                    .findOne();
            if (stored.isEmpty()) {
                handle.createUpdate("INSERT INTO livemeter_token_key (place, sealed_key) VALUES (1, :sealed)")
                        .bind("sealed", sealedIfNone)
                        .execute();
            }
            return stored.orElse(sealedIfNone);
        });
    }

    private static Call call(ResultSet row) throws SQLException {
        var peer = row.getString("callee_peer");
        var session = row.getString("session");
        return new Call(
                new CallId(row.getString("id")),
                UserId.of(row.getString("caller")),
                UserId.of(row.getString("callee")),
                PeerId.of(row.getString("caller_peer")),
                peer == null ? null : PeerId.of(peer),
                CallState.valueOf(row.getString("state")),
                row.getString("tariff_version"),
                new Share(row.getInt("share_basis_points")),
                Duration.ofNanos(row.getLong("agreed_nanos")),
                moment(row.getLong("invited_at")),
                momentOrNull(row, "accepted_at"),
                momentOrNull(row, "live_at"),
                momentOrNull(row, "ended_at"),
                session == null ? null : new SessionId(session),
                end(row),
                Duration.ofNanos(row.getLong("talked_nanos")),
                money(row, "cost_micros", "currency"),
                money(row, "earned_micros", "currency"));
    }

    private static @Nullable CallEnd end(ResultSet row) throws SQLException {
        var cause = row.getString("end_cause");
        if (cause == null) {
            return null;
        }
        var by = row.getString("end_by");
        return new CallEnd(
                CallEnd.Cause.valueOf(cause.toUpperCase(Locale.ROOT)),
                by == null ? null : UserId.of(by),
                row.getString("end_detail"));
    }
}
