package dev.livemeter.session;

import java.time.Duration;

/** Whether billing answers one session, and when it is asked again where it does not: after a second, and then ever more rarely. Not thread-safe. */
final class Outage {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private boolean away;
    private Duration next = FIRST_RETRY;
    private Duration notBefore = Duration.ZERO;

    boolean isAway() {
        return away;
    }

    /** Billing did not answer. */
    void begins() {
        away = true;
    }

    /** Billing answered. */
    void ends() {
        away = false;
        next = FIRST_RETRY;
        notBefore = Duration.ZERO;
    }

    /** How long to wait before the next attempt; each time it is asked, longer. */
    Duration nextRetry() {
        var now = next;
        var doubled = next.multipliedBy(2);
        next = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
        return now;
    }

    /** Leaves the next attempt to the looks from that reading of the session's clock on. */
    void retryFrom(Duration reading) {
        notBefore = reading;
    }

    /** Before that reading of the session's clock it is not asked. */
    Duration notBefore() {
        return notBefore;
    }
}
