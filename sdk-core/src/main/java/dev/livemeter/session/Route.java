package dev.livemeter.session;

import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.session.Preparations.Prepared;
import dev.livemeter.spi.RelayAuthority.Push;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One destination of a running stream.
 *
 * @param saved as it was when it was prepared
 * @param push what the relay was told; null while it does not go there
 * @param failures how many preparations failed in a row
 */
record Route(SavedDestination saved, @Nullable Push push, int failures, DestinationStatus status) {

    /** One that was just prepared, and goes there from now on or fails. */
    static Route of(SavedDestination saved, Prepared prepared, int failedBefore, Instant now) {
        if (prepared instanceof Prepared.Ready ready) {
            return new Route(saved, ready.push(), 0, fresh(saved, State.WAITING, "", null, now));
        }
        var failed = (Prepared.Failed) prepared;
        var state = failed.retryable() ? State.RETRYING : State.FAILED;
        return new Route(saved, null, failedBefore + 1, fresh(saved, state, failed.why(), failed.why(), now));
    }

    /** The stream does not go there, whatever was prepared. */
    static Route turnedAway(SavedDestination saved, String why, Instant now) {
        return new Route(saved, null, 0, fresh(saved, State.FAILED, why, why, now));
    }

    /** It was not live when the application went away, and whether somebody had stopped it is not known. */
    Route notResumed(Instant now) {
        return new Route(
                saved,
                null,
                0,
                status(
                        State.STOPPED,
                        "The application was restarted while this destination was not live; start it if the stream is to go there.",
                        null,
                        null,
                        now));
    }

    /** Somebody does not want it for this stream. */
    Route stopped(Instant now) {
        return new Route(saved, null, 0, status(State.STOPPED, "", status.lastError(), null, now));
    }

    /** The same way under what its owner calls it now. */
    Route renamed(SavedDestination present) {
        return new Route(
                present,
                push,
                failures,
                new DestinationStatus(
                        status.id(),
                        status.platform(),
                        present.destination().name(),
                        status.state(),
                        status.attempts(),
                        status.detail(),
                        status.since(),
                        status.lastError(),
                        status.nextRetryAt()));
    }

    /** As the relay reports it. */
    Route changed(State state, String detail, @Nullable Instant nextRetryAt, Instant now) {
        var failed = state == State.RETRYING || state == State.FAILED;
        var error = failed && !detail.isEmpty() ? detail : status.lastError();
        return new Route(saved, push, failures, status(state, detail, error, nextRetryAt, now));
    }

    /** A preparation is repeated at that moment. */
    Route retriedAt(Instant nextRetryAt) {
        return new Route(
                saved,
                push,
                failures,
                status(status.state(), status.detail(), status.lastError(), nextRetryAt, status.since()));
    }

    /** It goes on as it is, although something else was wanted. */
    Route refused(String why) {
        return new Route(
                saved,
                push,
                failures,
                status(status.state(), status.detail(), why, status.nextRetryAt(), status.since()));
    }

    boolean isStopped() {
        return status.state() == State.STOPPED;
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
