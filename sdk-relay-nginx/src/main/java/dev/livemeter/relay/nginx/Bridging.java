package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.time.Duration;

/**
 * How long nginx may go on with a stream while nobody answers: as long as it is paid, and no longer than the settings allow. Thread-safe.
 *
 * @param longest zero where it may not at all
 */
record Bridging(Duration longest, AuthorityCalls authority) {

    /** The permission to go on, with that. */
    Answer goOn(SessionId session) {
        if (longest.isZero()) {
            return Answer.GO;
        }
        var paid = authority.paidAhead(session);
        return new Answer.GoFor(paid.compareTo(longest) < 0 ? paid : longest);
    }

    /** The permission for what carries no stream by itself. */
    Answer goOn() {
        return longest.isZero() ? Answer.GO : new Answer.GoFor(longest);
    }

    /** The permission that is the same for all who ask. */
    Answer allGoOn() {
        return new Answer.ForAll(longest);
    }
}
