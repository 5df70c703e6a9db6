package dev.livemeter.chat;

import dev.livemeter.identity.UserId;
import java.time.Instant;

/** One line of a channel. Lines are numbered from 1 without a gap, in the order in which everybody sees them. */
public sealed interface ChatEntry {

    /** Its number in the channel. */
    long sequence();

    /** When it was written, by the wall clock of the node that took it. */
    Instant at();

    /**
     * What somebody said.
     *
     * @param id by which its author knows it
     * @param text plain text in Unicode's normal form C, never HTML; whoever shows it must escape it. Empty once it is deleted
     */
    record Message(long sequence, String id, ChatAuthor author, String text, Instant at) implements ChatEntry {

        /** Whether its text is gone. A {@link Deletion} further on says so to those who have seen it. */
        public boolean isDeleted() {
            return text.isEmpty();
        }

        /** The same without its text. */
        public Message deleted() {
            return new Message(sequence, id, author, "", at);
        }

        /** Without the text: what people say is not for logs. */
        @Override
        public String toString() {
            return "Message[" + sequence + " of " + author.person() + "]";
        }
    }

    /**
     * Somebody deleted a message: take it from the screen.
     *
     * @param message the number of the one that is deleted
     */
    record Deletion(long sequence, long message, UserId by, Instant at) implements ChatEntry {}
}
