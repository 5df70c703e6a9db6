package dev.livemeter.broadcast.chat;

import dev.livemeter.destination.DestinationId;
import java.time.Instant;

/** One line of the chats of a session. Lines of all platforms are numbered together, in the order in which they came. */
public sealed interface PlatformChatEntry {

    /** Its number; exact as a JavaScript number. */
    long sequence();

    /** The destination that it is about. */
    DestinationId destination();

    /** The name of its platform. */
    String platform();

    /** When: of what was said, as the platform says, where that can be. */
    Instant at();

    /**
     * What somebody said.
     *
     * @param id the platform's own
     * @param text plain text in Unicode's normal form C, at most 500 characters in one line, without what could make it look like something else; never HTML, whoever shows it must
     *     escape it. Empty once it is taken away
     * @param paid what was paid to say it, for people; empty where nothing was
     */
    record Message(
            long sequence,
            DestinationId destination,
            String platform,
            String id,
            PlatformAuthor author,
            String text,
            String paid,
            boolean isRemoved,
            Instant at)
            implements PlatformChatEntry {

        Message removed() {
            return new Message(sequence, destination, platform, id, author, "", "", true, at);
        }

        /** Without the text: what people say is not for logs. */
        @Override
        public String toString() {
            return "Message[" + sequence + " on " + platform + " of " + author.id() + "]";
        }
    }

    /** The platform took something away: take it from the screen. */
    record Removal(long sequence, DestinationId destination, String platform, Removed what, Instant at)
            implements PlatformChatEntry {}

    /** What is to be taken from the screen. */
    sealed interface Removed {

        /**
         * One message.
         *
         * @param message its number
         */
        record OfMessage(long message) implements Removed {}

        /** All that somebody said at this destination before. */
        record OfAuthor(String author) implements Removed {}

        /** All that was said at this destination before. */
        record OfAll() implements Removed {}
    }

    /** A chat came into another state. Kept until it comes into the next one. */
    record Turn(long sequence, PlatformChatStatus status) implements PlatformChatEntry {

        @Override
        public DestinationId destination() {
            return status.destination();
        }

        @Override
        public String platform() {
            return status.platform();
        }

        @Override
        public Instant at() {
            return status.since();
        }
    }
}
