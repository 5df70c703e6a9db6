package dev.livemeter.session;

import dev.livemeter.event.Events;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;

/** What every session works with. */
record SessionParts(
        Wallet wallet, SessionStore store, TimeSource time, Scheduler scheduler, Events events, SessionPolicy policy) {

    /**
     * How long a hold outlives the time it pays for. An application that is down for longer than this loses the charge of the streams that
     * it left open, not their artists' money.
     */
    static final Duration HOLD_MARGIN = Duration.ofHours(24);
}
