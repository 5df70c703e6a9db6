package dev.livemeter.relay.nginx;

import dev.livemeter.spi.IdSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Leave to watch a stream, once: nobody but our own look is ever let in as a player. Prints no ticket. Thread-safe. */
final class LookTickets {

    /** The argument behind the name of the stream that holds a ticket. */
    static final String ARGUMENT = "look";

    private final IdSource tickets = IdSource.random();
    private final Map<String, String> open = new ConcurrentHashMap<>();

    /** A new one for that stream; an earlier one is worth nothing any more. */
    String issue(String stream) {
        var ticket = tickets.next();
        open.put(stream, ticket);
        return ticket;
    }

    /** Takes a ticket for that stream; a right one is good once. */
    boolean redeem(String stream, String given) {
        var ticket = open.get(stream);
        return ticket != null
                && MessageDigest.isEqual(
                        ticket.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.UTF_8))
                && open.remove(stream, ticket);
    }

    /** That one is not needed any more. */
    void withdraw(String stream, String ticket) {
        open.remove(stream, ticket);
    }

    @Override
    public String toString() {
        return "LookTickets[" + open.size() + "]";
    }
}
