package dev.livemeter.broadcast;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.event.LiveEvent.BroadcastChanged.Stage;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broadcast of a stream that runs: opened, looked after while the relay pushes, and handed over to {@link Aftercare} when the stream does not go there any more. The platform is asked one question
 * at a time. Thread-safe.
 */
final class RunningBroadcast {

    private static final Logger log = LoggerFactory.getLogger(RunningBroadcast.class);

    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);

    /** A platform that says it is over is asked no more often, in case it shows it again. */
    private static final Duration ONCE_OVER = Duration.ofMinutes(1);

    /** People are told of a platform that did not answer so often in a row. */
    private static final int SILENCE = 3;

    private final BroadcastParts parts;
    private final BroadcastDesk desk;
    private final Platforms platforms;
    private final Aftercare aftercare;
    private final Distances looks;
    private final BroadcastWatcher watcher;
    private final StreamShow show;
    private final BroadcastTerms terms;

    /** Held while the platform or the store is asked. */
    private final ReentrantLock asking = new ReentrantLock();

    /** What was at this destination before; ended before this one is opened. */
    private @Nullable RunningBroadcast before;

    private final ViewerCount viewers = new ViewerCount();
    private @Nullable BroadcastRecord record;
    private Instant savedAt = Instant.EPOCH;
    private int failures;
    private boolean finished;
    private volatile @Nullable BroadcastStatus status;
    private volatile boolean closed;
    private boolean flowing;
    private Scheduler.@Nullable Scheduled next;

    RunningBroadcast(
            BroadcastParts parts,
            BroadcastDesk desk,
            Platforms platforms,
            Aftercare aftercare,
            BroadcastWatcher watcher,
            StreamShow show,
            BroadcastTerms terms,
            @Nullable RunningBroadcast before) {
        this.parts = parts;
        this.desk = desk;
        this.platforms = platforms;
        this.aftercare = aftercare;
        this.looks = new Distances(Duration.ofSeconds(10), Duration.ofMinutes(5), parts.random());
        this.watcher = watcher;
        this.show = show;
        this.terms = terms;
        this.before = before;
    }

    /** One that an earlier process opened. */
    static RunningBroadcast takenUp(
            BroadcastParts parts,
            BroadcastDesk desk,
            Platforms platforms,
            Aftercare aftercare,
            BroadcastWatcher watcher,
            StreamShow show,
            BroadcastRecord left) {
        var taken = new RunningBroadcast(parts, desk, platforms, aftercare, watcher, show, left.terms(), null);
        taken.record = left;
        taken.viewers.goOn(left.viewers());
        var ref = left.ref();
        taken.status = BroadcastStatus.of(
                left.state() == BroadcastState.LIVE ? Phase.LIVE : Phase.PREPARING,
                ref == null ? null : ref.page(),
                Objects.requireNonNullElse(left.liveAt(), left.terms().openedAt()));
        return taken;
    }

    BroadcastTerms terms() {
        return terms;
    }

    /** Nothing more comes of it. */
    boolean isClosed() {
        return closed;
    }

    /** Whether the platform says that it is over, although the stream goes there. */
    boolean isOverThere() {
        var known = status;
        return known != null && known.phase() == Phase.ENDED;
    }

    Optional<BroadcastStatus> status() {
        return Optional.ofNullable(status);
    }

    boolean is(BroadcastId id) {
        asking.lock();
        try {
            return !closed && record != null && record.id().equals(id);
        } finally {
            asking.unlock();
        }
    }

    /** Has it opened, again where that failed before or the relay was refused. Blocks on store and platform. */
    HostingResult open() {
        asking.lock();
        try {
            if (closed) {
                return new HostingResult.Withdrawn();
            }
            if (before != null) {
                before.finish();
                before = null;
            }
            var present = record == null ? desk.begin(terms) : record;
            record = present;
            var plan = new BroadcastPlan(terms.session(), terms.destination(), show.details(), terms.openedAt());
            var opening = platforms.open(terms, plan);
            return opening instanceof Opening.Opened opened
                    ? opened(present, opened)
                    : notOpened(present, (Opening.Failed) opening);
        } finally {
            asking.unlock();
        }
    }

    private HostingResult opened(BroadcastRecord present, Opening.Opened opened) {
        var known = present.ref();
        var base = present;
        if (known != null && !known.id().equals(opened.broadcast().id())) {
            // The platform made another one: the first is to be ended like any other.
            base = desk.begin(terms);
            leave(present);
        }
        var sealed = desk.seal(base.id(), opened.target());
        var fresh = base.ref() == null;
        var stored = desk.move(base, row -> row.ready(opened.broadcast(), sealed, desk.lease()));
        if (stored.isEmpty()) {
            closed = true;
            return new HostingResult.Withdrawn();
        }
        var ready = stored.get();
        record = ready;
        var page = opened.broadcast().page();
        var now = BroadcastStatus.of(
                ready.state() == BroadcastState.LIVE ? Phase.LIVE : Phase.PREPARING, page, desk.now());
        status = now;
        if (fresh) {
            desk.tell(ready, Stage.OPENED, page, "");
        }
        // Whoever ended it meanwhile waits for this lock and ends what was just made.
        return closed ? new HostingResult.Withdrawn() : new HostingResult.Ready(opened.target(), now);
    }

    private HostingResult notOpened(BroadcastRecord present, Opening.Failed failed) {
        var trouble = failed.trouble();
        var goesOn = trouble.retryable() || present.ref() != null;
        var stored = desk.move(
                present,
                row -> row.notOpened(
                        goesOn ? row.state() : BroadcastState.FAILED, trouble.message(), goesOn ? desk.lease() : null));
        stored.ifPresent(row -> record = row);
        if (!goesOn) {
            closed = true;
            finished = true;
            stored.ifPresent(row -> desk.tell(row, Stage.FAILED, null, trouble.message()));
        }
        return new HostingResult.Failed(trouble);
    }

    private void leave(BroadcastRecord other) {
        desk.move(other, row -> row.ending(viewers.figures(desk.now()), desk.now()))
                .ifPresent(aftercare::attend);
    }

    /** How its provider finds it; empty where it was never opened. */
    Optional<BroadcastRef> ref() {
        asking.lock();
        try {
            return record == null ? Optional.empty() : Optional.ofNullable(record.ref());
        } finally {
            asking.unlock();
        }
    }

    /** Where the relay pushes; empty where it was never opened. */
    Optional<PushTarget> target() {
        asking.lock();
        try {
            return record == null ? Optional.empty() : desk.target(record);
        } finally {
            asking.unlock();
        }
    }

    /** Whether the relay has it live. While it has not, the platform is not asked, which may cost of a quota. */
    synchronized void flows(boolean yes) {
        if (flowing != yes && !closed) {
            flowing = yes;
            plan(yes ? FIRST_LOOK : null);
        }
    }

    /** Looks at once. */
    synchronized void again() {
        if (flowing && !closed) {
            plan(Duration.ZERO);
        }
    }

    private synchronized void plan(@Nullable Duration wait) {
        if (next != null) {
            next.cancel();
            next = null;
        }
        if (wait != null && flowing && !closed) {
            next = parts.scheduler().after(wait, this::look);
        }
    }

    private synchronized boolean isFlowing() {
        return flowing && !closed;
    }

    private void look() {
        var wait = LONGEST;
        asking.lock();
        try {
            if (!isFlowing() || record == null || record.ref() == null) {
                return;
            }
            wait = ask(record, record.ref());
        } catch (RuntimeException e) {
            // The store, most likely: what was seen is stored with the next look.
            log.warn("A look at the broadcast of session {} was in vain: {}", terms.session(), e.getMessage());
            wait = SAVE_EVERY;
        } finally {
            asking.unlock();
        }
        var known = status;
        if (known != null && !closed) {
            watcher.seen(terms.session(), terms.destination(), known);
        }
        plan(wait);
    }

    private Duration ask(BroadcastRecord present, BroadcastRef ref) {
        var look = platforms.advance(terms, ref);
        var known = Objects.requireNonNull(status);
        if (look instanceof Look.Failed failed) {
            failures++;
            var trouble = failed.trouble();
            if (!trouble.retryable() || failures >= SILENCE) {
                status = known.unanswered(trouble);
            }
            // It stays looked after, and its figures are as good as they were.
            keep(present, false);
            return looks.after(failures, trouble.retryAfter());
        }
        failures = 0;
        var seen = (Look.Seen) look;
        var now = desk.now();
        var report = seen.report();
        status = known.seen(report, now);
        var counted = report.phase() == Phase.LIVE ? report.viewers() : null;
        viewers.at(counted, now);
        show.watched(terms.destination(), counted, now);
        var first = report.phase() == Phase.LIVE && present.state() == BroadcastState.READY;
        if (first) {
            desk.move(present, row -> row.live(now)).ifPresent(row -> {
                record = row;
                desk.tell(row, Stage.LIVE, ref.page(), "");
            });
        }
        keep(Objects.requireNonNull(record), first);
        var bounded = seen.nextIn().compareTo(SHORTEST) < 0 ? SHORTEST : seen.nextIn();
        var wanted = bounded.compareTo(LONGEST) > 0 ? LONGEST : bounded;
        return report.phase() == Phase.ENDED && wanted.compareTo(ONCE_OVER) < 0 ? ONCE_OVER : wanted;
    }

    private void keep(BroadcastRecord present, boolean now) {
        var moment = desk.now();
        if (!now && moment.isBefore(savedAt.plus(SAVE_EVERY))) {
            return;
        }
        savedAt = moment;
        var stored = desk.move(present, row -> row.watched(viewers.figures(moment), desk.lease()));
        stored.ifPresent(row -> record = row);
        if (stored.isEmpty()) {
            closed = true;
        }
        show.save(moment);
    }

    /** It is still looked after, although there was nothing to look at lately. Blocks on the store. */
    void renew() {
        asking.lock();
        try {
            if (record != null && !closed) {
                keep(record, true);
            }
        } finally {
            asking.unlock();
        }
    }

    /** The stream does not go there any more, or another node has it: nothing is asked from now on. Returns at once. */
    synchronized void close() {
        closed = true;
        flowing = false;
        plan(null);
    }

    /** Has it ended where the stream does not go there any more. Blocks on store and platform. Idempotent. */
    void finish() {
        close();
        asking.lock();
        try {
            var present = record;
            if (finished || present == null) {
                return;
            }
            var now = desk.now();
            viewers.at(null, now);
            show.watched(terms.destination(), null, now);
            if (present.ref() == null) {
                desk.move(
                        present,
                        row -> row.notOpened(
                                BroadcastState.FAILED,
                                row.detail().isEmpty()
                                        ? "The stream was over before the platform answered."
                                        : row.detail(),
                                null));
            } else {
                leave(present);
            }
            // Only now: a store that is away leaves it to whoever finds it due.
            finished = true;
        } catch (RuntimeException e) {
            log.warn(
                    "The broadcast of session {} cannot be ended yet, and is looked after later: {}",
                    terms.session(),
                    e.getMessage());
        } finally {
            asking.unlock();
        }
    }
}
