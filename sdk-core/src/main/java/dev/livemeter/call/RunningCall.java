package dev.livemeter.call;

import dev.livemeter.call.CallAnswer.Done;
import dev.livemeter.call.CallAnswer.Reason;
import dev.livemeter.call.CallAnswer.Refused;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallStatus.Picture;
import dev.livemeter.event.LiveEvent.CallChanged;
import dev.livemeter.event.LiveEvent.CallChanged.Step;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.time.Scheduler.Scheduled;
import dev.livemeter.wallet.HoldResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call from its invitation to its last charge. Thread-safe. The lock of a {@link MediaPair} comes before that of a call and never after it: a pair tells its call, and is told without the
 * call's lock.
 */
final class RunningCall implements MediaPair.Watcher {

    private static final Logger log = LoggerFactory.getLogger(RunningCall.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final CallParts parts;
    private final CallLane lane;
    private final Consumer<Call> watchers;
    private final Runnable released;
    private final Tariff tariff;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong version = new AtomicLong(1);
    private volatile Call call;
    private volatile @Nullable MediaPair pair;
    private volatile Money tips;
    private volatile boolean settled;
    private @Nullable Call kept;
    private @Nullable Scheduled ringing;

    /**
     * A call that is being asked for.
     *
     * @param watchers hear of each change
     * @param released is run when neither of the two is busy with it any more
     */
    RunningCall(CallParts parts, CallLane lane, Call call, Tariff tariff, Consumer<Call> watchers, Runnable released) {
        this.parts = parts;
        this.lane = lane;
        this.watchers = watchers;
        this.call = call;
        this.tariff = tariff;
        this.released = released;
        this.tips = Money.zero(tariff.currency());
    }

    Call call() {
        return call;
    }

    /** Whether nothing further will happen to it. */
    boolean isSettled() {
        return settled;
    }

    void ring() {
        parts.store().insert(call);
        kept = call;
        ringing = parts.scheduler().after(parts.policy().ringFor(), () -> end(CallEnd.by(Cause.MISSED, call.callee())));
        tell(Step.INVITED, "");
    }

    // What the two want

    CallAnswer accept(UserId who, String device) {
        lock.lock();
        try {
            if (!who.equals(call.callee())) {
                return refused(Reason.NOT_YOURS, "Only " + call.callee() + " can accept this call.");
            }
            if (call.state() == CallState.ENDED) {
                return refused(Reason.NOT_NOW, "The call is over: " + end().sentence());
            }
            if (call.state() != CallState.RINGING) {
                return new Done(status(who));
            }
            var answer = open(PeerNames.of(who, device));
            if (answer != null) {
                return answer;
            }
        } finally {
            lock.unlock();
        }
        connect();
        return new Done(status(who));
    }

    private @Nullable CallAnswer open(PeerId peer) {
        var objection = parts.policy().meeting().objection(call.caller(), call.callee());
        if (objection.isPresent()) {
            over(new CallEnd(Cause.STOPPED, null, "the two may not meet"));
            return refused(Reason.NOT_ALLOWED, objection.get());
        }
        var balance = parts.wallet().balance(call.caller()).orElse(null);
        var id = parts.meter().newId();
        // The row first, with the session's id: whatever a crash leaves of the hold is found again by it.
        var accepted = call.accepted(now(), id, peer);
        parts.store().update(accepted);
        var terms = new SessionTerms(
                Lane.CALL,
                call.caller(),
                new Payee(call.callee(), call.share()),
                call.tariffVersion(),
                null,
                List.of());
        if (balance == null || !(parts.meter().open(id, terms, tariff, 1, balance) instanceof HoldResult.Placed)) {
            over(CallEnd.by(Cause.NO_FUNDS, call.caller()));
            return refused(
                    Reason.INSUFFICIENT_FUNDS,
                    "The balance of " + call.caller() + " is not enough to begin any more; the call is over.");
        }
        if (ringing != null) {
            ringing.cancel();
        }
        kept = accepted;
        call = accepted;
        tell(Step.ACCEPTED, "");
        return null;
    }

    private void connect() {
        var session = call.session();
        var peer = call.calleePeer();
        if (session == null || peer == null) {
            return;
        }
        if (!call.agreed().isZero()) {
            parts.meter().limit(session, call.agreed());
        }
        var begun =
                lane.connect(new MediaPair.Terms(call.caller(), call.callerPeer(), call.callee(), peer, session), this);
        pair = begun;
        if (call.state() == CallState.ENDED) {
            // It was ended while it was accepted.
            begun.end(end());
        }
    }

    CallAnswer decline(UserId who) {
        return ring(who, call.callee(), Cause.DECLINED, "decline");
    }

    CallAnswer cancel(UserId who) {
        return ring(who, call.caller(), Cause.CANCELLED, "take back");
    }

    private CallAnswer ring(UserId who, UserId whose, Cause cause, String verb) {
        lock.lock();
        try {
            if (!who.equals(whose)) {
                return refused(Reason.NOT_YOURS, "Only " + whose + " can " + verb + " this call.");
            }
            if (call.state() == CallState.RINGING) {
                over(CallEnd.by(cause, who));
            } else if (call.state() != CallState.ENDED) {
                return refused(Reason.NOT_NOW, "The call was accepted; hang up to end it.");
            }
            return new Done(status(who));
        } finally {
            lock.unlock();
        }
    }

    CallAnswer hangUp(UserId who) {
        end(
                call.state() == CallState.RINGING
                        ? CallEnd.by(who.equals(call.caller()) ? Cause.CANCELLED : Cause.DECLINED, who)
                        : CallEnd.by(Cause.HUNG_UP, who));
        return new Done(status(who));
    }

    /** Ends it whatever its state is. Idempotent; the first reason stands. */
    void end(CallEnd why) {
        var present = pair;
        if (present != null) {
            present.end(why);
            return;
        }
        lock.lock();
        try {
            over(why);
        } finally {
            lock.unlock();
        }
    }

    CallAnswer extend(UserId who, Duration total) {
        lock.lock();
        try {
            if (!who.equals(call.caller())) {
                return refused(Reason.NOT_YOURS, "Only " + call.caller() + " can make this call longer, who pays.");
            }
            if (call.state() == CallState.ENDED) {
                return refused(Reason.NOT_NOW, "The call is over: " + end().sentence());
            }
            var longest = parts.policy().credit().maxDuration();
            var agreed = call.agreed();
            if (agreed.isZero() || total.compareTo(agreed) < 0 || tooLong(total, longest)) {
                return refused(
                        Reason.UNFIT_LENGTH,
                        "The call is agreed to last " + words(agreed) + " and may last " + words(longest)
                                + "; give a length between the two.");
            }
            if (total.equals(agreed)) {
                return new Done(status(who));
            }
            call = call.agreed(total);
            tell(Step.EXTENDED, "");
            saveSoon();
        } finally {
            lock.unlock();
        }
        var session = call.session();
        if (session != null) {
            parts.meter().limit(session, total);
        }
        return new Done(status(who));
    }

    static boolean tooLong(Duration length, Duration longest) {
        return !longest.isZero() && length.compareTo(longest) > 0;
    }

    static String words(Duration length) {
        return length.isZero() ? "without limit" : length.toSeconds() + " seconds";
    }

    /** A report of that user's client on the media. */
    boolean report(UserId who, boolean flowing, long number) {
        var present = pair;
        return present != null
                ? present.report(who, flowing, number)
                : !call.state().isOver();
    }

    void tipped(Money amount) {
        lock.lock();
        try {
            tips = tips.plus(amount);
            changed();
        } finally {
            lock.unlock();
        }
    }

    // What becomes of it

    @Override
    public void live() {
        lock.lock();
        try {
            if (call.state() == CallState.CONNECTING) {
                call = call.live(now());
                tell(Step.STARTED, "");
                saveSoon();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void over(CallEnd why) {
        lock.lock();
        try {
            if (call.state() == CallState.ENDED) {
                return;
            }
            if (ringing != null) {
                ringing.cancel();
            }
            call = call.ended(now(), why);
            settled = call.session() == null;
            tell(change(why.cause()), why.sentence());
            saveSoon();
        } finally {
            lock.unlock();
        }
        released.run();
    }

    private static Step change(Cause cause) {
        return switch (cause) {
            case DECLINED -> Step.DECLINED;
            case MISSED -> Step.MISSED;
            case CANCELLED -> Step.CANCELLED;
            default -> Step.ENDED;
        };
    }

    /** Its session is over and charged, or another node has taken it, and tells what became of it. */
    void settled(Session told) {
        // What was known of it here may be older than what that node has made of it by now.
        var session = told.state().isOver() ? told : stored(told);
        lock.lock();
        try {
            if (session.state().isOver()) {
                call = settled(call, session, now());
            }
            settled = true;
            changed();
            saveSoon();
        } finally {
            lock.unlock();
        }
        released.run();
    }

    private Session stored(Session told) {
        try {
            return parts.sessions().find(told.id()).orElse(told);
        } catch (RuntimeException e) {
            log.warn("What became of session {} on another node is not known here ({}).", told.id(), e.getMessage());
            return told;
        }
    }

    static Call settled(Call call, Session session, Instant now) {
        var why = session.end();
        var end = call.end() != null ? call.end() : why == null ? CallEnd.of(Cause.LOST) : MediaPair.fromTheBooks(why);
        var over = call.state() == CallState.ENDED ? call : call.ended(now, end);
        return over.settled(session.metering().used(), session.metering().charged(), end);
    }

    /** The picture changes, or the warning. */
    void changed(Step change) {
        tell(change, "");
    }

    /** Stores now what else would be stored soon. */
    void finish() {
        var session = call.session();
        if (!settled && session != null) {
            parts.sessions()
                    .find(session)
                    .filter(found -> found.state().isOver())
                    .ifPresent(this::settled);
        }
        save();
    }

    private void saveSoon() {
        parts.scheduler().after(Duration.ZERO, this::save);
    }

    private void save() {
        lock.lock();
        try {
            var present = call;
            if (present.equals(kept)) {
                return;
            }
            parts.store().update(present);
            kept = present;
        } catch (RuntimeException e) {
            log.warn("The call {} could not be stored ({}); trying again.", call.id(), e.getMessage());
            parts.scheduler().after(TRY_AGAIN, this::save);
        } finally {
            lock.unlock();
        }
    }

    private void changed() {
        version.incrementAndGet();
        watchers.accept(call);
    }

    private void tell(Step change, String detail) {
        changed();
        var at = now();
        var present = call;
        for (var user : List.of(present.caller(), present.callee())) {
            parts.events()
                    .publish(new CallChanged(
                            at, user, present.session(), present.id(), present.other(user), change, detail));
        }
    }

    // What is seen of it

    /**
     * As somebody sees it.
     *
     * @param viewer one of the two; null for an operator, who sees everything
     */
    CallStatus status(@Nullable UserId viewer) {
        var present = call;
        var media = pair;
        var reading = reading(present);
        var used = reading.map(SessionStatus::used).orElse(present.talked());
        var cost = reading.map(SessionStatus::cost).orElse(present.cost());
        var restricted = reading.map(SessionStatus::restricted).orElse(false);
        var live = present.state() == CallState.LIVE;
        var counting = live && !restricted && media != null && media.isFlowing();
        var sum = tips;
        return new CallStatus(
                present,
                version.get(),
                now(),
                picture(present.state(), counting),
                counting,
                used,
                cost,
                sees(viewer, present.caller())
                        ? reading.map(SessionStatus::balance).orElse(null)
                        : null,
                sees(viewer, present.callee())
                        ? present.share().of(cost).plus(present.share().of(sum))
                        : null,
                sum,
                reading.map(SessionStatus::timeLeft).orElse(null),
                left(present, used),
                reading.map(SessionStatus::low).orElse(false),
                reading.map(SessionStatus::finalUnit).orElse(false),
                sees(viewer, present.caller())
                        ? reading.map(SessionStatus::topUpPage).orElse(null)
                        : null,
                tariff.notation());
    }

    private Optional<SessionStatus> reading(Call present) {
        SessionId session = present.session();
        return session == null ? Optional.empty() : parts.meter().running(session);
    }

    private static boolean sees(@Nullable UserId viewer, UserId whose) {
        return viewer == null || viewer.equals(whose);
    }

    private static Picture picture(CallState state, boolean counting) {
        return switch (state) {
            case RINGING, ENDED -> Picture.NONE;
            case CONNECTING -> Picture.PREVIEW;
            case LIVE -> counting ? Picture.FULL : Picture.PREVIEW;
        };
    }

    private static @Nullable Duration left(Call call, Duration used) {
        if (call.agreed().isZero()) {
            return null;
        }
        var left = call.agreed().minus(used);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private CallEnd end() {
        var why = call.end();
        return why == null ? CallEnd.of(Cause.LOST) : why;
    }

    private static Refused refused(Reason reason, String sentence) {
        return new Refused(reason, sentence);
    }

    private Instant now() {
        return parts.time().instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
