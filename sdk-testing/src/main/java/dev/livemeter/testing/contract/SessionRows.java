package dev.livemeter.testing.contract;

import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows of sessions, new ones and after something happened to them, for contracts that word settlements by hand. */
final class SessionRows {

    private static final NodeId NODE = new NodeId("node-1");

    private SessionRows() {}

    /** The row of a session that was opened at this moment, and that nothing happened to yet. */
    static Session opened(
            String name, SessionTerms terms, SessionState state, Instant now, Metering metering, Money balance) {
        return new Session(
                id(name),
                terms,
                state,
                now,
                state == SessionState.LIVE ? now : null,
                now,
                null,
                metering,
                balance,
                null,
                null,
                NODE,
                0);
    }

    /** Which session that is called in short. */
    static SessionId id(String name) {
        return new SessionId("session-" + name);
    }

    /** The same row with what may change of it; its version and balance before stay. */
    static Session changed(
            Session before,
            SessionState state,
            Metering metering,
            @Nullable Instant liveAt,
            Instant seenAt,
            @Nullable Instant endedAt,
            @Nullable SessionEnd end) {
        return new Session(
                before.id(),
                before.terms(),
                state,
                before.openedAt(),
                liveAt,
                seenAt,
                endedAt,
                metering,
                before.balanceBefore(),
                null,
                end,
                before.node(),
                before.version());
    }

    /** The same figures after so much use, rated by that basis. */
    static Metering used(Metering before, RatingBasis basis, Duration used) {
        return new Metering(
                before.tariff(), basis, used, before.granted(), before.charged(), before.holds(), before.captures());
    }
}
