package dev.livemeter.session;

import static dev.livemeter.session.MeterClock.earlier;

import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.wallet.HoldResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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
 *
 * <p>Here stand the lock, and what follows from a word of the lane, from a look and from the deadline. The parts are used under that lock: {@link SessionAccount} reckons, {@link ProofOfLife}
 * knows what was delivered, {@link CreditControl} asks for money, {@link SessionSchedule} says when, {@link Preview} and {@link SessionTermination} say what comes after the paid time, {@link SessionStory}
 * tells listeners.
 */
final class MeteredSession {

    private static final Logger log = LoggerFactory.getLogger(MeteredSession.class);

    private final SessionParts parts;
    private final SessionId id;
    private final SessionAccount account;
    private final MeterClock clock;
    private final SessionTimers timers;
    private final SessionStory story;
    private final SessionSchedule schedule;
    private final SessionTermination termination;
    private final ProofOfLife proof;
    private final Preview preview;
    private final BalanceWatch balance;
    private final CreditControl control;
    private final ReentrantLock lock = new ReentrantLock();

    private MeteredSession(SessionParts parts, Delivery delivery, Runnable over, Session session) {
        var policy = parts.policy();
        var outage = new Outage();
        this.parts = parts;
        this.id = session.id();
        this.account = new SessionAccount(session, policy);
        this.clock = new MeterClock(parts.time());
        this.story = new SessionStory(parts, session);
        this.timers = new SessionTimers(parts.scheduler(), parts.looks(), parts.time(), clock, this::deadline);
        this.schedule = new SessionSchedule(policy, account, story, outage, clock, timers, this::look);
        this.termination =
                new SessionTermination(parts, delivery, account, story, timers, () -> ended(EndCause.LOST), over);
        this.proof = new ProofOfLife(parts, account, clock, schedule, termination);
        this.preview = new Preview(parts, delivery, account, story, clock, timers, schedule, proof);
        this.balance = new BalanceWatch(policy, account, story, clock, schedule);
        this.control = new CreditControl(
                parts,
                account,
                story,
                clock,
                outage,
                schedule,
                balance,
                preview,
                termination,
                this::locked,
                this::goOn);
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
        session.termination.leftOpen();
        return session;
    }

    SessionId id() {
        return id;
    }

    // Its beginning

    /**
     * Asks for the first hold and stores the session with it; where that is declined, nothing is stored.
     *
     * @return as {@link CreditControl#initial}
     * @throws RuntimeException if the store or the wallet did not answer; what may have been held is given back as soon as they do
     */
    Optional<HoldResult> authorize() {
        lock.lock();
        try {
            return control.initial();
        } catch (RuntimeException e) {
            termination.neverCame();
            control.giveBack();
            throw e;
        } finally {
            lock.unlock();
            if (termination.isPublisherGone()) {
                parts.settlements().drive();
            }
        }
    }

    /** The first destination took the stream: from now on it is delivered, and metered. */
    void delivered() {
        locked(() -> {
            var session = account.session();
            if (session.state() != SessionState.AUTHORIZED || termination.isPublisherGone()) {
                return;
            }
            clock.start();
            var began = parts.now();
            account.become(session.live(
                    began,
                    session.metering().withBasis(session.metering().basis().beginningAt(began))));
            story.started(began, schedule.cutAfter());
            control.ask();
            schedule.plan();
        });
    }

    // Across a restart

    /** Charges and closes a session that a crash left open. */
    void reconcile() {
        locked(control::reconcile);
    }

    /**
     * What another process began, and left open, goes on here: it is delivered still.
     *
     * @param age since it was opened, by the clock of what delivers it, cut to whole seconds
     * @throws RuntimeException if the wallet did not answer; it was left as it is, and may be asked again
     */
    void resume(Duration age) {
        locked(() -> {
            account.recover(parts.wallet());
            termination.resume();
            if (account.isLive()) {
                clock.startAt(account.elapsedAt(age, parts.now()));
                var elapsed = clock.elapsed();
                schedule.looked(elapsed);
                proof.prove(elapsed);
                story.resumed(elapsed);
                control.ask();
                schedule.plan();
            }
        });
    }

    /** It goes on without this process: what is proven is stored, and its row stays open. */
    void leave() {
        locked(() -> {
            if (!termination.isPublisherGone() && account.state().compareTo(SessionState.ENDING) < 0) {
                timers.cancel();
                control.leave();
            }
        });
    }

    /** How long it may be delivered without another word of this process. */
    Duration paidAhead() {
        lock.lock();
        try {
            var ends = termination.isPublisherGone()
                    || schedule.isDeadlinePassed()
                    || termination.cause().isPresent();
            return ends ? Duration.ZERO : schedule.paidAhead();
        } finally {
            lock.unlock();
        }
    }

    /** Another node had it in the meantime. */
    void takenOver() {
        locked(() -> {
            if (!termination.isClosed()) {
                termination.fenced();
            }
        });
    }

    // Its delivery

    /**
     * A sign of life.
     *
     * @return whether the publisher may go on
     */
    boolean alive() {
        lock.lock();
        try {
            return proof.alive();
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
            return proof.alive();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A sign of life as of so long ago.
     *
     * @return whether it may go on
     */
    boolean confirmed(Duration ago) {
        lock.lock();
        try {
            return proof.confirmed(ago);
        } finally {
            lock.unlock();
        }
    }

    /** For so long nothing was delivered; that time does not count. */
    void interrupted(Duration span) {
        locked(() -> {
            if (isMetered() && !clock.isPaused() && !schedule.isDeadlinePassed()) {
                proof.interrupted(span);
                goOn();
            }
        });
    }

    /**
     * From now on it is delivered to so many destinations.
     *
     * @throws dev.livemeter.LivemeterException {@code rating.too_many_steps} where that changed too often; nothing changed now
     */
    void destinations(int count) {
        locked(() -> step(clock.elapsed(), count, account.lastStep().usedElsewhere()));
    }

    private void step(Duration from, int destinations, Duration usedElsewhere) {
        if (!termination.isPublisherGone() && account.step(new RatingBasis.Step(from, destinations, usedElsewhere))) {
            wake();
        }
    }

    /** It ends when it was delivered for so long. */
    void limit(Duration length) {
        locked(() -> {
            account.limit(length);
            wake();
        });
    }

    /** Money was paid in: a session in its final unit goes on at once, a restricted one is revived. */
    void toppedUp() {
        locked(() -> {
            balance.paidIn();
            if (account.isLive()) {
                story.toppedUp();
                wake();
            }
        });
    }

    // Looks

    /** The turn of this session among all that are looked at now: it waits for no store, and what it wants settled is only queued. */
    private void look() {
        lock.lock();
        try {
            if (account.isLive() && account.asksForUse() && account.needsQuota(clock.elapsed())) {
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
            elapsed = clock.elapsed();
            if (!account.isLive()) {
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
            var now = clock.elapsed();
            if (parts.monthOf(session, now).equals(month)) {
                step(now, account.lastStep().destinations(), used);
            }
        });
    }

    private void wake() {
        if (!isMetered()) {
            return;
        }
        schedule.looked(clock.elapsed());
        if (schedule.isBeyondRenewal()) {
            goOn();
        } else if (!control.ask()) {
            balance.warn();
            goOn();
        }
    }

    /** After every look and every answer: whether it may go on, and until when. */
    private void goOn() {
        if (!isMetered() || clock.isPaused()) {
            return;
        }
        schedule.planEnd();
        if (!schedule.isDeadlinePassed() && !timers.isTimeOver()) {
            schedule.plan();
        } else if (preview.follows(timers.endOfTime())) {
            restrict();
        } else {
            control.cut(timers.endOfTime());
        }
    }

    // The end of the paid time

    /** The deadline: cuts first, and sees to the books afterwards. */
    private void deadline() {
        if (!timers.isTimeOver()) {
            locked(() -> {
                if (isMetered() && !clock.isPaused()) {
                    timers.planCut();
                }
            });
            return;
        }
        schedule.passDeadline();
        var why = timers.endOfTime();
        if (preview.follows(why)) {
            preview.order();
        } else {
            termination.cut(why);
        }
        locked(this::wake);
    }

    private void restrict() {
        preview.begin();
        control.ask();
        lookWhileRestricted();
    }

    /** Money may be paid in through another node, which cannot tell this one; so it is looked for. */
    private void lookWhileRestricted() {
        if (!clock.isPaused() || !isMetered()) {
            return;
        }
        var left = preview.left();
        if (left.isNegative() || left.isZero()) {
            control.cut(new SessionEnd.FundsExhausted());
            return;
        }
        timers.lookAfter(
                earlier(left, earlier(parts.policy().proveEvery(), SessionSchedule.LOOKS_FOR_MONEY_EVERY)),
                () -> locked(() -> {
                    wake();
                    lookWhileRestricted();
                }));
    }

    // Its end

    /** Orders the end. What is delivered until the relay confirms is charged, within the paid time. */
    void stop(SessionEnd why) {
        // Before the lock: see the class comment.
        termination.cut(why);
        locked(control::order);
    }

    /** Why its end was ordered; empty where it was not. */
    Optional<SessionEnd> ordered() {
        return termination.cause();
    }

    /** The publisher is gone. */
    void ended(EndCause cause) {
        switch (cause) {
            case LEFT -> left();
            case LOST -> ended(new SessionEnd.Lost("the relay went silent"));
            case SILENT -> ended(new SessionEnd.Lost("the encoder sent nothing any more"));
        }
    }

    private void left() {
        locked(() -> {
            if (!termination.isPublisherGone()) {
                proof.prove(clock.elapsed());
                termination.left();
                control.terminate(new SessionEnd.HungUp());
            }
        });
    }

    /** It is not delivered any more, for a reason that its lane knows; it is charged up to its last proof of life. */
    void ended(SessionEnd why) {
        locked(() -> {
            if (!termination.isPublisherGone()) {
                termination.lost();
                control.terminate(why);
            }
        });
    }

    // Figures

    Session session() {
        lock.lock();
        try {
            return account.session();
        } finally {
            lock.unlock();
        }
    }

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
            var used = account.billable(termination.isPublisherGone() ? account.proven() : clock.elapsed());
            return new Reading(
                    account.session(),
                    used,
                    account.rating().cost(used),
                    account.left(used),
                    schedule.timeLeft(account.lasts()),
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

    /** Whether it is live, and nobody said that it is not delivered any more. */
    private boolean isMetered() {
        return account.isLive() && !termination.isPublisherGone();
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
