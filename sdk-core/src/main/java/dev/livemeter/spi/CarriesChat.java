package dev.livemeter.spi;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link StreamProvider} implements besides, if people can chat beside a broadcast on its platform, and a connected account may read that. Livemeter joins when a
 * broadcast is shown, and leaves when it ends.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code CarriesChatContract}, numbered in {@code docs/contracts/carries-chat.md}): thread-safe. {@link #join} returns at once and
 * throws nothing; what it finds it tells its {@link Ear}. A link that breaks is joined again by the provider itself, later and later, until it is closed or over. Messages come in the
 * platform's order; after a break some may come again, with the same id. No thread is held by a chat in which nobody speaks. No secret appears in a message, a log or an exception.
 */
public interface CarriesChat {

    /**
     * Joins the chat of a broadcast.
     *
     * @param ear is told from now on, never from within this call, by one thread at a time
     */
    Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means);

    /** Whether there is a chat to be joined at all, as the provider is configured; where there is none, nobody is told of one. Constant; {@code true} unless overridden. */
    default boolean hasChat() {
        return true;
    }

    /** The longest text that the platform takes at once, in characters (code points); constant. */
    int longestText();

    /**
     * What a link works with; no thread and no timer of its own is needed.
     *
     * @param workers runs what blocks
     */
    record Means(TimeSource time, Scheduler scheduler, Executor workers) {}

    /** A chat that was joined. Thread-safe. */
    interface Link extends AutoCloseable {

        /**
         * Says something as the account. Blocks for at most some seconds. Not to be repeated where it is not known whether it was said: platforms show it twice. What was said comes to the
         * {@link Ear} as well, like everything else.
         *
         * @param text one line of plain text, 1 to {@link CarriesChat#longestText} characters
         */
        Saying say(String text);

        /** Leaves. The ear is told nothing more; a call to it that is under way ends. Returns at once. Idempotent. */
        @Override
        void close();
    }

    /** What {@link Link#say} came to. First match wins in this order. */
    sealed interface Saying {

        /**
         * Nobody says anything here with this account: the link is closed or over, it was not allowed that, or the chat takes nothing.
         *
         * @param message what is wrong and what to do
         */
        record NotAllowed(String message) implements Saying {}

        /** The platform did not take it, or could not be asked. */
        record Refused(PlatformTrouble trouble) implements Saying {}

        /** It was said. */
        record Said() implements Saying {}
    }

    /** Hears a chat. Implemented by Livemeter; returns quickly, and throws nothing. */
    interface Ear {

        /** Somebody said something. */
        void said(Message message);

        /** The platform took something away, whether it was told or not. */
        void removed(Removal removal);

        /** The link came into another state. */
        void changed(State state);
    }

    /**
     * Something that somebody said on a platform, as the platform gave it: hostile text included.
     *
     * @param id the platform's own, unique in the chat, at most 256 characters
     * @param text plain text, never markup; may be empty where {@code paid} is not
     * @param paid what was paid to say it, in the platform's words, such as {@code $5.00} or {@code 100 bits}; empty where nothing was
     * @param at when, as the platform says
     */
    record Message(String id, PlatformAuthor author, String text, String paid, Instant at) {

        /** Without the text: what people say is not for logs. */
        @Override
        public String toString() {
            return "Message[" + id + " of " + author.id() + "]";
        }
    }

    /** What is to be taken from the screen. */
    sealed interface Removal {

        /** One message. */
        record OfMessage(String id) implements Removal {}

        /** All that somebody said so far, because they were sent away, say. */
        record OfAuthor(String author) implements Removal {}

        /** All that was said so far. */
        record OfAll() implements Removal {}
    }

    /** How a link fares. */
    sealed interface State {

        /** What is said is heard from now on. */
        record Connected() implements State {}

        /**
         * Nothing is heard for now; what is said meanwhile may be lost.
         *
         * @param nextTryAt when it is tried again, roughly; null while it is tried
         */
        record Interrupted(
                PlatformTrouble trouble, @Nullable Instant nextTryAt) implements State {}

        /**
         * Nothing more will be heard: the chat ended, or somebody must change something. The last that an ear is told.
         *
         * @param message why, for people; empty where the chat simply ended
         */
        record Over(String message) implements State {}
    }
}
