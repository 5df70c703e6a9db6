package dev.livemeter.chat;

import java.time.Duration;

/**
 * How much may be said: so many messages at once, and then one more each time that a part of the span has passed.
 *
 * @param messages 1 to 10000
 * @param within a millisecond to an hour
 */
public record ChatRate(int messages, Duration within) {

    boolean isSensible() {
        return messages >= 1
                && messages <= 10_000
                && within.compareTo(Duration.ofMillis(1)) >= 0
                && within.compareTo(Duration.ofHours(1)) <= 0;
    }

    long nanosForOne() {
        return within.toNanos() / messages;
    }

    @Override
    public String toString() {
        return messages + " in " + within.toMillis() + " ms";
    }
}
