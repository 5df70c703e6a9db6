package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running session: keeps its time, renews its quota before it ends, has what was used captured, and is cut when the paid time is over.
 * Thread-safe.
 *
 * <p>Three rules decide the shape. Money follows <em>proof</em>: only time up to the last sign of life is captured, so nobody pays for what a
 * crash swallowed. The cut waits for nobody: the deadline is a task of its own that orders it before it takes the lock (decision record 0003).
 * And nothing waits for the wallet under the lock: what is to be settled is worded as one request, queued, and taken in when it is answered; until
 * then there is no other, and one whose answer was lost is repeated unchanged.
 */
final class MeteredSession {

    private static final Logger log = LoggerFactory.getLogger(MeteredSession.class);
    private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(10);

    /** How often money is looked for where a session ends without it: the node at which it is paid in may have no way to tell this one. */
    private static final Duration LOOKS_FOR_MONEY_EVERY = Duration.ofSeconds(5);

    private final SessionParts parts;
    private final Delivery delivery;
    private final Runnable over;
    private final SessionId id;
    private final SessionAccount account;
    private final MeterClock clock;
    private final SessionTimers timers;
    private final SessionStory story;
    private final Outage outage = new Outage();
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable SessionEnd> ordered = new AtomicReference<>();

    /** What waits for its answer, or to be repeated; null where there is nothing. */
    private @Nullable SettleRequest asked;

    private boolean queued;
    private boolean askAgain;

    /** Whether what the payer has left is to be read with the next request. */
    private boolean asksBalance = true;

    private Duration lookedAt = Duration.ZERO;
    private long restrictedUntilNanos;
    private boolean publisherGone;
    private boolean publisherLost;
    private boolean leaving;
    private boolean closed;
    private volatile boolean deadlinePassed;

    private MeteredSession(SessionParts parts, Delivery delivery, Runnable over, Session session) {
        this.parts = parts;
        this.delivery = delivery;
        this.over = over;
        this.id = session.id();
        this.account = new SessionAccount(session, parts.policy());
        this.clock = new MeterClock(parts.time());
        this.story = new SessionStory(parts, session);
        this.timers = new SessionTimers(parts.scheduler(), parts.looks(), parts.time(), clock, this::deadline);
    }

    /**
     * A session whose row is about to be written and whose hold is about to be asked for.
     *
     * @param over is told when nothing further will happen to it
     */
    static MeteredSession opening(SessionParts parts, Delivery delivery, Runnable over, Session authorizing) {
        return new MeteredSession(parts, delivery, over, authorizing);
    }

    /** A session that a crash left open. */
    static MeteredSession leftOpen(SessionParts parts, Delivery delivery, Runnable over, Session left) {
        var session = new MeteredSession(parts, delivery, over, left);
        session.publisherGone = true;
        session.publisherLost = true;
        return session;
    }

    SessionId id() {
        return id;
    }

    // Across a restart

    /**
     * What another process began, and left open, goes on here: it is delivered still.
     *
     * @param age since it was opened, by the clock of what delivers it, cut to whole seconds
     * @throws RuntimeException if the wallet did not answer; it was left as it is, and may be asked again
     */
    void resume(Duration age) {
        locked(() -> {
            account.recover(parts.wallet());
            publisherGone = false;
            publisherLost = false;
            if (isLive()) {
                clock.startAt(account.elapsedAt(age, now()));
                lookedAt = elapsed();
                prove(lookedAt);
                story.resumed(lookedAt);
                ask();
                plan();
            }
        });
    }

    /** It goes on without this process: what is proven is stored, and its row stays open. */
    void leave() {
        locked(() -> {
            if (publisherGone || account.state().compareTo(SessionState.ENDING) >= 0) {
                return;
            }
            leaving = true;
            timers.cancel();
            if (!ask()) {
                close();
            }
        });
    }

    /** How long it may be delivered without another word of this process. */
    Duration paidAhead() {
        lock.lock();
        try {
            if (publisherGone || deadlinePassed || ordered.get() != null) {
                return Duration.ZERO;
            }
            var limit = account.limit();
            var end = limit.isZero() ? cutAfter() : earlier(limit, cutAfter());
            var ahead = end.minus(elapsed());
            return ahead.isNegative() ? Duration.ZERO : ahead;
        } finally {
            lock.unlock();
        }
    }

    Session session() {
        lock.lock();
        try {
            return account.session();
        } finally {
            lock.unlock();
        }
    }

    // What lanes and hosts say

    /**
     * Asks for the first hold and stores the session with it; where that is declined, nothing is stored.
     *
     * @return the answer, of a session that bundles cover a hold of nothing; empty where the bundles it counts on do not cover it any more, and nothing is
     *     stored
     * @throws RuntimeException if the store or the wallet did not answer; what may have been held is given back as soon as they do
     */
    Optional<HoldResult> authorize() {
        lock.lock();
        try {
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
        } catch (RuntimeException e) {
            publisherGone = true;
            giveBack();
            throw e;
        } finally {
            lock.unlock();
            if (publisherGone) {
                parts.settlements().drive();
            }
        }
    }

    private Hold nothingHeld() {
        var nothing = Money.zero(account.tariff().currency());
        return new Hold(
                account.funds().holdId(1), account.session().payer(), nothing, nothing, Hold.State.VOIDED, now());
    }

    private void giveBack() {
        try {
            parts.wallet().voidHold(account.funds().holdId(1));
            parts.store().discard(id);
            var left = parts.store().find(id);
            if (left.isPresent() && !left.get().state().isOver()) {
                account.found(left.get());
                finish(new SessionEnd.Lost("its authorization could not be stored"));
            } else {
                close();
            }
        } catch (RuntimeException e) {
            log.warn(
                    "Session {}: what was held for it cannot be given back yet ({}); trying again.",
                    id,
                    e.getMessage());
            parts.scheduler().after(outage.nextRetry(), () -> locked(this::giveBack));
        }
    }

    /** The first destination took the stream: from now on it is delivered, and metered. */
    void delivered() {
        locked(() -> {
            var session = account.session();
            if (session.state() != SessionState.AUTHORIZED || publisherGone) {
                return;
            }
            clock.start();
            var began = now();
            account.become(session.live(
                    began,
                    session.metering().withBasis(session.metering().basis().beginningAt(began))));
            story.started(began, cutAfter());
            ask();
            plan();
        });
    }

    /**
     * From now on it is delivered to so many destinations.
     *
     * @throws LivemeterException {@code rating.too_many_steps} where that changed too often; nothing changed now
     */
    void destinations(int count) {
        locked(() -> step(elapsed(), count, account.lastStep().usedElsewhere()));
    }

    private void step(Duration from, int destinations, Duration usedElsewhere) {
        if (!publisherGone && account.step(new RatingBasis.Step(from, destinations, usedElsewhere))) {
            wake();
        }
    }

    /**
     * A sign of life.
     *
     * @return whether the publisher may go on
     */
    boolean alive() {
        lock.lock();
        try {
            return mayGoOn();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same where nobody has the lock: while a session is opened or taken up, its wallet is asked under it.
     *
     * @return whether the publisher may go on and this sign counts
     */
    boolean tryAlive() {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            return mayGoOn();
        } finally {
            lock.unlock();
        }
    }

    private boolean mayGoOn() {
        if (publisherGone || (deadlinePassed && !clock.isPaused())) {
            return false;
        }
        prove(clock.elapsedNanos(), parts.time().millis());
        return account.state() == SessionState.AUTHORIZED || isLive();
    }

    /**
     * A sign of life as of so long ago.
     *
     * @return whether it may go on
     */
    boolean confirmed(Duration ago) {
        lock.lock();
        try {
            if (publisherGone || (deadlinePassed && !clock.isPaused())) {
                return false;
            }
            var until = elapsed().minus(ago);
            if (isLive() && until.compareTo(account.proven()) > 0) {
                prove(until.toNanos(), now().minus(ago).toEpochMilli());
            }
            return account.state() == SessionState.AUTHORIZED || isLive();
        } finally {
            lock.unlock();
        }
    }

    /** For so long nothing was delivered; that time does not count. */
    void interrupted(Duration span) {
        locked(() -> {
            if (!isLive() || publisherGone || clock.isPaused() || deadlinePassed) {
                return;
            }
            var fixed = account.fixedUntil();
            var known = fixed.compareTo(account.proven()) > 0 ? fixed : account.proven();
            clock.skip(earlier(span, elapsed().minus(known)));
            lookedAt = earlier(lookedAt, elapsed());
            goOn();
        });
    }

    /** It ends when it was delivered for so long. */
    void limit(Duration length) {
        locked(() -> {
            account.limit(length);
            wake();
        });
    }

    Optional<SessionEnd> ordered() {
        return Optional.ofNullable(ordered.get());
    }

    private void prove(Duration elapsed) {
        prove(elapsed.toNanos(), parts.time().millis());
    }

    private void prove(long elapsedNanos, long atMillis) {
        account.prove(elapsedNanos, atMillis);
        if (continuesUnpaid()) {
            account.goneOn(earlier(Duration.ofNanos(elapsedNanos), cutAfter()));
        }
    }

    /** Money was paid in: a session in its final unit goes on at once, a restricted one is revived. */
    void toppedUp() {
        locked(() -> {
            asksBalance = true;
            if (isLive()) {
                story.toppedUp();
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

    /** The publisher is gone. */
    void ended(EndCause cause) {
        locked(() -> {
            if (publisherGone) {
                return;
            }
            if (cause == EndCause.LEFT) {
                prove(elapsed());
            }
            publisherGone = true;
            publisherLost = cause != EndCause.LEFT;
            timers.cancel();
            finish(
                    switch (cause) {
                        case LEFT -> new SessionEnd.HungUp();
                        case LOST -> new SessionEnd.Lost("the relay went silent");
                        case SILENT -> new SessionEnd.Lost("the encoder sent nothing any more");
                    });
        });
    }

    /** It is not delivered any more, for a reason that its lane knows; it is charged up to its last proof of life. */
    void ended(SessionEnd why) {
        locked(() -> {
            if (publisherGone) {
                return;
            }
            publisherGone = true;
            publisherLost = true;
            timers.cancel();
            finish(why);
        });
    }

    /** Charges and closes a session that a crash left open. */
    void reconcile() {
        locked(this::pickUp);
    }

    private void pickUp() {
        if (account.state() == SessionState.AUTHORIZING) {
            giveBack();
            return;
        }
        try {
            account.recover(parts.wallet());
        } catch (RuntimeException e) {
            log.warn("Session {}: its holds cannot be read yet ({}); trying again.", id, e.getMessage());
            parts.scheduler().after(outage.nextRetry(), () -> locked(this::pickUp));
            return;
        }
        finish(new SessionEnd.Lost("the application stopped while it ran"));
    }

    // The end of the paid time

    /** The deadline: cuts first, and sees to the books afterwards. */
    private void deadline() {
        if (!timers.isTimeOver()) {
            locked(() -> {
                if (isLive() && !publisherGone && !clock.isPaused()) {
                    timers.planCut();
                }
            });
            return;
        }
        deadlinePassed = true;
        var why = timers.endOfTime();
        if (isRestricting(why)) {
            delivery.restrict(id, parts.policy().finalUnit());
        } else {
            cut(why);
        }
        locked(this::wake);
    }

    private boolean isRestricting(SessionEnd why) {
        return why instanceof SessionEnd.FundsExhausted
                && parts.policy().finalUnit() != FinalUnitAction.TERMINATE
                && delivery.hasPreview();
    }

    /** The first cause stands, however many come together. */
    private void cut(SessionEnd why) {
        ordered.compareAndSet(null, why);
        delivery.cut(id);
    }

    private void order() {
        var session = account.session();
        if (publisherGone || session.state().compareTo(SessionState.ENDING) >= 0) {
            return;
        }
        timers.cancel();
        var why = Objects.requireNonNull(ordered.get());
        account.become(session.ending(why));
        story.ending(why);
        timers.lookAfter(CONFIRM_WITHIN, () -> {
            log.error(
                    "Session {}: nobody confirmed within {} that it is no longer delivered; it is charged up to its last sign of life.",
                    id,
                    CONFIRM_WITHIN);
            ended(EndCause.LOST);
        });
        ask();
    }

    private void restrict() {
        var policy = parts.policy();
        delivery.restrict(id, policy.finalUnit());
        // What was proved beyond the end of the paid time belongs to the preview, and must not be charged when the
        // session is revived.
        prove(earlier(delivery.isConfirmedAfterwards() ? account.proven() : elapsed(), cutAfter()));
        // An increment that became dearer after it began may be paid no more; what was used of it stays used.
        var fixed = account.fixedUntil();
        clock.pauseAt(fixed.compareTo(cutAfter()) > 0 ? fixed : cutAfter());
        timers.cancel();
        story.restricted();
        restrictedUntilNanos = parts.time().nanoTime() + policy.restrictFor().toNanos();
        ask();
        lookWhileRestricted();
    }

    /** Money may be paid in through another node, which cannot tell this one; so it is looked for. */
    private void lookWhileRestricted() {
        if (!clock.isPaused() || !isLive() || publisherGone) {
            return;
        }
        var left = Duration.ofNanos(restrictedUntilNanos - parts.time().nanoTime());
        if (left.isNegative() || left.isZero()) {
            cut(new SessionEnd.FundsExhausted());
            order();
            return;
        }
        timers.lookAfter(
                earlier(left, earlier(parts.policy().proveEvery(), LOOKS_FOR_MONEY_EVERY)),
                () -> locked(() -> {
                    wake();
                    lookWhileRestricted();
                }));
    }

    private void revive() {
        deadlinePassed = false;
        clock.resume();
        delivery.resume(id);
        story.revived(account.paidUntil());
    }

    // Looks

    /** The turn of this session among all that are looked at now: it waits for no store, and what it wants settled is only queued. */
    private void look() {
        lock.lock();
        try {
            if (isLive() && account.asksForUse() && account.needsQuota(elapsed())) {
                timers.lookAfter(Duration.ZERO, this::lookAlone);
            } else {
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the payer's other sessions used of the month decides the tier; it is read before the lock is taken. */
    private void lookAlone() {
        try {
            lookUpUse();
        } catch (RuntimeException e) {
            log.warn("Session {}: what its payer used elsewhere cannot be read yet ({}).", id, e.getMessage());
        }
        locked(this::wake);
    }

    private void lookUpUse() {
        final Session session;
        final Duration elapsed;
        lock.lock();
        try {
            session = account.session();
            elapsed = elapsed();
            if (!isLive()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        var month = parts.monthOf(session, elapsed);
        var used = parts.store().usedIn(session.payer(), month, id);
        locked(() -> {
            // From now on, and not from when it was asked: what was charged meanwhile must not become cheaper
            // afterwards.
            var now = elapsed();
            if (parts.monthOf(session, now).equals(month)) {
                step(now, account.lastStep().destinations(), used);
            }
        });
    }

    private void wake() {
        if (!isLive() || publisherGone) {
            return;
        }
        lookedAt = elapsed();
        if (isBeyondRenewal()) {
            goOn();
        } else if (!ask()) {
            warn();
            goOn();
        }
    }

    /** After every look and every answer: whether it may go on, and until when. */
    private void goOn() {
        if (!isLive() || publisherGone || clock.isPaused()) {
            return;
        }
        planEnd();
        if (!deadlinePassed && !timers.isTimeOver()) {
            plan();
        } else if (isRestricting(timers.endOfTime())) {
            restrict();
        } else {
            cut(timers.endOfTime());
            order();
        }
    }

    /** Schedules the next look at the session, and the cut. */
    private void plan() {
        var policy = parts.policy();
        // Never later than it is due: what a crash costs is bounded by it.
        var step = LookGrid.stepFor(policy.proveEvery());
        var look = LookGrid.preceding(
                clock.nanoTimeAt(earlier(
                        lookedAt.plus(policy.proveEvery()), account.settledAt().plus(policy.settleEvery()))),
                step);
        var renewal = account.paidUntil().minus(policy.renewBefore());
        if (!story.isFinalUnit() && renewal.compareTo(elapsed()) > 0) {
            // Not before it is due, or it would not be seen to be; and no later, where it is left to the last moment.
            var due = clock.nanoTimeAt(renewal);
            var mayWait = policy.renewBefore().compareTo(step.multipliedBy(2)) >= 0;
            look = Math.min(look, mayWait ? LookGrid.following(due, step) : due);
        }
        if (story.isFinalUnit()) {
            look = Math.min(
                    look, LookGrid.following(clock.nanoTimeAt(lookedAt.plus(LOOKS_FOR_MONEY_EVERY)), LookGrid.STEP));
        }
        timers.lookAt(Math.max(look, LookGrid.following(clock.nanoTimeAt(outage.notBefore()), step)), this::look);
        planEnd();
        timers.planCut();
    }

    /** When it has to end, and why; once the deadline has passed, that stands. */
    private void planEnd() {
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

    private void warn() {
        // Nobody is warned of a balance that another payment may have raised; it is read first.
        if (isLive() && !asksBalance) {
            story.left(account.left(elapsed()), () -> timeLeft(account.lasts()));
        }
    }

    private boolean isLow() {
        return account.left(elapsed()).isLessThan(parts.policy().lowBalanceBelow());
    }

    /** After the deadline a cut is on its way, and no money keeps it back; a restricted session waits for just that. */
    private boolean isBeyondRenewal() {
        return deadlinePassed && !clock.isPaused();
    }

    // Settling

    /**
     * Words what is to be settled and queues it; while another request waits for its answer, it is done after that.
     *
     * @return whether something is under way now
     */
    private boolean ask() {
        if (closed) {
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
                        result -> locked(() -> answered(request, result)),
                        failure -> locked(() -> unanswered(failure)));
        return true;
    }

    private @Nullable SettleRequest word() {
        var why = publisherGone ? ordered.get() : null;
        if (why != null) {
            return account.termination(why, publisherLost ? account.session().seenAt() : now());
        }
        // Captures and renewals tell what is left; between them it is read where a warning stands that a payment may
        // lift.
        var reads = asksBalance || story.isLow() || story.isFinalUnit();
        var update = account.update(elapsed(), isLive() && !isBeyondRenewal() && !leaving);
        return update == null || reads ? update : update.withoutBalance();
    }

    private void answered(SettleRequest request, SettleResult result) {
        queued = false;
        asked = null;
        if (closed) {
            return;
        }
        if (!(result instanceof SettleResult.Settled settled)) {
            fenced();
            return;
        }
        outage.ends();
        account.take(request, settled);
        // While another look waits, something may have been paid in after that was read.
        asksBalance = (asksBalance && askAgain) || (!request.tellsBalance() && (asksBalance || isLow()));
        story.charged(request, settled);
        if (account.stored().state().isOver()) {
            finished();
            return;
        }
        if (settled.hold() != null) {
            renewed(settled.hold());
        }
        if (leaving && !publisherGone) {
            if (!ask()) {
                close();
            }
            return;
        }
        warn();
        var again = askAgain;
        askAgain = false;
        // One round renews one quota; a session that is not covered yet, or not charged, needs another.
        var needsMore = isLive() && !isBeyondRenewal() && account.needsMore(settled, elapsed());
        if (!((publisherGone || again || needsMore) && ask())) {
            goOn();
        }
    }

    private void unanswered(RuntimeException failure) {
        queued = false;
        if (closed) {
            return;
        }
        outage.begins();
        log.warn(
                "Session {}: the wallet or the store did not answer ({}); {}.",
                id,
                failure.getMessage(),
                publisherGone ? "trying again" : "metering goes on",
                unexpected(failure));
        if (leaving && !publisherGone) {
            close();
            return;
        }
        if (publisherGone || !isLive()) {
            parts.scheduler().after(outage.nextRetry(), () -> locked(this::ask));
            return;
        }
        outage.retryFrom(elapsed().plus(outage.nextRetry()));
        if (parts.policy().failureHandling() == FailureHandling.TERMINATE) {
            cut(new SessionEnd.BillingUnavailable());
            order();
        } else {
            goOn();
        }
    }

    /** Another node had it in the meantime. */
    void takenOver() {
        locked(() -> {
            if (!closed) {
                fenced();
            }
        });
    }

    private void fenced() {
        log.error("Session {}: another node has taken it over; this one stops to meter it.", id);
        timers.cancel();
        if (delivery.resumesWithin().isZero()) {
            delivery.cut(id);
        }
        story.fenced();
        close();
    }

    private void renewed(HoldResult result) {
        if (publisherGone) {
            if (result instanceof HoldResult.Declined) {
                account.giveUp();
            }
        } else if (result instanceof HoldResult.Placed placed) {
            story.renewed(placed.added(), account.paidUntil());
            if (clock.isPaused()) {
                revive();
            }
        } else if (account.needsQuota(elapsed())) {
            // One that was asked for early, along with a capture, is asked for once more before it counts as declined.
            story.notRenewed(timeLeft(account.paidUntil()));
        }
    }

    private void finish(SessionEnd why) {
        ordered.compareAndSet(null, why);
        ask();
    }

    private void finished() {
        story.ended(account.stored(), account.uncollected());
        close();
    }

    private void close() {
        closed = true;
        publisherGone = true;
        delivery.over(account.stored());
        over.run();
    }

    // Figures

    /** What bundles cover of it and it has not used yet. */
    Duration unusedMinutes() {
        var reading = read();
        var metering = reading.session().metering();
        return metering.basis().covered().minus(metering.rating().coveredOf(reading.used()));
    }

    /** What is known of it at this moment, for people. */
    Reading read() {
        lock.lock();
        try {
            var used = account.billable(publisherGone ? account.proven() : elapsed());
            return new Reading(
                    account.session(),
                    used,
                    account.rating().cost(used),
                    account.left(used),
                    timeLeft(account.lasts()),
                    story.isLow(),
                    story.isFinalUnit(),
                    clock.isPaused());
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
            boolean finalUnit,
            boolean restricted) {}

    private boolean isLive() {
        return account.state() == SessionState.LIVE;
    }

    private Duration elapsed() {
        return clock.elapsed();
    }

    private Duration cutAfter() {
        var paid = account.paidUntil().plus(parts.policy().grace());
        return continuesUnpaid() ? paid.plus(parts.policy().continueFor()) : paid;
    }

    private boolean continuesUnpaid() {
        return outage.isAway() && parts.policy().failureHandling() == FailureHandling.CONTINUE;
    }

    private Duration timeLeft(Duration lasts) {
        var left = lasts.minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** What deserves a stack trace: not an outage that was foreseen. */
    private static @Nullable Throwable unexpected(RuntimeException e) {
        return e instanceof LivemeterException known && known.retryable() ? null : e;
    }

    private static String words(Duration limit) {
        return limit.toSecondsPart() == 0 ? limit.toMinutes() + " minutes" : limit.toSeconds() + " seconds";
    }

    private Instant now() {
        return parts.now();
    }

    /** Does something under the lock, and after it what was queued meanwhile. */
    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
        parts.settlements().driveTogether();
    }
}
