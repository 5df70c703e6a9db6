package dev.livemeter.room;

import dev.livemeter.call.CallEnd;
import dev.livemeter.call.MediaPair;
import dev.livemeter.money.Money;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.time.Scheduler.Scheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One viewer in a room that is open here. Thread-safe. */
final class RunningPresence implements MediaPair.Watcher {

    private final RoomParts parts;
    private final PeerId broadcaster;
    private final BiConsumer<RunningPresence, CallEnd> whenOver;
    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable Instant ticketEnds;
    private volatile Participant participant;
    private volatile @Nullable MediaPair pair;
    private volatile @Nullable CallEnd end;
    private @Nullable Scheduled ticket;

    RunningPresence(
            RoomParts parts,
            Participant participant,
            PeerId broadcaster,
            @Nullable Instant ticketEnds,
            BiConsumer<RunningPresence, CallEnd> whenOver) {
        this.parts = parts;
        this.participant = participant;
        this.broadcaster = broadcaster;
        this.ticketEnds = ticketEnds;
        this.whenOver = whenOver;
    }

    Participant participant() {
        return participant;
    }

    void begin(MediaPair.Terms terms) {
        var begun = parts.calls().lane().connect(terms, this);
        pair = begun;
        if (ticketEnds != null) {
            ticket = parts.scheduler()
                    .after(
                            Duration.between(parts.now(), ticketEnds),
                            () -> end(CallEnd.of(CallEnd.Cause.LIMIT_REACHED)));
        }
        var why = end;
        if (why != null) {
            begun.end(why);
        }
    }

    boolean report(boolean byViewer, boolean flowing, long number) {
        var present = pair;
        if (present == null) {
            return end == null;
        }
        var terms = present.terms();
        return present.report(byViewer ? terms.payer() : terms.payee(), flowing, number);
    }

    void end(CallEnd why) {
        var present = pair;
        if (present != null) {
            present.end(why);
        } else {
            over(why);
        }
    }

    /** Ends it without an order to hang up: the two are connected anew by another node. */
    void abandon(CallEnd why) {
        var present = pair;
        if (present != null) {
            present.abandon(why);
        } else {
            over(why);
        }
    }

    @Override
    public void live() {
        // What is shown follows from the pair; there is nothing to keep.
    }

    @Override
    public void over(CallEnd why) {
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            end = why;
            if (ticket != null) {
                ticket.cancel();
            }
            participant = participant.left(parts.now(), why.sentence());
        } finally {
            lock.unlock();
        }
        whenOver.accept(this, why);
    }

    /** What the viewer confirmed of it; zero before it is over. */
    Duration confirmed() {
        var present = pair;
        return present == null ? Duration.ZERO : present.confirmed();
    }

    /** What the viewer was shown of it and did not confirm; zero before it is over. */
    Duration unpaid() {
        var present = pair;
        return present == null ? Duration.ZERO : present.unpaid();
    }

    void settled(Session session) {
        lock.lock();
        try {
            participant = participant.settled(
                    session.metering().used(), session.metering().charged());
        } finally {
            lock.unlock();
        }
    }

    ParticipantStatus status(boolean forViewer) {
        var present = participant;
        var session = present.session();
        var reading = session == null ? null : parts.meter().running(session).orElse(null);
        var media = pair;
        var over = end != null;
        var flowing = media != null && media.isFlowing() && (reading == null || !reading.restricted());
        return new ParticipantStatus(
                present,
                broadcaster,
                parts.now(),
                !over && (session == null || flowing),
                session != null && flowing,
                reading == null ? present.watched() : reading.used(),
                reading == null ? present.cost() : reading.cost(),
                reading == null || !forViewer ? null : reading.balance(),
                timeLeft(reading),
                reading != null && reading.low(),
                reading == null || !forViewer ? null : reading.topUpPage());
    }

    private @Nullable Duration timeLeft(@Nullable SessionStatus reading) {
        if (reading != null) {
            return reading.timeLeft();
        }
        if (ticketEnds == null) {
            return null;
        }
        var left = Duration.between(parts.now(), Objects.requireNonNull(ticketEnds));
        return left.isNegative() ? Duration.ZERO : left;
    }

    static Money nothing(RoomParts parts) {
        return Money.zero(parts.policy().credit().minimumToStart().currency());
    }
}
