package dev.livemeter.session;

import static dev.livemeter.session.MeterClock.earlier;

import java.time.Duration;

/**
 * What a session goes on as, uncharged, when its money is used up and its rules do not end it with that (RFC 8506, Final-Unit-Action). Its clock stands still meanwhile, until money is paid in or the patience of
 * the rules is over. Used under the session's lock, but for what a method says is thread-safe.
 */
final class Preview {

    private final SessionParts parts;
    private final Delivery delivery;
    private final SessionId id;
    private final SessionAccount account;
    private final SessionStory story;
    private final MeterClock clock;
    private final SessionTimers timers;
    private final SessionSchedule schedule;
    private final ProofOfLife proof;
    private long restrictedUntilNanos;

    /** A session that is paid for. */
    Preview(
            SessionParts parts,
            Delivery delivery,
            SessionAccount account,
            SessionStory story,
            MeterClock clock,
            SessionTimers timers,
            SessionSchedule schedule,
            ProofOfLife proof) {
        this.parts = parts;
        this.delivery = delivery;
        this.id = account.stored().id();
        this.account = account;
        this.story = story;
        this.clock = clock;
        this.timers = timers;
        this.schedule = schedule;
        this.proof = proof;
    }

    /** Whether it goes on so, where it had to end for that reason. Thread-safe. */
    boolean follows(SessionEnd why) {
        return why instanceof SessionEnd.FundsExhausted
                && parts.policy().finalUnit() != FinalUnitAction.TERMINATE
                && delivery.hasPreview();
    }

    /** Has the delivery go on so. Thread-safe. */
    void order() {
        delivery.restrict(id, parts.policy().finalUnit());
    }

    /** It goes on so, from the end of the paid time on. */
    void begin() {
        order();
        // What was proved beyond the end of the paid time belongs to the preview, and must not be charged when the
        // session is revived.
        proof.prove(
                earlier(delivery.isConfirmedAfterwards() ? account.proven() : clock.elapsed(), schedule.cutAfter()));
        // An increment that became dearer after it began may be paid no more; what was used of it stays used.
        var fixed = account.fixedUntil();
        clock.pauseAt(fixed.compareTo(schedule.cutAfter()) > 0 ? fixed : schedule.cutAfter());
        timers.cancel();
        story.restricted();
        restrictedUntilNanos =
                parts.time().nanoTime() + parts.policy().restrictFor().toNanos();
    }

    /** How much longer it may wait for money; not positive where it may not. */
    Duration left() {
        return Duration.ofNanos(restrictedUntilNanos - parts.time().nanoTime());
    }

    /** It is paid for again. */
    void end() {
        schedule.revive();
        clock.resume();
        delivery.resume(id);
        story.revived(account.paidUntil());
    }
}
