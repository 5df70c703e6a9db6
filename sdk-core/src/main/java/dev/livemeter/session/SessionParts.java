package dev.livemeter.session;

import dev.livemeter.event.Events;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;

/** What every session works with. */
record SessionParts(
        Wallet wallet,
        SessionStore store,
        Settlements settlements,
        LookGrid looks,
        TimeSource time,
        Scheduler scheduler,
        Events events,
        SessionPolicy policy) {

    /**
     * How long a hold outlives the time it pays for. An application that is down for longer than this loses the charge of the streams that
     * it left open, not their artists' money.
     */
    static final Duration HOLD_MARGIN = Duration.ofHours(24);

    SessionParts(
            Wallet wallet,
            SessionStore store,
            Settler settler,
            TimeSource time,
            Scheduler scheduler,
            Events events,
            SessionPolicy policy) {
        this(
                wallet,
                store,
                new Settlements(settler, scheduler, time, LookGrid.stepFor(policy.proveEvery())),
                time,
                scheduler,
                events,
                policy);
    }

    private SessionParts(
            Wallet wallet,
            SessionStore store,
            Settlements settlements,
            TimeSource time,
            Scheduler scheduler,
            Events events,
            SessionPolicy policy) {
        this(
                wallet,
                store,
                settlements,
                new LookGrid(time, scheduler, settlements::drive),
                time,
                scheduler,
                events,
                policy);
    }

    /** The same under other rules of credit control. */
    SessionParts under(SessionPolicy rules) {
        return new SessionParts(wallet, store, settlements, looks, time, scheduler, events, rules);
    }

    /** Wall time to the millisecond, which is what every store keeps. */
    Instant now() {
        return time.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The month, by the session's calendar, in which it is after so much time. */
    YearMonth monthOf(Session session, Duration elapsed) {
        var basis = session.metering().basis();
        return YearMonth.from(basis.startedAt().plus(elapsed).atZone(basis.zone()));
    }
}
