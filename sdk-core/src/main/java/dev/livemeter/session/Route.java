package dev.livemeter.session;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.BroadcastStatus;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.session.Preparations.Prepared;
import dev.livemeter.spi.RelayAuthority.Push;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One destination of a running stream.
 *
 * @param saved as it was when it was prepared
 * @param push what the relay was told; null while it does not go there
 * @param failures how many preparations failed in a row
 * @param notWithin how long the platform wants to be left alone after that; null where it did not say
 * @param status as the relay knows it
 * @param broadcast what the platform says; null where it was not asked to show the stream
 */
record Route(
        SavedDestination saved,
        @Nullable Push push,
        int failures,
        @Nullable Duration notWithin,
        DestinationStatus status,
        @Nullable BroadcastStatus broadcast) {

    /**
     * One that was just prepared, and goes there from now on, waits for its platform or fails.
     *
     * @param errorBefore what went wrong the last time, for one that waits
     */
    static Route of(
            SavedDestination saved, Prepared prepared, int failedBefore, @Nullable String errorBefore, Instant now) {
        if (prepared instanceof Prepared.Ready ready) {
            return new Route(
                    saved, ready.push(), 0, null, fresh(saved, State.WAITING, "", null, now), ready.broadcast());
        }
        if (prepared instanceof Prepared.Asked asked) {
            return new Route(
                    saved,
                    null,
                    failedBefore,
                    null,
                    fresh(saved, State.PREPARING, asked.why(), errorBefore, now),
                    null);
        }
        var failed = (Prepared.Failed) prepared;
        var state = failed.retryable() ? State.RETRYING : State.FAILED;
        return new Route(
                saved,
                null,
                failedBefore + 1,
                failed.notWithin(),
                fresh(saved, state, failed.why(), failed.why(), now),
                null);
    }

    /** The stream does not go there, whatever was prepared. */
    static Route turnedAway(SavedDestination saved, String why, Instant now) {
        return new Route(saved, null, 0, null, fresh(saved, State.FAILED, why, why, now), null);
    }

    /** It was not live when the application went away, and whether somebody had stopped it is not known. */
    Route notResumed(Instant now) {
        return without(status(
                State.STOPPED,
                "The application was restarted while this destination was not live; start it if the stream is to go there.",
                null,
                null,
                now));
    }

    /** Somebody does not want it for this stream. */
    Route stopped(Instant now) {
        return without(status(State.STOPPED, "", status.lastError(), null, now));
    }

    private Route without(DestinationStatus now) {
        return new Route(saved, null, 0, null, now, null);
    }

    /** The same way under what its owner calls it now. */
    Route renamed(SavedDestination present) {
        return new Route(
                present,
                push,
                failures,
                notWithin,
                new DestinationStatus(
                        status.id(),
                        status.platform(),
                        present.destination().name(),
                        status.state(),
                        status.attempts(),
                        status.detail(),
                        status.since(),
                        status.lastError(),
                        status.nextRetryAt()),
                broadcast);
    }

    /** As the relay reports it. */
    Route changed(State state, String detail, @Nullable Instant nextRetryAt, Instant now) {
        var failed = state == State.RETRYING || state == State.FAILED;
        var error = failed && !detail.isEmpty() ? detail : status.lastError();
        return with(status(state, detail, error, nextRetryAt, now));
    }

    /** As the platform says. */
    Route shown(BroadcastStatus platform) {
        return new Route(saved, push, failures, notWithin, status, platform);
    }

    /** A preparation is repeated at that moment. */
    Route retriedAt(Instant nextRetryAt) {
        return with(status(status.state(), status.detail(), status.lastError(), nextRetryAt, status.since()));
    }

    /** It goes on as it is, although something else was wanted. */
    Route refused(String why) {
        return with(status(status.state(), status.detail(), why, status.nextRetryAt(), status.since()));
    }

    private Route with(DestinationStatus now) {
        return new Route(saved, push, failures, notWithin, now, broadcast);
    }

    boolean isStopped() {
        return status.state() == State.STOPPED;
    }

    /** Whether its platform is being asked. */
    boolean isPreparing() {
        return status.state() == State.PREPARING;
    }

    /** Whether the stream may go there yet, once its platform has answered. */
    boolean mayStillGo() {
        return status.state() == State.PREPARING || status.state() == State.RETRYING;
    }

    /** Whether it goes to a connected account, and to the same one as that destination. */
    boolean isAt(Destination other) {
        var mine = saved.destination();
        return mine.account() != null && mine.named(other.name()).equals(other);
    }

    /** Whether asking its platform again would do better than another attempt of the relay. */
    boolean wantsAnother() {
        return push == null
                || status.state() == State.FAILED
                || (broadcast != null && broadcast.phase() == Phase.ENDED);
    }

    /** As people are told: what the relay knows, joined with what the platform says. */
    DestinationStatus forPeople() {
        return broadcast == null ? status : JoinedStatus.of(status, broadcast);
    }

    private DestinationStatus status(
            State state, String detail, @Nullable String error, @Nullable Instant nextRetryAt, Instant since) {
        var attempts = status.attempts() + (state == State.CONNECTING && status.state() != State.CONNECTING ? 1 : 0);
        return new DestinationStatus(
                status.id(), status.platform(), status.name(), state, attempts, detail, since, error, nextRetryAt);
    }

    private static DestinationStatus fresh(
            SavedDestination saved, State state, String detail, @Nullable String error, Instant now) {
        var destination = saved.destination();
        return new DestinationStatus(
                saved.id(), destination.platform(), destination.name(), state, 0, detail, now, error, null);
    }
}
