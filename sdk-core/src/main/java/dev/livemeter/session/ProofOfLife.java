package dev.livemeter.session;

import static dev.livemeter.session.MeterClock.earlier;

import java.time.Duration;

/** Until when one session is known to have been delivered: only that time is charged. Used under the session's lock. */
final class ProofOfLife {

    private final SessionParts parts;
    private final SessionAccount account;
    private final MeterClock clock;
    private final SessionSchedule schedule;
    private final SessionTermination termination;

    ProofOfLife(
            SessionParts parts,
            SessionAccount account,
            MeterClock clock,
            SessionSchedule schedule,
            SessionTermination termination) {
        this.parts = parts;
        this.account = account;
        this.clock = clock;
        this.schedule = schedule;
        this.termination = termination;
    }

    /**
     * A sign of life.
     *
     * @return whether it may go on
     */
    boolean alive() {
        if (isOver()) {
            return false;
        }
        prove(clock.elapsedNanos(), parts.time().millis());
        return isOpen();
    }

    /**
     * A sign of life as of so long ago.
     *
     * @return whether it may go on
     */
    boolean confirmed(Duration ago) {
        if (isOver()) {
            return false;
        }
        var until = clock.elapsed().minus(ago);
        if (account.isLive() && until.compareTo(account.proven()) > 0) {
            prove(until.toNanos(), parts.now().minus(ago).toEpochMilli());
        }
        return isOpen();
    }

    private boolean isOver() {
        return termination.isPublisherGone() || schedule.isBeyondRenewal();
    }

    private boolean isOpen() {
        return account.state() == SessionState.AUTHORIZED || account.isLive();
    }

    /** It was delivered until then, and was seen just now. */
    void prove(Duration elapsed) {
        prove(elapsed.toNanos(), parts.time().millis());
    }

    private void prove(long elapsedNanos, long atMillis) {
        account.prove(elapsedNanos, atMillis);
        if (schedule.continuesUnpaid()) {
            account.goneOn(earlier(Duration.ofNanos(elapsedNanos), schedule.cutAfter()));
        }
    }

    /** For so long nothing was delivered: that time does not count, but for what is proven or fixed already. */
    void interrupted(Duration span) {
        var fixed = account.fixedUntil();
        var known = fixed.compareTo(account.proven()) > 0 ? fixed : account.proven();
        clock.skip(earlier(span, clock.elapsed().minus(known)));
        schedule.wentBack();
    }
}
