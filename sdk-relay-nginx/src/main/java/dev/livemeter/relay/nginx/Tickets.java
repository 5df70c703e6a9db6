package dev.livemeter.relay.nginx;

import dev.livemeter.spi.IdSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Leave for something, once: who shows the ticket is told what it is for. Of each subject one ticket is open at a time, and an earlier one is worth nothing any more. Prints
 * neither tickets nor what they are for. Thread-safe.
 *
 * @param <T> what a ticket is for
 */
final class Tickets<T> {

    private final IdSource tickets = IdSource.random();
    private final Map<String, Issued<T>> open = new ConcurrentHashMap<>();

    private record Issued<T>(String ticket, T leave) {}

    /** A new one, which nobody guesses. */
    String issue(String subject, T leave) {
        var ticket = tickets.next();
        open.put(subject, new Issued<>(ticket, leave));
        return ticket;
    }

    /** Takes a ticket; a right one is good once. */
    Optional<T> redeem(String subject, String given) {
        var issued = open.get(subject);
        return issued != null
                        && MessageDigest.isEqual(
                                issued.ticket().getBytes(StandardCharsets.US_ASCII),
                                given.getBytes(StandardCharsets.UTF_8))
                        && open.remove(subject, issued)
                ? Optional.of(issued.leave())
                : Optional.empty();
    }

    /** That one is not needed any more. */
    void withdraw(String subject, String ticket) {
        open.computeIfPresent(subject, (same, issued) -> issued.ticket().equals(ticket) ? null : issued);
    }

    /** How many are open. */
    int size() {
        return open.size();
    }

    @Override
    public String toString() {
        return "Tickets[" + open.size() + "]";
    }
}
