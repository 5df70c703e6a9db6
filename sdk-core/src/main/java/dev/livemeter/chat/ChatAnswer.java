package dev.livemeter.chat;

import java.time.Duration;
import java.util.function.Function;

/** What came of a wish: it was granted, or declined and nothing was changed. */
public sealed interface ChatAnswer<T> {

    /** It was done. */
    record Granted<T>(T value) implements ChatAnswer<T> {}

    /**
     * It was not.
     *
     * @param message a sentence for people
     * @param retryAfter when the same may be granted; zero where waiting does not help
     */
    record Declined<T>(Reason reason, String message, Duration retryAfter) implements ChatAnswer<T> {

        /** The same answer to another wish. */
        public <O> Declined<O> as() {
            return new Declined<>(reason, message, retryAfter);
        }
    }

    /** Why something is declined. The first that fits is told. */
    enum Reason {
        /** There is no chat in this application. */
        OFF,
        /** The person is banned. */
        BANNED,
        /** The channel does not let this person. */
        NOT_ALLOWED,
        /** There are too many readers. */
        FULL,
        /** The text, the name or the id does not fit. */
        UNFIT,
        /** The name is another person's. */
        NAME_TAKEN,
        /** Too much was said in too short a time. */
        TOO_FAST,
        /** There is no such message, or no more. */
        UNKNOWN
    }

    /** Goes one of two ways. */
    default <R> R fold(Function<T, R> granted, Function<Declined<T>, R> declined) {
        return this instanceof Granted<T> yes ? granted.apply(yes.value()) : declined.apply((Declined<T>) this);
    }

    /**
     * The value.
     *
     * @throws IllegalStateException with the sentence, if it was declined
     */
    default T orElseThrow() {
        return fold(value -> value, declined -> {
            throw new IllegalStateException(declined.message());
        });
    }
}
