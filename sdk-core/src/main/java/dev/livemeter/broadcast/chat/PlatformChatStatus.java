package dev.livemeter.broadcast.chat;

import dev.livemeter.destination.DestinationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the chat of one destination fares.
 *
 * @param longestReply in characters
 * @param detail a sentence for people; empty where there is nothing to say
 * @param since when it came into this state
 * @param nextTryAt when it is joined again, roughly; null where nobody waits for that
 */
public record PlatformChatStatus(
        DestinationId destination,
        String platform,
        State state,
        int longestReply,
        String detail,
        Instant since,
        @Nullable Instant nextTryAt) {

    /** What is known of the link to the platform. */
    public enum State {
        /** Being joined for the first time. */
        JOINING,
        /** What is said is heard. */
        CONNECTED,
        /** Nothing is heard; it is joined again by itself. */
        INTERRUPTED,
        /** Nothing more will be heard. */
        OVER
    }
}
