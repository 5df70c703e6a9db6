package dev.livemeter.relay.nginx;

import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings of a relay, over all lives of its nginx. nginx tells of the end of a recording only where all goes well, so it is not asked: each second it is looked whether the
 * stream is still there, how much was written, and whether there is room for more. Thread-safe; nobody is asked or told while the lock is held.
 */
final class StreamRecorder implements AutoCloseable {

    /** The recorder in nginx's configuration. */
    static final String NAME = "livemeter";

    private static final Logger log = LoggerFactory.getLogger(StreamRecorder.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LOOK_AROUND_AGAIN = Duration.ofSeconds(10);

    /** What the nginx of this moment can do about recordings. */
    interface Control {

        /** Begins to write a stream to a file; empty where it does not. */
        Optional<String> start(SessionId session);

        /** Ends it, if it is written. */
        void stop(SessionId session);

        /** Whether the publisher of that session is there. */
        boolean isPublishing(SessionId session);
    }

    private final RecordingAuthority authority;
    private final RecordingPlace folder;
    private final Finisher finisher;
    private final long reserveBytes;
    private final TimeSource time;
    private final Scheduler scheduler;

    private final Object lock = new Object();
    private final Map<SessionId, Running> running = new HashMap<>();
    private final Map<RecordingId, Waiting> waiting = new HashMap<>();
    private volatile @Nullable Control control;
    private boolean looking;
    private boolean closed;

    /** One that is being written. */
    private record Running(SessionId session, RecordingId id, long sinceNanos) {}

    /** One from an earlier life, whose stream may show up again. */
    private record Waiting(SessionId session, long untilNanos) {}

    StreamRecorder(
            RecordingAuthority authority,
            RecordingPlace folder,
            Finisher finisher,
            long reserveBytes,
            TimeSource time,
            Scheduler scheduler) {
        this.authority = authority;
        this.folder = folder;
        this.finisher = finisher;
        this.reserveBytes = reserveBytes;
        this.time = time;
        this.scheduler = scheduler;
    }

    /** From now on that nginx is the one. */
    void use(Control present) {
        control = present;
    }

    /** Begins one. Blocks on nginx. */
    boolean start(SessionId session, RecordingId id) {
        var nginx = control;
        if (nginx == null || !nginx.isPublishing(session)) {
            return false;
        }
        if (folder.room() < reserveBytes) {
            log.warn("The recording {} is not begun: the disk has less room than is to be left on it.", id);
            return false;
        }
        var one = new Running(session, id, time.nanoTime());
        synchronized (lock) {
            if (closed || running.putIfAbsent(session, one) != null) {
                return false;
            }
        }
        var begun = false;
        try {
            begun = nginx.start(session).filter(file -> folder.adopt(file, id)).isPresent() && isRunning(one);
        } finally {
            if (!begun) {
                nginx.stop(session);
                synchronized (lock) {
                    running.remove(session, one);
                }
                folder.delete(id);
            }
        }
        lookOn();
        return begun;
    }

    /** It may have ended while nginx was asked. */
    private boolean isRunning(Running one) {
        synchronized (lock) {
            return one.equals(running.get(one.session()));
        }
    }

    /** Orders the end of one; an unknown one is ignored. */
    void stop(SessionId session, RecordingId id) {
        final Running one;
        synchronized (lock) {
            one = running.get(session);
        }
        if (one != null && one.id().equals(id)) {
            scheduler.after(Duration.ZERO, () -> end(one, ""));
        }
    }

    private void end(Running one, String why) {
        synchronized (lock) {
            if (!running.remove(one.session(), one)) {
                return;
            }
        }
        var nginx = control;
        if (nginx != null) {
            nginx.stop(one.session());
        }
        finisher.finish(one.id(), why);
    }

    private void lookOn() {
        synchronized (lock) {
            if (looking || closed || (running.isEmpty() && waiting.isEmpty())) {
                return;
            }
            looking = true;
        }
        scheduler.after(LOOK, this::look);
    }

    private void look() {
        final List<Running> all;
        synchronized (lock) {
            looking = false;
            all = List.copyOf(running.values());
        }
        try {
            lookForWaiting();
            all.forEach(this::look);
        } finally {
            lookOn();
        }
    }

    private void look(Running one) {
        var nginx = control;
        if (nginx == null || !nginx.isPublishing(one.session())) {
            end(one, "");
            return;
        }
        var bytes = folder.size(one.id()).orElse(0L);
        if (folder.room() < reserveBytes + bytesToCome()) {
            end(one, "The disk of the relay is nearly full; the stream went on without the recording.");
            return;
        }
        try {
            authority
                    .objectionTo(one.id(), bytes, Duration.ofNanos(time.nanoTime() - one.sinceNanos()))
                    .ifPresent(why -> end(one, why));
        } catch (RuntimeException e) {
            log.warn("It could not be decided whether the recording {} may grow on ({}).", one.id(), e.getMessage());
        }
    }

    private long bytesToCome() {
        if (folder.copiesToCome() == 0) {
            return 0;
        }
        final List<Running> all;
        synchronized (lock) {
            all = List.copyOf(running.values());
        }
        return folder.copiesToCome()
                * all.stream()
                        .mapToLong(one -> folder.size(one.id()).orElse(0L))
                        .sum();
    }

    /**
     * Looks through what an earlier life left: finishes what somebody wants still, deletes the rest.
     *
     * @param streamsGoOnFor how long streams from before may take to show up; zero where there are none
     */
    void lookAround(Duration streamsGoOnFor) {
        lookAround(folder.left(), streamsGoOnFor);
    }

    private void lookAround(List<RecordingId> left, Duration streamsGoOnFor) {
        var undecided = new ArrayList<RecordingId>();
        for (var id : left) {
            try {
                var session = authority.sessionOf(id);
                if (session.isEmpty()) {
                    log.info("Nobody wants what is left of the recording {}; it is deleted.", id);
                    folder.delete(id);
                } else if (streamsGoOnFor.isZero() || !folder.mayGrow(id)) {
                    finisher.finish(id, "");
                } else {
                    synchronized (lock) {
                        waiting.put(id, new Waiting(session.get(), time.nanoTime() + streamsGoOnFor.toNanos()));
                    }
                }
            } catch (RuntimeException e) {
                log.warn("It is not known yet whose the recording {} is: {}", id, e.getMessage());
                undecided.add(id);
            }
        }
        if (!undecided.isEmpty()) {
            scheduler.after(LOOK_AROUND_AGAIN, () -> lookAround(undecided, streamsGoOnFor));
        }
        lookOn();
    }

    private void lookForWaiting() {
        final Map<RecordingId, Waiting> all;
        synchronized (lock) {
            all = Map.copyOf(waiting);
        }
        var nginx = control;
        all.forEach((id, one) -> {
            if (nginx != null && nginx.isPublishing(one.session())) {
                synchronized (lock) {
                    waiting.remove(id);
                    running.putIfAbsent(one.session(), new Running(one.session(), id, time.nanoTime()));
                }
            } else if (time.nanoTime() - one.untilNanos() >= 0) {
                synchronized (lock) {
                    waiting.remove(id);
                }
                finisher.finish(id, "");
            }
        });
    }

    /** Ends what is being written, and waits a while until it is put away; what is not then, the next start finds. */
    @Override
    public void close() {
        final List<Running> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(running.values());
        }
        all.forEach(one -> end(one, ""));
        finisher.close();
        folder.close();
    }

    /** Leaves all of it to the next life: streams go on, and so do their recordings. */
    void leave() {
        synchronized (lock) {
            closed = true;
            running.clear();
            waiting.clear();
        }
        finisher.close();
        folder.close();
    }
}
