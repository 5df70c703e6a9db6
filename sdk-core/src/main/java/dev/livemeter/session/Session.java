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
 * @param payer whose wallet pays
 * @param streamKey with which key it was opened
 * @param openedAt when it was authorized
 * @param liveAt when delivery, and with it metering, began; null before
 * @param seenAt the last proof of life
 * @param endedAt null before the end
 * @param balanceBefore posted balance when it opened
 * @param balanceAfter posted balance after its last charge; null before the end
 * @param end why it is ending or ended; null before
 * @param destinations where it was to be passed on to
 * @param version counts the changes, from 0
 */
public record Session(
        SessionId id,
        Lane lane,
        UserId payer,
        StreamKeyId streamKey,
        SessionState state,
        Instant openedAt,
        @Nullable Instant liveAt,
        Instant seenAt,
        @Nullable Instant endedAt,
        Metering metering,
        Money balanceBefore,
        @Nullable Money balanceAfter,
        @Nullable SessionEnd end,
        List<SessionDestination> destinations,
        long version) {

    public Session {
        destinations = List.copyOf(destinations);
    }

    static Session authorizing(
            SessionId id,
            Lane lane,
            UserId payer,
            StreamKeyId streamKey,
            Instant now,
            Metering metering,
            Money balance,
            List<SessionDestination> destinations) {
        return new Session(
                id,
                lane,
                payer,
                streamKey,
                SessionState.AUTHORIZING,
                now,
                null,
                now,
                null,
                metering,
                balance,
                null,
                null,
                destinations,
                0);
    }

    /** The same session with the version that a store gave it. */
    public Session withVersion(long next) {
        return new Session(
                id,
                lane,
                payer,
                streamKey,
                state,
                openedAt,
                liveAt,
                seenAt,
                endedAt,
                metering,
                balanceBefore,
                balanceAfter,
                end,
                destinations,
                next);
    }

    Session authorized(Metering held) {
        return moved(SessionState.AUTHORIZED, liveAt, seenAt, null, held, null, null);
    }

    Session live(Instant now) {
        return moved(SessionState.LIVE, now, now, null, metering, null, null);
    }

    Session seen(Instant now, Metering proven) {
        return moved(state, liveAt, now, endedAt, proven, balanceAfter, end);
    }

    Session ending(SessionEnd why) {
        return moved(SessionState.ENDING, liveAt, seenAt, null, metering, null, end == null ? why : end);
    }

    Session ended(SessionEnd why, Instant now, Money balance) {
        return moved(SessionState.ENDED, liveAt, seenAt, now, metering, balance, end == null ? why : end);
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
                id,
                lane,
                payer,
                streamKey,
                next,
                openedAt,
                live,
                seen,
                over,
                counted,
                balanceBefore,
                balance,
                why,
                destinations,
                version);
    }
}
