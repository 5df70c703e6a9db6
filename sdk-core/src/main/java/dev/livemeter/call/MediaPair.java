package dev.livemeter.call;

import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.JointMedia.Finding;
import dev.livemeter.call.JointMedia.Side;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.time.Scheduler.Scheduled;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Two clients that may be connected with each other, and what is charged for it: watched from the moment on in which they may until one of them, the money, or time ends it. The end is always an order
 * to hang up to both sides, so that the honest one's client obeys whatever the other does. Thread-safe.
 */
public final class MediaPair {

    private final CallLane lane;
    private final Terms terms;
    private final Watcher watcher;
    private final JointMedia media;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Scheduled> awaited = new HashMap<>();
    private @Nullable Scheduled check;
    private volatile boolean over;
    private volatile long flowsUntil;
    private volatile Duration confirmed = Duration.ZERO;
    private volatile Duration unpaid = Duration.ZERO;

    MediaPair(CallLane lane, Terms terms, Watcher watcher) {
        this.lane = lane;
        this.terms = terms;
        this.watcher = watcher;
        this.flowsUntil = lane.time().nanoTime();
        this.media = new JointMedia(
                lane.policy().silence(),
                lane.policy().shownFor(),
                lane.policy().mediaWithin(),
                lane.time().nanoTime());
    }

    /**
     * Who is connected, and on what terms.
     *
     * @param payer the viewer, who pays where there is a session
     * @param payee the broadcaster
     * @param session what is charged; null where it is free, and then nobody has to report anything
     */
    public record Terms(
            UserId payer,
            PeerId payerPeer,
            UserId payee,
            PeerId payeePeer,
            @Nullable SessionId session) {}

    /** Is told what becomes of a pair, one thing after the other. */
    public interface Watcher {

        /** Both have confirmed media: the meter runs. */
        void live();

        /** It is over; told once. */
        void over(CallEnd why);
    }

    /** Who is connected, and on what terms. */
    public Terms terms() {
        return terms;
    }

    void begin() {
        lock.lock();
        try {
            if (terms.session() != null) {
                plan();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a client says of its media. What the clock of the client says is not asked.
     *
     * @param number counts the reports of that user
     * @return whether it goes on
     */
    public boolean report(UserId user, boolean flowing, long number) {
        var side = terms.payer().equals(user) ? Side.PAYER : Side.PAYEE;
        lock.lock();
        try {
            var session = terms.session();
            if (over || session == null) {
                return !over;
            }
            var now = lane.time().nanoTime();
            if (now - media.overAt() >= 0) {
                // The task that ends it is late; a report must not overtake it.
                expire();
                return false;
            }
            var finding = media.report(side, flowing, number, now);
            flowsUntil = media.isFlowing(now) ? media.lapsesAt() : now;
            take(session, finding);
            return !over;
        } finally {
            lock.unlock();
        }
    }

    private void take(SessionId session, Finding finding) {
        if (finding instanceof Finding.Started) {
            lane.meter().delivered(session);
            watcher.live();
            plan();
        } else if (finding instanceof Finding.Confirmed confirmed) {
            lane.meter().confirmed(session, confirmed.ago());
        } else if (finding instanceof Finding.Resumed resumed) {
            lane.meter().interrupted(session, resumed.span());
        } else if (finding instanceof Finding.Lapsed lapsed) {
            lane.meter().confirmed(session, lapsed.ago());
            lane.meter().interrupted(session, lapsed.withheld());
        } else if (finding instanceof Finding.TornApart torn) {
            end(CallEnd.by(Cause.SILENT, user(torn.by())));
        }
    }

    private void plan() {
        check = lane.scheduler()
                .after(Duration.ofNanos(media.overAt() - lane.time().nanoTime()), this::check);
    }

    private void check() {
        lock.lock();
        try {
            var now = lane.time().nanoTime();
            if (over) {
                return;
            }
            if (now - media.overAt() >= 0) {
                expire();
            } else {
                plan();
            }
        } finally {
            lock.unlock();
        }
    }

    private void expire() {
        if (media.isStarted()) {
            end(CallEnd.by(Cause.SILENT, user(media.silent())));
        } else {
            end(CallEnd.of(Cause.NO_MEDIA));
        }
    }

    private UserId user(Side side) {
        return side == Side.PAYER ? terms.payer() : terms.payee();
    }

    private UserId user(PeerId peer) {
        return terms.payerPeer().equals(peer) ? terms.payer() : terms.payee();
    }

    /** Whether both confirm media at this moment, as far as is known. Waits for nobody. */
    public boolean isFlowing() {
        return !over && lane.time().nanoTime() - flowsUntil < 0;
    }

    /** How long both had confirmed; zero before it is over. */
    public Duration confirmed() {
        return confirmed;
    }

    /** How long the payer was shown the picture without having confirmed it; zero before it is over. */
    public Duration unpaid() {
        return unpaid;
    }

    void joined(PeerId peer) {
        lock.lock();
        try {
            var wait = awaited.remove(peer);
            if (wait != null) {
                wait.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    void left(PeerId peer, Departure departure) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            if (departure == Departure.DISMISSED) {
                end(new CallEnd(Cause.STOPPED, user(peer), user(peer) + " was sent away"));
            } else if (!awaited.containsKey(peer)) {
                // A page that is loaded anew says good-bye too; so both ways of going get the same time.
                awaited.put(peer, lane.scheduler().after(lane.policy().reconnectWithin(), () -> gone(peer)));
            }
        } finally {
            lock.unlock();
        }
    }

    private void gone(PeerId peer) {
        lock.lock();
        try {
            if (awaited.containsKey(peer)) {
                end(CallEnd.by(Cause.DISCONNECTED, user(peer)));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends it: both are told to hang up, and what both had confirmed is charged. The first reason stands. Idempotent. */
    public void end(CallEnd why) {
        end(why, () -> lane.network().hangUp(terms.payerPeer(), terms.payeePeer()));
    }

    /** Ends it, and tells nobody to hang up, where the two are connected anew by another node. What both had confirmed is charged. The first reason stands. Idempotent. */
    public void abandon(CallEnd why) {
        end(why, () -> {});
    }

    private void end(CallEnd why, Runnable hangUp) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            confirmed = media.confirmed();
            unpaid = media.unpaid(lane.time().nanoTime());
            awaited.values().forEach(Scheduled::cancel);
            awaited.clear();
            if (check != null) {
                check.cancel();
            }
            lane.forget(this);
            hangUp.run();
            try {
                // Before the meter, which may tell at once that all is charged: the books do not know the reason as
                // exactly.
                watcher.over(why);
            } finally {
                var session = terms.session();
                if (session != null) {
                    lane.meter().ended(session, inTheBooks(why));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The meter has ended it, for a reason of its own. */
    void cutByMeter(SessionEnd why) {
        end(fromTheBooks(why));
    }

    /** How a session's books call the end of a call. */
    private static SessionEnd inTheBooks(CallEnd why) {
        return switch (why.cause()) {
            case HUNG_UP, CANCELLED, DECLINED, MISSED, NO_FUNDS -> new SessionEnd.HungUp();
            case FUNDS_EXHAUSTED -> new SessionEnd.FundsExhausted();
            case LIMIT_REACHED -> new SessionEnd.LimitReached(why.detail());
            case BILLING_UNAVAILABLE -> new SessionEnd.BillingUnavailable();
            case STOPPED -> new SessionEnd.Stopped("the operator", why.detail());
            case NO_MEDIA -> new SessionEnd.Lost("no media came to flow");
            case DISCONNECTED -> new SessionEnd.Lost(why.by() + " lost the connection");
            case SILENT -> new SessionEnd.Lost("nothing was heard of the media of " + why.by() + " any more");
            case LOST -> new SessionEnd.Lost("the application stopped while it ran");
        };
    }

    /** How a call names the end that its session has in the books. */
    static CallEnd fromTheBooks(SessionEnd why) {
        if (why instanceof SessionEnd.FundsExhausted) {
            return CallEnd.of(Cause.FUNDS_EXHAUSTED);
        }
        if (why instanceof SessionEnd.LimitReached limit) {
            return new CallEnd(Cause.LIMIT_REACHED, null, limit.limit());
        }
        if (why instanceof SessionEnd.Stopped stopped) {
            return new CallEnd(Cause.STOPPED, null, stopped.reason());
        }
        if (why instanceof SessionEnd.BillingUnavailable) {
            return CallEnd.of(Cause.BILLING_UNAVAILABLE);
        }
        return CallEnd.of(why instanceof SessionEnd.HungUp ? Cause.HUNG_UP : Cause.LOST);
    }
}
