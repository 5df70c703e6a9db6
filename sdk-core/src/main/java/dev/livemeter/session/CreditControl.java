package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldResult;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one session asks of wallet and store in the three interrogations of RFC 8506, and what it does about the answers. The initial one waits for its answer. An update and the termination are worded, queued,
 * and taken in when they are answered: until then there is no other, and one whose answer was lost is repeated unchanged. Used under the session's lock, which answers and retries take by themselves.
 */
final class CreditControl {

    private static final Logger log = LoggerFactory.getLogger(CreditControl.class);

    private final SessionParts parts;
    private final SessionId id;
    private final SessionAccount account;
    private final SessionStory story;
    private final MeterClock clock;
    private final Outage outage;
    private final SessionSchedule schedule;
    private final BalanceWatch balance;
    private final Preview preview;
    private final SessionTermination termination;
    private final Executor locked;
    private final Runnable goOn;

    /** What waits for its answer, or to be repeated; null where there is nothing. */
    private @Nullable SettleRequest asked;

    private boolean queued;
    private boolean askAgain;
    private boolean leaving;

    /**
     * Nothing is asked yet.
     *
     * @param locked does something under the session's lock, and after it what was queued meanwhile
     * @param goOn is done after every answer with which the session may go on, under the lock
     */
    CreditControl(
            SessionParts parts,
            SessionAccount account,
            SessionStory story,
            MeterClock clock,
            Outage outage,
            SessionSchedule schedule,
            BalanceWatch balance,
            Preview preview,
            SessionTermination termination,
            Executor locked,
            Runnable goOn) {
        this.parts = parts;
        this.id = account.stored().id();
        this.account = account;
        this.story = story;
        this.clock = clock;
        this.outage = outage;
        this.schedule = schedule;
        this.balance = balance;
        this.preview = preview;
        this.termination = termination;
        this.locked = locked;
        this.goOn = goOn;
    }

    // The first hold

    /**
     * Asks for the first hold and stores the session with it, and waits for the answer; where that is declined, nothing is stored.
     *
     * @return the answer, of a session that bundles cover a hold of nothing; empty where the bundles it counts on do not cover it any more, and nothing is
     *     stored
     * @throws RuntimeException if the store or the wallet did not answer; what may have been held is to be {@linkplain #giveBack given back}
     */
    Optional<HoldResult> initial() {
        var request = account.initial();
        var answer = parts.settlements().settle(request);
        if (answer instanceof SettleResult.Uncovered) {
            return Optional.empty();
        }
        if (!(answer instanceof SettleResult.Settled settled)) {
            throw new IllegalStateException("The session " + id + " was taken over while it opened.");
        }
        account.take(request, settled);
        var result = settled.hold() == null ? new HoldResult.Placed(nothingHeld()) : settled.hold();
        if (result instanceof HoldResult.Placed placed) {
            story.authorized(placed.hold().amount(), account.available());
        }
        return Optional.of(result);
    }

    private Hold nothingHeld() {
        var nothing = Money.zero(account.tariff().currency());
        return new Hold(
                account.funds().holdId(1), account.session().payer(), nothing, nothing, Hold.State.VOIDED, parts.now());
    }

    /** Gives back what may have been held for a session that was not opened, as soon as wallet and store answer; one that is stored all the same is ended. */
    void giveBack() {
        try {
            parts.wallet().voidHold(account.funds().holdId(1));
            parts.store().discard(id);
            var left = parts.store().find(id);
            if (left.isPresent() && !left.get().state().isOver()) {
                account.found(left.get());
                terminate(new SessionEnd.Lost("its authorization could not be stored"));
            } else {
                termination.close();
            }
        } catch (RuntimeException e) {
            log.warn(
                    "Session {}: what was held for it cannot be given back yet ({}); trying again.",
                    id,
                    e.getMessage());
            parts.scheduler().after(outage.nextRetry(), () -> locked.execute(this::giveBack));
        }
    }

    // Updates

    /**
     * Words what is to be settled and queues it; while another request waits for its answer, it is done after that.
     *
     * @return whether something is under way now
     */
    boolean ask() {
        if (termination.isClosed()) {
            // A retry that was scheduled before another one succeeded.
            return false;
        }
        if (queued) {
            askAgain = true;
            return true;
        }
        var request = asked != null ? asked : word();
        if (request == null) {
            return false;
        }
        asked = request;
        queued = true;
        parts.settlements()
                .submit(
                        request,
                        result -> locked.execute(() -> answered(request, result)),
                        failure -> locked.execute(() -> unanswered(failure)));
        return true;
    }

    private @Nullable SettleRequest word() {
        var last = termination.request();
        if (last != null) {
            return last;
        }
        var mayRenew = account.isLive() && !schedule.isBeyondRenewal() && !leaving;
        return balance.reading(account.update(clock.elapsed(), mayRenew));
    }

    private void answered(SettleRequest request, SettleResult result) {
        queued = false;
        asked = null;
        if (termination.isClosed()) {
            return;
        }
        if (!(result instanceof SettleResult.Settled settled)) {
            termination.fenced();
            return;
        }
        outage.ends();
        account.take(request, settled);
        balance.answered(request, askAgain);
        story.charged(request, settled);
        if (account.stored().state().isOver()) {
            termination.settled();
            return;
        }
        if (settled.hold() != null) {
            renewed(settled.hold());
        }
        if (leaving && !termination.isPublisherGone()) {
            askOrClose();
            return;
        }
        balance.warn();
        var again = askAgain;
        askAgain = false;
        // One round renews one quota; a session that is not covered yet, or not charged, needs another.
        var needsMore = account.isLive() && !schedule.isBeyondRenewal() && account.needsMore(settled, clock.elapsed());
        if (!((termination.isPublisherGone() || again || needsMore) && ask())) {
            goOn.run();
        }
    }

    private void renewed(HoldResult result) {
        if (termination.isPublisherGone()) {
            if (result instanceof HoldResult.Declined) {
                account.giveUp();
            }
        } else if (result instanceof HoldResult.Placed placed) {
            story.renewed(placed.added(), account.paidUntil());
            if (clock.isPaused()) {
                preview.end();
            }
        } else if (account.needsQuota(clock.elapsed())) {
            // One that was asked for early, along with a capture, is asked for once more before it counts as declined.
            story.notRenewed(schedule.timeLeft(account.paidUntil()));
        }
    }

    private void unanswered(RuntimeException failure) {
        queued = false;
        if (termination.isClosed()) {
            return;
        }
        outage.begins();
        var isGone = termination.isPublisherGone();
        log.warn(
                "Session {}: the wallet or the store did not answer ({}); {}.",
                id,
                failure.getMessage(),
                isGone ? "trying again" : "metering goes on",
                unexpected(failure));
        if (leaving && !isGone) {
            termination.close();
            return;
        }
        if (isGone || !account.isLive()) {
            parts.scheduler().after(outage.nextRetry(), () -> locked.execute(this::ask));
            return;
        }
        outage.retryFrom(clock.elapsed().plus(outage.nextRetry()));
        if (parts.policy().failureHandling() == FailureHandling.TERMINATE) {
            cut(new SessionEnd.BillingUnavailable());
        } else {
            goOn.run();
        }
    }

    /** What deserves a stack trace: not an outage that was foreseen. */
    private static @Nullable Throwable unexpected(RuntimeException e) {
        return e instanceof LivemeterException known && known.retryable() ? null : e;
    }

    /** Has what is proven stored; another process goes on with it. */
    void leave() {
        leaving = true;
        askOrClose();
    }

    private void askOrClose() {
        if (!ask()) {
            termination.close();
        }
    }

    // The termination

    /** Cuts the delivery, and has it noted that the session is ending. */
    void cut(SessionEnd why) {
        termination.cut(why);
        order();
    }

    /** After {@link SessionTermination#cut}: has it noted that the session is ending. */
    void order() {
        if (termination.order()) {
            ask();
        }
    }

    /** Nothing is delivered any more: has the rest charged. */
    void terminate(SessionEnd why) {
        termination.because(why);
        ask();
    }

    /** Has charged what a crash left uncharged, as soon as wallet and store answer. */
    void reconcile() {
        if (account.state() == SessionState.AUTHORIZING) {
            giveBack();
            return;
        }
        try {
            account.recover(parts.wallet());
        } catch (RuntimeException e) {
            log.warn("Session {}: its holds cannot be read yet ({}); trying again.", id, e.getMessage());
            parts.scheduler().after(outage.nextRetry(), () -> locked.execute(this::reconcile));
            return;
        }
        terminate(new SessionEnd.Lost("the application stopped while it ran"));
    }
}
