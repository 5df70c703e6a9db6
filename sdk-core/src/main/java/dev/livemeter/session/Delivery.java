package dev.livemeter.session;

import dev.livemeter.destination.DestinationStatus;
import java.time.Duration;
import java.util.List;

/** How a lane obeys the meter. Each order returns at once and is idempotent; thread-safe. */
public interface Delivery {

    /** Ends the delivery. */
    void cut(SessionId session);

    /**
     * Whether it can go on as a preview that is not charged. Where it cannot, a session ends with its money, whatever {@link SessionPolicy#finalUnit} says, and
     * {@link #restrict} is never asked for. Always the same.
     */
    default boolean hasPreview() {
        return false;
    }

    /** Goes on as a preview that is not charged. */
    default void restrict(SessionId session, FinalUnitAction action) {}

    /** Ends the preview: the session is paid for again. */
    default void resume(SessionId session) {}

    /**
     * How soon a session whose node went away shows up again, as its delivery may go on without the node; zero where it ended with it. Always the same.
     */
    default Duration resumesWithin() {
        return Duration.ZERO;
    }

    /** How much longer than that it is to be waited for, from now on, as nothing could be heard of it; zero where everything was heard. */
    default Duration resumesLater() {
        return Duration.ZERO;
    }

    /**
     * Whether what was delivered is known afterwards alone, by {@link Meter#confirmed}: then time that passed is no proof of itself, not even up to the beginning of a preview.
     * Always the same.
     */
    default boolean isConfirmedAfterwards() {
        return false;
    }

    /** The session is over and charged, or another node has it. */
    default void over(Session session) {}

    /** How its destinations fare, for people; none where there are no such things. */
    default List<DestinationStatus> destinations(SessionId session) {
        return List.of();
    }

    /** What its payer should change about it; none where all is well. */
    default List<StreamWarning> warnings(SessionId session) {
        return List.of();
    }
}
