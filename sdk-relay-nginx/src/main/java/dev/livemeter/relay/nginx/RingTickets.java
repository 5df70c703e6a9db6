package dev.livemeter.relay.nginx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Leave to ring at a stream, once: nobody but our own lines may name a stream that runs, and what the stream is to be passed on to is known by the ticket. Locations hold
 * platforms' keys; prints neither them nor tickets. Thread-safe.
 */
final class RingTickets {

    /** The argument behind the name of the stream that holds a ticket. */
    static final String ARGUMENT = "ring";

    private final Tickets<Answer> tickets = new Tickets<>();

    /**
     * A new one for that stream; of each stream one is open at a time.
     *
     * @param location where the stream is to be passed on to; null where it is only asked whether it is there
     */
    String issue(String stream, @Nullable String location) {
        return tickets.issue(stream, location == null ? Answer.GO : new Answer.PassTo(location));
    }

    /** Takes a ticket for that stream; a right one is good once. */
    Optional<Answer> redeem(String stream, String given) {
        return tickets.redeem(stream, given);
    }

    /** That one is not needed any more. */
    void withdraw(String stream, String ticket) {
        tickets.withdraw(stream, ticket);
    }

    @Override
    public String toString() {
        return "RingTickets[" + tickets.size() + "]";
    }
}
