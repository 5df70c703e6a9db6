package dev.livemeter.relay.nginx;

import dev.livemeter.spi.IdSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Leave to ring at a stream, once: nobody but our own lines may name a stream that runs, and what the stream is to be passed on to is known by the ticket. Locations hold
 * platforms' keys; prints neither them nor tickets. Thread-safe.
 */
final class RingTickets {

    /** The argument behind the name of the stream that holds a ticket. */
    static final String ARGUMENT = "ring";

    private final IdSource tickets = IdSource.random();
    private final Map<String, Ring> open = new ConcurrentHashMap<>();

    private record Ring(String ticket, Answer answer) {}

    /**
     * A new one for that stream; of each stream one is open at a time.
     *
     * @param location where the stream is to be passed on to; null where it is only asked whether it is there
     */
    String issue(String stream, @Nullable String location) {
        var ticket = tickets.next();
        open.put(stream, new Ring(ticket, location == null ? Answer.GO : new Answer.PassTo(location)));
        return ticket;
    }

    /** Takes a ticket for that stream; a right one is good once. */
    Optional<Answer> redeem(String stream, String given) {
        var ring = open.get(stream);
        return ring != null
                        && MessageDigest.isEqual(
                                ring.ticket().getBytes(StandardCharsets.US_ASCII),
                                given.getBytes(StandardCharsets.UTF_8))
                        && open.remove(stream, ring)
                ? Optional.of(ring.answer())
                : Optional.empty();
    }

    /** That one is not needed any more. */
    void withdraw(String stream, String ticket) {
        open.computeIfPresent(stream, (same, ring) -> ring.ticket().equals(ticket) ? null : ring);
    }

    @Override
    public String toString() {
        return "RingTickets[" + open.size() + "]";
    }
}
