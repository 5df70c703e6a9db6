package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTraffic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams that are passed on, and what can be done about their destinations while they run. An order for one that another node has is brought there, where the relay has a way; figures and warnings are those
 * of this process alone. What a user adds, changes or removes in
 * {@link dev.livemeter.destination.Destinations} takes effect by itself. Thread-safe; every order is idempotent and returns without waiting for a platform.
 */
public final class Streams {

    private final @Nullable RelayLane lane;

    /**
     * The streams of a lane.
     *
     * @param lane null where there is no relay
     */
    public Streams(@Nullable RelayLane lane) {
        this.lane = lane;
    }

    /**
     * Tries a destination that failed again at once; ignored where it connects, is live or was stopped.
     *
     * @throws LivemeterException {@code session.not_running}; {@code session.elsewhere}, with retryable set, if another node has it and does not answer; {@code destination.not_on_air} if the session has none of that id;
     *     {@code rating.too_many_steps} where the number of destinations changed too often for the price to follow; then nothing changed
     */
    public void retryNow(SessionId session, DestinationId destination) {
        lane(session).order(StreamNodes.Order.RETRY_DESTINATION, session, destination);
    }

    /**
     * Closes one destination for the rest of this stream, or until it is started again; the next stream goes there as before. From the next
     * increment on it counts no more for the price, unless the destinations changed too often for the price to follow.
     *
     * @throws LivemeterException {@code session.not_running}, {@code session.elsewhere}, {@code destination.not_on_air}
     */
    public void stop(SessionId session, DestinationId destination) {
        lane(session).order(StreamNodes.Order.STOP_DESTINATION, session, destination);
    }

    /**
     * Opens a destination again that was stopped.
     *
     * @throws LivemeterException as {@link #retryNow}
     */
    public void start(SessionId session, DestinationId destination) {
        lane(session).order(StreamNodes.Order.START_DESTINATION, session, destination);
    }

    /** What went to the destinations of a session lately, for people and never for money; empty where nothing is known. May block for some seconds. */
    public List<DestinationTraffic> traffic(SessionId session) {
        return lane == null ? List.of() : lane.traffic(session);
    }

    /** What the artist should change about a session, in the order in which it came up; none where all is well or nothing is known. */
    public List<StreamWarning> warnings(SessionId session) {
        return lane == null ? List.of() : lane.warnings(session);
    }

    private RelayLane lane(SessionId session) {
        if (lane == null) {
            throw notRunning(session);
        }
        return lane;
    }

    static LivemeterException notRunning(SessionId session) {
        return new LivemeterException(
                "session.not_running", "The session " + session + " is not a stream that runs here; it may be over.");
    }
}
