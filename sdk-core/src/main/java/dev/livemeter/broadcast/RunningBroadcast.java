package dev.livemeter.broadcast;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.event.LiveEvent.BroadcastChanged.Stage;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.PlatformTrouble;
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

    /** More than there are people who watch one stream; a platform that tells more, or fewer than none, is not taken at its word. */
    private static final long MOST_VIEWERS = 1_000_000_000;

    private static final PlatformTrouble STILL_THERE = new PlatformTrouble(
            true,
            null,
            "broadcast.not_ended",
            "What was shown here before could not be noted as over yet; it is tried again.");

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

    /** As it is stored, as far as is known here: an answer of the store may have been lost. Written by who holds {@link #asking}. */
    private volatile @Nullable BroadcastRecord record;

    /** What was to be stored as new and is not in use yet. Written by who holds {@link #asking}. */
    private volatile @Nullable BroadcastRecord unsure;

    private Instant savedAt = Instant.EPOCH;
    private int failures;
    private volatile boolean finished;
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

    /** Whether that row is this broadcast's. Looks at memory alone. */
    boolean is(BroadcastId id) {
        return !closed && (isOf(record, id) || isOf(unsure, id));
    }

    private static boolean isOf(@Nullable BroadcastRecord row, BroadcastId id) {
        return row != null && row.id().equals(id);
    }

    /** Has it opened, again where that failed before or the relay was refused. Blocks on store and platform. */
    HostingResult open() {
        asking.lock();
        try {
            if (closed) {
                return new HostingResult.Withdrawn();
            }
            var former = before;
            if (former != null && !former.finish()) {
                return new HostingResult.Failed(STILL_THERE);
            }
            before = null;
            var known = record;
            var present = known == null
                    ? begin()
                    : desk.find(known.id()).filter(row -> row.state().isOpen()).orElse(null);
            if (present == null) {
                // Somebody has ended it.
                close();
                return new HostingResult.Withdrawn();
            }
            record = present;
            if (known == null) {
                unsure = null;
            }
            var plan = new BroadcastPlan(terms.session(), terms.destination(), show.details(), terms.openedAt());
            var opening = platforms.open(terms, plan);
            return opening instanceof Opening.Opened opened
                    ? opened(present, opened)
                    : notOpened(present, (Opening.Failed) opening);
        } finally {
            asking.unlock();
        }
    }

    /** Writes a new one down; not a second one where that was done and only the answer was lost. */
    private BroadcastRecord begin() {
        var tried = unsure;
        if (tried != null) {
            var found = desk.find(tried.id()).filter(row -> row.state().isOpen());
            if (found.isPresent()) {
                return found.get();
            }
        }
        var fresh = desk.opening(terms);
        unsure = fresh;
        desk.insert(fresh);
        return fresh;
    }

    private HostingResult opened(BroadcastRecord present, Opening.Opened opened) {
        var known = present.ref();
        var base = present;
        if (known != null && !known.id().equals(opened.broadcast().id())) {
            // The platform made another one: the first is to be ended like any other.
            base = begin();
            end(present);
        }
        var sealed = desk.seal(base.id(), opened.target());
        // Where there was no answer to that it is ready, nobody was told.
        var fresh = base.ref() == null || status == null;
        var stored = desk.move(base, row -> row.ready(opened.broadcast(), sealed, desk.lease()));
        if (stored.isEmpty()) {
            close();
            return new HostingResult.Withdrawn();
        }
        var ready = stored.get();
        record = ready;
        unsure = null;
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
            close();
            finished = stored.isPresent();
            stored.ifPresent(row -> desk.tell(row, Stage.FAILED, null, trouble.message()));
        }
        return new HostingResult.Failed(trouble);
    }

    /**
     * The stream does not go there any more.
     *
     * @return whether that is written down
     */
    private boolean end(@Nullable BroadcastRecord known) {
        if (known == null) {
            return true;
        }
        var now = desk.now();
        var over = desk.move(
                known,
                row -> row.ref() == null
                        ? row.notOpened(
                                BroadcastState.FAILED,
                                row.detail().isEmpty()
                                        ? "The stream was over before the platform answered."
                                        : row.detail(),
                                null)
                        : row.ending(viewers.figures(now), now));
        over.filter(row -> row.state() == BroadcastState.ENDING).ifPresent(aftercare::attend);
        return over.isPresent() || !desk.isOpen(known.id());
    }

    /** How its provider finds it; empty where it was never opened. */
    Optional<BroadcastRef> ref() {
        return Optional.ofNullable(record).map(BroadcastRecord::ref);
    }

    /** Where the relay pushes; empty where it was never opened. */
    Optional<PushTarget> target() {
        return Optional.ofNullable(record).flatMap(desk::target);
    }

    /** Whether the relay has it live. While it has not, the platform is not asked, which may cost of a quota. */
    synchronized void flows(boolean yes) {
        if (flowing != yes && !closed) {
            flowing = yes;
            plan(yes ? FIRST_LOOK : null);
            if (!yes) {
                count(null, desk.now());
            }
        }
    }

    /** So many watch from now on, where the stream flows there; null where that is not known. */
    private synchronized void count(@Nullable Long watching, Instant now) {
        var counted = flowing && !closed ? watching : null;
        viewers.at(counted, now);
        show.watched(terms.destination(), counted, now);
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
            var present = record;
            var ref = present == null ? null : present.ref();
            if (!isFlowing() || present == null || ref == null) {
                return;
            }
            wait = ask(present, ref);
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
            // It stays looked after; how many watch is not known.
            count(null, desk.now());
            keep(present, false);
            return looks.after(failures, trouble.retryAfter());
        }
        failures = 0;
        var seen = (Look.Seen) look;
        var now = desk.now();
        var report = credible(seen.report());
        status = known.seen(report, now);
        count(report.phase() == Phase.LIVE ? report.viewers() : null, now);
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

    private static BroadcastReport credible(BroadcastReport report) {
        var viewers = report.viewers();
        return viewers == null
                ? report
                : new BroadcastReport(report.phase(), report.issues(), Math.min(Math.max(viewers, 0), MOST_VIEWERS));
    }

    private void keep(BroadcastRecord present, boolean now) {
        var moment = desk.now();
        if (!now && moment.isBefore(savedAt.plus(SAVE_EVERY))) {
            return;
        }
        savedAt = moment;
        var stored = desk.move(present, row -> row.watched(viewers.figures(moment), desk.lease()));
        stored.ifPresent(row -> record = row);
        if (stored.isEmpty() && !desk.isOpen(present.id())) {
            close();
        }
        show.save(moment);
    }

    /**
     * It is still looked after, although there was nothing to look at lately. Blocks on the store; waits for no platform.
     *
     * @return whether that was written down; not while the platform is being asked
     */
    boolean renew(BroadcastId id) {
        if (!asking.tryLock()) {
            return false;
        }
        try {
            var present = record;
            if (present == null || closed || !present.id().equals(id)) {
                return false;
            }
            keep(present, true);
            return true;
        } finally {
            asking.unlock();
        }
    }

    /** The stream does not go there any more, or another node has it: nothing is asked from now on. Returns at once. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            flowing = false;
            plan(null);
            count(null, desk.now());
        }
    }

    /**
     * Has it ended where the stream does not go there any more. Blocks on store and platform. Idempotent.
     *
     * @return whether nothing is left to do here; where the store is away, it is to be tried again
     */
    boolean finish() {
        close();
        asking.lock();
        try {
            if (!finished) {
                var other = end(unsure);
                finished = end(record) && other;
            }
        } catch (RuntimeException e) {
            log.warn(
                    "The broadcast of session {} cannot be ended yet, and is looked after later: {}",
                    terms.session(),
                    e.getMessage());
        } finally {
            asking.unlock();
        }
        return finished;
    }
}
