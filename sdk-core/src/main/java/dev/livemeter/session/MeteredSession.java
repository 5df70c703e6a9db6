package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.ChargeUncollected;
import dev.livemeter.event.LiveEvent.FinalUnitGranted;
import dev.livemeter.event.LiveEvent.QuotaRenewed;
import dev.livemeter.event.LiveEvent.SessionAuthorized;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionEnding;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.money.Charge;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.Scheduler.Scheduled;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running session: keeps its time, renews its quota before it ends, captures what was used, and has it cut when the paid time is over.
 * Thread-safe.
 *
 * <p>Two rules decide the shape. Money follows <em>proof</em>: only time up to the last sign of life is captured, so nobody pays for what a
 * crash swallowed. And the cut waits for nobody: the deadline is a task of its own that asks the relay before it takes the lock, so a wallet that
 * hangs in a renewal cannot give time away (decision record 0003).
 */
final class MeteredSession {

    private static final Logger log = LoggerFactory.getLogger(MeteredSession.class);
    private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    /** What a session needs of those who run it. */
    interface Runner {

        /** Orders the publisher to be disconnected; returns at once, idempotent. */
        void cut(SessionId session);

        /** The session is over and charged. */
        void over(MeteredSession session);
    }

    private final SessionParts parts;
    private final Runner runner;
    private final SessionFunds funds;
    private final SessionRow row;
    private final SessionId id;
    private final ReentrantLock lock = new ReentrantLock();

    private Instant seenAt;
    private long liveAtNanos;
    private Duration proven = Duration.ZERO;
    private Duration chargedTo = Duration.ZERO;
    private Duration notBefore = Duration.ZERO;
    private Duration sinceSettled = Duration.ZERO;
    private boolean publisherGone;
    private boolean publisherLost;
    private boolean low;
    private boolean finalUnit;
    private Money available;
    private Duration retryAfter = FIRST_RETRY;
    private @Nullable Scheduled nextWake;
    private @Nullable Scheduled deadline;
    private volatile long cutAtNanos = Long.MAX_VALUE;
    private volatile boolean deadlinePassed;
    private final AtomicReference<@Nullable SessionEnd> ordered = new AtomicReference<>();

    private MeteredSession(SessionParts parts, Runner runner, Session session, SessionFunds funds) {
        this.parts = parts;
        this.runner = runner;
        this.id = session.id();
        this.row = new SessionRow(parts.store(), session);
        this.seenAt = session.seenAt();
        this.funds = funds;
        this.available = Money.zero(session().metering().tariff().currency());
    }

    /** A session whose row is about to be written and whose hold is about to be asked for. */
    static MeteredSession opening(SessionParts parts, Runner runner, Session authorizing) {
        return new MeteredSession(
                parts,
                runner,
                authorizing,
                new SessionFunds(
                        parts.wallet(),
                        authorizing.id(),
                        authorizing.payer(),
                        authorizing.metering(),
                        SessionParts.HOLD_MARGIN));
    }

    /** A session that a crash left open. */
    static MeteredSession leftOpen(SessionParts parts, Runner runner, Session left) {
        var session = new MeteredSession(
                parts, runner, left, SessionFunds.recover(parts.wallet(), left, SessionParts.HOLD_MARGIN));
        session.publisherGone = true;
        session.publisherLost = true;
        session.proven = left.metering().used();
        session.chargedTo = left.metering().used();
        return session;
    }

    SessionId id() {
        return id;
    }

    Session session() {
        lock.lock();
        try {
            return row.session();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes the row, asks for the first hold, and takes the row back where that is declined.
     *
     * @throws RuntimeException if the store or the wallet did not answer; what may have been held is given back as soon as they do
     */
    HoldResult authorize() {
        lock.lock();
        try {
            row.insert();
            var tariff = tariff();
            var minimum = parts.policy().minimumToStart().max(tariff.cost(tariff.nextStepAfter(Duration.ZERO)));
            // A free tariff still needs a positive hold, or nothing would stand for the session in the wallet.
            var atLeast = minimum.isPositive() ? minimum : new Money(1, tariff.currency());
            var result = funds.reserve(
                    atLeast, atLeast.max(tariff.cost(parts.policy().quota())));
            if (result instanceof HoldResult.Placed placed) {
                row.store(session().authorized(funds.metering()));
                readAvailable();
                tell(new SessionAuthorized(
                        now(), session().payer(), id, placed.hold().amount(), available));
            } else {
                row.discard();
            }
            return result;
        } catch (RuntimeException e) {
            giveBack();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void giveBack() {
        publisherGone = true;
        try {
            funds.release();
            row.discard();
            if (session().state() != SessionState.AUTHORIZING) {
                finish(new SessionEnd.Lost("its authorization could not be stored"));
            }
        } catch (RuntimeException e) {
            log.warn(
                    "Session {}: what was held for it cannot be given back yet ({}); trying again.",
                    id,
                    e.getMessage());
            parts.scheduler().after(nextRetry(), () -> locked(this::giveBack));
        }
    }

    /** The first destination took the stream: from now on it is delivered, and metered. */
    void delivered() {
        locked(() -> {
            if (session().state() != SessionState.AUTHORIZED) {
                return;
            }
            liveAtNanos = parts.time().nanoTime();
            seenAt = now();
            row.change(session().live(seenAt));
            tell(new SessionStarted(now(), session().payer(), id, cutAfter()));
            trySave();
            plan();
        });
    }

    /**
     * A sign of life.
     *
     * @return whether the publisher may go on
     */
    boolean alive() {
        lock.lock();
        try {
            if (publisherGone || deadlinePassed) {
                return false;
            }
            prove();
            return session().state() == SessionState.AUTHORIZED || session().state() == SessionState.LIVE;
        } finally {
            lock.unlock();
        }
    }

    /** Money was paid in: a session in its final unit goes on at once. */
    void toppedUp() {
        locked(() -> {
            if (session().state() == SessionState.LIVE) {
                finalUnit = false;
                wake();
            }
        });
    }

    /** Orders the end. What is delivered until the relay confirms is charged, within the paid time. */
    void stop(SessionEnd why) {
        // Before the lock: see the class comment.
        cut(why);
        locked(this::order);
    }

    /** The first cause stands, however many come together. */
    private void cut(SessionEnd why) {
        ordered.compareAndSet(null, why);
        runner.cut(id);
    }

    private void order() {
        if (publisherGone || session().state().compareTo(SessionState.ENDING) >= 0) {
            return;
        }
        cancelTimers();
        var why = Objects.requireNonNull(ordered.get());
        row.change(session().ending(why));
        tell(new SessionEnding(now(), session().payer(), id, why));
        nextWake = parts.scheduler().after(CONFIRM_WITHIN, () -> {
            log.error(
                    "Session {}: the relay did not confirm within {} that its publisher is gone; it is charged up to its last sign of life.",
                    id,
                    CONFIRM_WITHIN);
            ended(EndCause.LOST);
        });
        trySave();
    }

    /** The publisher is gone. */
    void ended(EndCause cause) {
        locked(() -> {
            if (publisherGone) {
                return;
            }
            if (cause == EndCause.LEFT) {
                prove();
            }
            publisherGone = true;
            publisherLost = cause == EndCause.LOST;
            cancelTimers();
            var why = ordered.get();
            if (why == null) {
                why = cause == EndCause.LEFT ? new SessionEnd.HungUp() : new SessionEnd.Lost("the relay went silent");
            }
            finish(why);
        });
    }

    /** Charges and closes a session that a crash left open. */
    void reconcile() {
        locked(() -> {
            if (session().state() == SessionState.AUTHORIZING) {
                giveBack();
                runner.over(this);
            } else {
                finish(new SessionEnd.Lost("the application stopped while it ran"));
            }
        });
    }

    /** The deadline: cuts first, and sees to the books afterwards. */
    private void deadline() {
        if (parts.time().nanoTime() < cutAtNanos) {
            return;
        }
        deadlinePassed = true;
        cut(new SessionEnd.FundsExhausted());
        locked(this::wake);
    }

    private void wake() {
        if (session().state() != SessionState.LIVE || publisherGone) {
            return;
        }
        var limit = parts.policy().maxDuration();
        if (!limit.isZero() && elapsed().compareTo(limit) >= 0) {
            cut(new SessionEnd.LimitReached(words(limit)));
            order();
            return;
        }
        try {
            if (!deadlinePassed) {
                renew();
            }
            if (elapsed().minus(sinceSettled).compareTo(parts.policy().settleEvery()) >= 0) {
                sinceSettled = elapsed();
                settle();
            }
            warn();
            retryAfter = FIRST_RETRY;
        } catch (RuntimeException e) {
            log.warn(
                    "Session {}: the wallet or the store did not answer ({}); metering goes on and ends with the paid time.",
                    id,
                    e.getMessage(),
                    unexpected(e));
            notBefore = elapsed().plus(nextRetry());
        }
        if (deadlinePassed || elapsed().compareTo(cutAfter()) >= 0) {
            cut(new SessionEnd.FundsExhausted());
            order();
        } else {
            plan();
        }
    }

    private void renew() {
        while (needsQuota()) {
            var tariff = tariff();
            var paid = funds.metering().paidUntil();
            var granted = funds.metering().granted();
            var atLeast = tariff.cost(tariff.nextStepAfter(paid)).minus(granted);
            var atMost = tariff.cost(paid.plus(parts.policy().quota()))
                    .minus(granted)
                    .max(atLeast);
            var result = funds.reserve(atLeast, atMost);
            if (result instanceof HoldResult.Placed placed) {
                finalUnit = false;
                tell(new QuotaRenewed(
                        now(),
                        session().payer(),
                        id,
                        placed.hold().amount(),
                        funds.metering().paidUntil()));
            } else {
                if (!finalUnit) {
                    finalUnit = true;
                    tell(new FinalUnitGranted(now(), session().payer(), id, timeLeft(paid)));
                }
                return;
            }
        }
    }

    private boolean needsQuota() {
        var paid = funds.metering().paidUntil();
        var limit = parts.policy().maxDuration();
        var enough = paid.compareTo(Tariff.UNLIMITED) >= 0 || (!limit.isZero() && paid.compareTo(limit) >= 0);
        return !enough && paid.minus(elapsed()).compareTo(parts.policy().renewBefore()) <= 0;
    }

    /**
     * Stores the proof, then captures what it is worth; a repeat after a failure goes on where it stopped. In this order, because a crash
     * between the two then leaves too little captured, which is made up for, and never more than the row can explain.
     */
    private void settle() {
        funds.used(billable(proven));
        save();
        collect();
    }

    private void collect() {
        var to = funds.metering().used();
        while (funds.due().isPositive()) {
            var taken = funds.capture();
            if (taken == null) {
                return;
            }
            tell(new ChargeCaptured(
                    now(),
                    session().payer(),
                    id,
                    new Charge(taken, chargedTo, to),
                    funds.metering().charged()));
            save();
        }
        chargedTo = to;
    }

    private void warn() {
        readAvailable();
        var left = available.plus(funds.metering().granted()).minus(tariff().cost(billable(elapsed())));
        var crossed = left.isLessThan(parts.policy().lowBalanceBelow());
        if (crossed && !low) {
            var lasts = tariff().affordable(available.plus(funds.metering().granted()));
            tell(new BalanceLow(now(), session().payer(), id, left, timeLeft(lasts)));
        }
        low = crossed;
    }

    private void finish(SessionEnd why) {
        try {
            settle();
            if (funds.due().isPositive() && funds.reserve(funds.due(), funds.due()) instanceof HoldResult.Placed) {
                // The holds had expired in a long outage; what was delivered is still owed.
                collect();
            }
            if (funds.due().isPositive()) {
                tell(new ChargeUncollected(
                        now(), session().payer(), id, funds.due(), "no hold of the session is open any more."));
            }
            funds.release();
            var balance = parts.wallet()
                    .balance(session().payer())
                    .map(WalletBalance::posted)
                    .orElse(session().balanceBefore());
            row.store(session().ended(why, publisherLost ? seenAt : now(), balance));
        } catch (RuntimeException e) {
            log.warn("Session {}: it is over and cannot be charged yet ({}); trying again.", id, e.getMessage());
            parts.scheduler().after(nextRetry(), () -> locked(() -> finish(why)));
            return;
        }
        var end = session().end();
        tell(new SessionEnded(
                now(),
                session().payer(),
                id,
                end == null ? why : end,
                session().metering().used(),
                session().metering().charged(),
                Objects.requireNonNull(session().balanceAfter())));
        runner.over(this);
    }

    /** Schedules the next look at the session, and the cut. */
    private void plan() {
        cancelTimers();
        var elapsed = elapsed();
        var cut = cutAfter();
        var next = sinceSettled.plus(parts.policy().settleEvery());
        var renewal = funds.metering().paidUntil().minus(parts.policy().renewBefore());
        if (!finalUnit && renewal.compareTo(elapsed) > 0 && renewal.compareTo(next) < 0) {
            next = renewal;
        }
        if (next.compareTo(notBefore) < 0) {
            next = notBefore;
        }
        var limit = parts.policy().maxDuration();
        if (!limit.isZero() && limit.compareTo(next) < 0) {
            next = limit;
        }
        nextWake = parts.scheduler().after(next.minus(elapsed), () -> locked(this::wake));
        cutAtNanos = cut.compareTo(Tariff.UNLIMITED) >= 0 ? Long.MAX_VALUE : liveAtNanos + cut.toNanos();
        if (cutAtNanos != Long.MAX_VALUE) {
            deadline = parts.scheduler().after(cut.minus(elapsed), this::deadline);
        }
    }

    private void cancelTimers() {
        if (nextWake != null) {
            nextWake.cancel();
        }
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /** What is known of it at this moment, for people. */
    Reading read() {
        lock.lock();
        try {
            var used = billable(publisherGone ? proven : elapsed());
            var cost = tariff().cost(used);
            var granted = funds.metering().granted();
            var lasts = tariff().affordable(granted.plus(available));
            var balance = available.plus(granted).minus(cost);
            return new Reading(row.session(), used, cost, balance, timeLeft(lasts), low, finalUnit);
        } finally {
            lock.unlock();
        }
    }

    /** What {@link #read} gives. */
    record Reading(
            Session session,
            Duration used,
            Money cost,
            Money balance,
            Duration timeLeft,
            boolean low,
            boolean finalUnit) {}

    private Duration elapsed() {
        return session().liveAt() == null
                ? Duration.ZERO
                : Duration.ofNanos(parts.time().nanoTime() - liveAtNanos);
    }

    /** The part of that time which is paid for: not what passes until a cut takes effect, nor a grace. */
    private Duration billable(Duration time) {
        var paid = funds.metering().paidUntil();
        var limit = parts.policy().maxDuration();
        var most = !limit.isZero() && limit.compareTo(paid) < 0 ? limit : paid;
        return time.compareTo(most) < 0 ? time : most;
    }

    private Duration cutAfter() {
        return funds.metering().paidUntil().plus(parts.policy().grace());
    }

    private Duration timeLeft(Duration lasts) {
        var left = lasts.minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Tariff tariff() {
        return session().metering().tariff();
    }

    private void readAvailable() {
        available = parts.wallet()
                .balance(session().payer())
                .map(WalletBalance::available)
                .orElse(available);
    }

    private void trySave() {
        try {
            save();
        } catch (RuntimeException e) {
            log.warn("Session {}: its state cannot be stored yet ({}).", id, e.getMessage(), unexpected(e));
        }
    }

    private void save() {
        row.save(seenAt, funds.metering());
    }

    private void prove() {
        proven = elapsed();
        seenAt = now();
    }

    /** What deserves a stack trace: not an outage that was foreseen. */
    private static @Nullable Throwable unexpected(RuntimeException e) {
        return e instanceof LivemeterException known && known.retryable() ? null : e;
    }

    private static String words(Duration limit) {
        return limit.toSecondsPart() == 0 ? limit.toMinutes() + " minutes" : limit.toSeconds() + " seconds";
    }

    private Duration nextRetry() {
        var now = retryAfter;
        var doubled = retryAfter.multipliedBy(2);
        retryAfter = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
        return now;
    }

    private Instant now() {
        // Milliseconds are what every store keeps.
        return parts.time().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void tell(LiveEvent event) {
        parts.events().publish(event);
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
