package dev.livemeter.session;

import static dev.livemeter.session.MeterClock.earlier;

import java.time.Duration;

/**
 * When one session is looked at next, and when it has to end: with what is paid for, or at its limit. Used under the session's lock; only that the deadline has passed is noted without it, as
 * the cut waits for nobody.
 */
final class SessionSchedule {

    /** How often money is looked for where a session ends without it: the node at which it is paid in may have no way to tell this one. */
    static final Duration LOOKS_FOR_MONEY_EVERY = Duration.ofSeconds(5);

    private final SessionPolicy policy;
    private final SessionAccount account;
    private final SessionStory story;
    private final Outage outage;
    private final MeterClock clock;
    private final SessionTimers timers;
    private final Runnable look;
    private Duration lookedAt = Duration.ZERO;
    private volatile boolean deadlinePassed;

    /**
     * Nothing is planned yet.
     *
     * @param look is done when it is time to look
     */
    SessionSchedule(
            SessionPolicy policy,
            SessionAccount account,
            SessionStory story,
            Outage outage,
            MeterClock clock,
            SessionTimers timers,
            Runnable look) {
        this.policy = policy;
        this.account = account;
        this.story = story;
        this.outage = outage;
        this.clock = clock;
        this.timers = timers;
        this.look = look;
    }

    // Looks

    /** It was looked at when the clock read so. */
    void looked(Duration elapsed) {
        lookedAt = elapsed;
    }

    /** The clock went back. */
    void wentBack() {
        lookedAt = earlier(lookedAt, clock.elapsed());
    }

    /** Plans the next look at the session, and the cut. */
    void plan() {
        // Never later than it is due: what a crash costs is bounded by it.
        var step = LookGrid.stepFor(policy.proveEvery());
        var next = LookGrid.preceding(
                clock.nanoTimeAt(earlier(
                        lookedAt.plus(policy.proveEvery()), account.settledAt().plus(policy.settleEvery()))),
                step);
        var renewal = account.paidUntil().minus(policy.renewBefore());
        if (!story.isFinalUnit() && renewal.compareTo(clock.elapsed()) > 0) {
            // Not before it is due, or it would not be seen to be; and no later, where it is left to the last moment.
            var due = clock.nanoTimeAt(renewal);
            var mayWait = policy.renewBefore().compareTo(step.multipliedBy(2)) >= 0;
            next = Math.min(next, mayWait ? LookGrid.following(due, step) : due);
        }
        if (story.isFinalUnit()) {
            next = Math.min(
                    next, LookGrid.following(clock.nanoTimeAt(lookedAt.plus(LOOKS_FOR_MONEY_EVERY)), LookGrid.STEP));
        }
        timers.lookAt(Math.max(next, LookGrid.following(clock.nanoTimeAt(outage.notBefore()), step)), look);
        planEnd();
        timers.planCut();
    }

    // The end of the paid time

    /** When it has to end, and why; once the deadline has passed, that stands. */
    void planEnd() {
        if (deadlinePassed) {
            return;
        }
        var limit = account.limit();
        var cut = cutAfter();
        if (!limit.isZero() && limit.compareTo(cut) <= 0) {
            timers.endAt(limit, new SessionEnd.LimitReached(words(limit)));
        } else {
            timers.endAt(cut, new SessionEnd.FundsExhausted());
        }
    }

    private static String words(Duration limit) {
        return limit.toSecondsPart() == 0 ? limit.toMinutes() + " minutes" : limit.toSeconds() + " seconds";
    }

    /** The deadline has passed. Thread-safe. */
    void passDeadline() {
        deadlinePassed = true;
    }

    boolean isDeadlinePassed() {
        return deadlinePassed;
    }

    /** The deadline has passed, and time is paid for again. */
    void revive() {
        deadlinePassed = false;
    }

    /** After the deadline a cut is on its way, and no money keeps it back; a restricted session waits for just that. */
    boolean isBeyondRenewal() {
        return deadlinePassed && !clock.isPaused();
    }

    /** How long it may last on what is paid, and on what it gets beyond that. */
    Duration cutAfter() {
        var paid = account.paidUntil().plus(policy.grace());
        return continuesUnpaid() ? paid.plus(policy.continueFor()) : paid;
    }

    /** Whether it is let go on although billing does not answer. */
    boolean continuesUnpaid() {
        return outage.isAway() && policy.failureHandling() == FailureHandling.CONTINUE;
    }

    /** How long it may be delivered from now on without another word of this process. */
    Duration paidAhead() {
        var limit = account.limit();
        return timeLeft(limit.isZero() ? cutAfter() : earlier(limit, cutAfter()));
    }

    /** How much is left of so much time; never negative. */
    Duration timeLeft(Duration lasts) {
        var left = lasts.minus(clock.elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
