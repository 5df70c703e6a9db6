package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.money.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One metered presence: a stream from its authorization to its last charge. Immutable; the next state is a new record, which a
 * {@link dev.livemeter.spi.SessionStore} accepts only from the holder of the present {@code version}.
 *
 * @param terms what was settled when it opened
 * @param openedAt when it was authorized
 * @param liveAt when delivery, and with it metering, began; null before
 * @param seenAt the last proof of life
 * @param endedAt null before the end
 * @param balanceBefore posted balance when it opened
 * @param balanceAfter posted balance after its last charge; null before the end
 * @param end why it is ending or ended; null before
 * @param node which node meters it
 * @param version counts the changes, from 0; the fencing token of the node: whoever takes a session over changes it. {@link #NOT_STORED} before the
 *     session is stored
 */
public record Session(
        SessionId id,
        SessionTerms terms,
        SessionState state,
        Instant openedAt,
        @Nullable Instant liveAt,
        Instant seenAt,
        @Nullable Instant endedAt,
        Metering metering,
        Money balanceBefore,
        @Nullable Money balanceAfter,
        @Nullable SessionEnd end,
        NodeId node,
        long version) {

    /** The version of a session that no store knows yet. */
    public static final long NOT_STORED = -1;

    static Session authorizing(
            SessionId id, SessionTerms terms, NodeId node, Instant now, Metering metering, Money balance) {
        return new Session(
                id,
                terms,
                SessionState.AUTHORIZING,
                now,
                null,
                now,
                null,
                metering,
                balance,
                null,
                null,
                node,
                NOT_STORED);
    }

    /** Whether a store knows it. */
    public boolean isStored() {
        return version != NOT_STORED;
    }

    /** What is sold. */
    public Lane lane() {
        return terms.lane();
    }

    /** Whose wallet pays. */
    public UserId payer() {
        return terms.payer();
    }

    /** With which key it was opened; null where there is none. */
    public @Nullable StreamKeyId streamKey() {
        return terms.streamKey();
    }

    /** Where it was to be passed on to. */
    public List<SessionDestination> destinations() {
        return terms.destinations();
    }

    /** The same session with the version that a store gave it. */
    public Session withVersion(long next) {
        return new Session(
                id,
                terms,
                state,
                openedAt,
                liveAt,
                seenAt,
                endedAt,
                metering,
                balanceBefore,
                balanceAfter,
                end,
                node,
                next);
    }

    /** The same session in the hands of another node. */
    public Session takenOverBy(NodeId next) {
        return new Session(
                id,
                terms,
                state,
                openedAt,
                liveAt,
                seenAt,
                endedAt,
                metering,
                balanceBefore,
                balanceAfter,
                end,
                next,
                version);
    }

    Session authorized() {
        return moved(SessionState.AUTHORIZED, liveAt, seenAt, null, metering, null, null);
    }

    Session live(Instant now, Metering counted) {
        return moved(SessionState.LIVE, now, now, null, counted, null, null);
    }

    Session seen(Instant now, Metering proven) {
        return moved(state, liveAt, now, endedAt, proven, balanceAfter, end);
    }

    Session ending(SessionEnd why) {
        return moved(SessionState.ENDING, liveAt, seenAt, null, metering, null, end == null ? why : end);
    }

    Session ended(SessionEnd why, Instant now) {
        return moved(SessionState.ENDED, liveAt, seenAt, now, metering, null, end == null ? why : end);
    }

    Session withMetering(Metering counted) {
        return with(counted, balanceAfter);
    }

    Session withBalanceAfter(Money balance) {
        return with(metering, balance);
    }

    private Session with(Metering counted, @Nullable Money balance) {
        return new Session(
                id,
                terms,
                state,
                openedAt,
                liveAt,
                seenAt,
                endedAt,
                counted,
                balanceBefore,
                balance,
                end,
                node,
                version);
    }

    private Session moved(
            SessionState next,
            @Nullable Instant live,
            Instant seen,
            @Nullable Instant over,
            Metering counted,
            @Nullable Money balance,
            @Nullable SessionEnd why) {
        if (state.isOver() || next.compareTo(state) < 0) {
            throw new IllegalStateException("The session " + id + " cannot go from " + state + " to " + next + ".");
        }
        return new Session(
                id, terms, next, openedAt, live, seen, over, counted, balanceBefore, balance, why, node, version);
    }
}
