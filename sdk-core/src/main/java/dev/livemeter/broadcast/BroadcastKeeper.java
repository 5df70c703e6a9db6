package dev.livemeter.broadcast;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.WorkerThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the broadcasts of the streams that run here, and looks every quarter of a minute for what is due of others: those that a crash left, those that could not be ended, videos. The relay lane
 * says where streams go; this one talks to the platforms. Thread-safe.
 */
public final class BroadcastKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BroadcastKeeper.class);

    private static final Duration ROUND_EVERY = Duration.ofSeconds(15);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final int AT_ONCE = 100;

    /** How often what is remembered of a stream that is over is tried to be stored; of one that runs, always again. */
    private static final int ATTEMPTS = 10;

    private static final BroadcastWatcher NOBODY = (session, destination, status) -> {};

    private final BroadcastParts parts;
    private final BroadcastDesk desk;
    private final Platforms platforms;
    private final Aftercare aftercare;
    private final Distances pauses;
    private final Map<SessionId, StreamShow> shows = new ConcurrentHashMap<>();

    /** Of streams that are over here, and may not be ended on their platforms yet. */
    private final Set<RunningBroadcast> leaving = ConcurrentHashMap.newKeySet();

    private volatile BroadcastWatcher watcher = NOBODY;
    private volatile BroadcastAudience audience = BroadcastAudience.nobody();
    private volatile boolean closed;

    public BroadcastKeeper(BroadcastParts parts) {
        this.parts = parts;
        this.desk = new BroadcastDesk(parts);
        this.platforms = new Platforms(parts);
        this.aftercare = new Aftercare(parts, desk, platforms);
        this.pauses = new Distances(Duration.ofSeconds(1), Duration.ofMinutes(1), parts.random());
    }

    /** What runs tasks that ask platforms, and so may take seconds. */
    public Scheduler scheduler() {
        return parts.scheduler();
    }

    /** Says who is told how broadcasts fare. To be called before {@link #begin}. */
    public void tell(BroadcastWatcher who) {
        watcher = who;
    }

    /** Says who hears which broadcasts people can see. To be called before {@link #begin}. */
    public void tell(BroadcastAudience who) {
        audience = who;
    }

    /** A stream was let in, or goes on here. What an earlier process had opened for it and it does not go to is ended. Returns at once. */
    public void began(SessionId session, UserId owner) {
        var show = show(session, owner);
        var others = show.runs();
        parts.scheduler().after(Duration.ZERO, () -> {
            insist(session, show, show::begin, 1);
            others.forEach(left -> tried(left, () -> endUnlessHere(left)));
        });
    }

    /** What was taken up of a stream that does not go on here is forgotten; whoever has it looks after it. Returns at once. Idempotent. */
    public void forget(SessionId session) {
        var show = shows.get(session);
        if (show != null && show.isForgotten()) {
            shows.remove(session, show);
            show.all().forEach(RunningBroadcast::close);
        }
    }

    /** Stores something of a stream, again after a while where that fails. */
    private void insist(SessionId session, StreamShow show, Runnable storing, int attempt) {
        try {
            storing.run();
        } catch (RuntimeException e) {
            var again = !closed && (attempt < ATTEMPTS || shows.get(session) == show);
            log.warn(
                    "What is remembered of session {} could not be stored{}: {}",
                    session,
                    again ? " and is tried again" : "",
                    e.getMessage());
            if (again) {
                parts.scheduler().after(pauses.after(attempt, null), () -> insist(session, show, storing, attempt + 1));
            }
        }
    }

    private StreamShow show(SessionId session, UserId owner) {
        return shows.computeIfAbsent(session, id -> new StreamShow(parts.store(), id, owner));
    }

    /**
     * Takes up what an earlier process opened for a stream that goes on here, where the stream still goes to that account. Blocks on the store. Idempotent.
     *
     * @param chosen where its user wants it to go
     * @return where the stream goes, by destination
     */
    public Map<DestinationId, HostingResult.Ready> takeUp(
            SessionId session, UserId owner, List<SavedDestination> chosen) {
        var show = show(session, owner);
        var open = parts.store().of(Set.of(session)).getOrDefault(session, List.of()).stream()
                .filter(left -> left.state().isOpen())
                .toList();
        var newest = new LinkedHashMap<DestinationId, BroadcastRecord>();
        open.stream()
                .filter(left -> left.sealedTarget() != null && isWanted(left.terms(), chosen))
                .forEach(left -> newest.put(left.terms().destination(), left));
        show.leaves(open.stream().filter(left -> !newest.containsValue(left)).toList());
        var found = new LinkedHashMap<DestinationId, HostingResult.Ready>();
        newest.forEach((destination, left) -> takeUp(show, left).ifPresent(ready -> found.put(destination, ready)));
        return found;
    }

    private static boolean isWanted(BroadcastTerms terms, List<SavedDestination> chosen) {
        return chosen.stream()
                .anyMatch(saved -> saved.id().equals(terms.destination())
                        && saved.destination().platform().equals(terms.platform())
                        && terms.account().equals(saved.destination().account()));
    }

    private Optional<HostingResult.Ready> takeUp(StreamShow show, BroadcastRecord left) {
        return show.broadcast(
                        left.terms().destination(),
                        present -> present != null && !present.isClosed()
                                ? present
                                : RunningBroadcast.takenUp(parts, desk, platforms, aftercare, this::seen, show, left))
                .flatMap(broadcast -> targetOf(broadcast)
                        .flatMap(target -> broadcast.status().map(status -> new HostingResult.Ready(target, status))));
    }

    /** Where the key that sealed it is gone, the platform is asked again, which gives the same; the stream's other destinations go on meanwhile. */
    private static Optional<PushTarget> targetOf(RunningBroadcast broadcast) {
        try {
            return broadcast.target();
        } catch (LivemeterException unreadable) {
            log.warn(
                    "Where session {} goes on {} cannot be read, and is asked for again: {}",
                    broadcast.terms().session(),
                    broadcast.terms().platform(),
                    unreadable.getMessage());
            return Optional.empty();
        }
    }

    private void seen(SessionId session, DestinationId destination, BroadcastStatus status) {
        watcher.seen(session, destination, status);
        if (status.phase() == Phase.LIVE) {
            find(session, destination).ifPresent(this::show);
        }
    }

    private void show(RunningBroadcast broadcast) {
        broadcast.ref().ifPresent(ref -> audience.visible(broadcast.terms(), ref));
        if (broadcast.isClosed()) {
            audience.gone(broadcast.terms());
        }
    }

    private void close(RunningBroadcast broadcast) {
        broadcast.close();
        // What carries a chat is not ours, and may take its time to leave.
        parts.scheduler().after(Duration.ZERO, () -> audience.gone(broadcast.terms()));
    }

    /**
     * Asks a platform to show a stream, once for a destination; again where that failed, where the relay was refused, and where the platform ended it. Blocks on store and platform.
     *
     * @param account whom it is shown for
     * @param name what the destination is called
     */
    public HostingResult open(
            SessionId session, DestinationId destination, String platform, AccountId account, String name) {
        var show = shows.get(session);
        if (show == null || closed) {
            return new HostingResult.Withdrawn();
        }
        return show.broadcast(destination, present -> {
                    if (present != null
                            && !present.isClosed()
                            && !present.isOverThere()
                            && present.terms().account().equals(account)
                            && present.terms().platform().equals(platform)) {
                        return present;
                    }
                    var terms =
                            new BroadcastTerms(session, destination, show.owner(), platform, name, account, desk.now());
                    return new RunningBroadcast(parts, desk, platforms, aftercare, this::seen, show, terms, present);
                })
                .map(RunningBroadcast::open)
                .orElseGet(HostingResult.Withdrawn::new);
    }

    /** Whether the relay has a destination live. Returns at once. */
    public void flows(SessionId session, DestinationId destination, boolean yes) {
        find(session, destination).ifPresent(broadcast -> broadcast.flows(yes));
    }

    /** Nothing flows anywhere any more. Returns at once. */
    public void quiet(SessionId session) {
        var show = shows.get(session);
        if (show != null) {
            show.all().forEach(broadcast -> broadcast.flows(false));
        }
    }

    /** Asks the platform again at once how it fares. Returns at once. */
    public void again(SessionId session, DestinationId destination) {
        find(session, destination).ifPresent(RunningBroadcast::again);
    }

    private Optional<RunningBroadcast> find(SessionId session, DestinationId destination) {
        return Optional.ofNullable(shows.get(session)).flatMap(show -> show.broadcast(destination));
    }

    /** The stream goes to these destinations alone; its broadcasts elsewhere are ended. Returns at once. */
    public void goesTo(SessionId session, Set<DestinationId> destinations) {
        var show = shows.get(session);
        if (show != null) {
            show.elsewhere(destinations).stream()
                    .filter(broadcast -> !broadcast.isClosed())
                    .forEach(this::leave);
        }
    }

    private void leave(RunningBroadcast broadcast) {
        close(broadcast);
        leaving.add(broadcast);
        parts.scheduler().after(Duration.ZERO, () -> finish(broadcast));
    }

    private void finish(RunningBroadcast broadcast) {
        if (broadcast.finish()) {
            leaving.remove(broadcast);
        } else if (!closed) {
            parts.scheduler().after(ROUND_EVERY, () -> finish(broadcast));
        }
    }

    /**
     * An account is about to be disconnected: what is shown for it is ended as long as its platform still listens, on whichever node it runs. Blocks on store and platform. Idempotent.
     */
    public void disconnecting(UserId owner, AccountId account) {
        for (var show : shows.values()) {
            if (show.owner().equals(owner)) {
                show.all().stream()
                        .filter(broadcast -> broadcast.terms().account().equals(account))
                        .forEach(broadcast -> {
                            close(broadcast);
                            leaving.add(broadcast);
                            finish(broadcast);
                        });
            }
        }
        var sessions = parts.sessions().open(owner).stream().map(Session::id).collect(Collectors.toUnmodifiableSet());
        if (sessions.isEmpty()) {
            return;
        }
        parts.store().of(sessions).values().stream()
                .flatMap(List::stream)
                .filter(row -> row.terms().account().equals(account))
                .forEach(row -> tried(row, () -> endNow(row)));
    }

    private void endNow(BroadcastRecord row) {
        if (row.state().isOpen()) {
            ended(row).ifPresent(aftercare::attend);
        } else if (row.state() == BroadcastState.ENDING) {
            aftercare.attend(row);
        }
    }

    /**
     * A stream is over, and its broadcasts are ended; or another node has it, and looks after them. Returns at once. Idempotent.
     *
     * @param known whether it ran here; of one that an earlier process had, the store is asked
     */
    public void over(Session session, boolean known) {
        var id = session.id();
        var show = shows.remove(id);
        if (!session.state().isOver()) {
            if (show != null) {
                show.close();
                show.all().forEach(this::close);
            }
            return;
        }
        if (show != null) {
            show.close();
            show.all().forEach(this::leave);
            parts.scheduler().after(Duration.ZERO, () -> insist(id, show, () -> save(show), 1));
        }
        if (!known && parts.providers().values().stream().anyMatch(HostsBroadcasts.class::isInstance)) {
            parts.scheduler().after(Duration.ZERO, () -> finishLeft(id));
        }
    }

    private void save(StreamShow show) {
        show.begin();
        show.save(desk.now());
    }

    private void finishLeft(SessionId session) {
        try {
            parts.store().of(Set.of(session)).getOrDefault(session, List.of()).stream()
                    .filter(left -> left.state().isOpen())
                    .forEach(this::end);
        } catch (RuntimeException e) {
            log.warn("The broadcasts of session {} are looked after later: {}", session, e.getMessage());
        }
    }

    /** Whether a stream runs here. */
    boolean runs(SessionId session) {
        return shows.containsKey(session);
    }

    /** What the history will know of a stream that runs here, up to now. */
    Optional<StreamStory> story(SessionId session) {
        return Optional.ofNullable(shows.get(session)).flatMap(show -> show.story(desk.now()));
    }

    /** Begins to look for what is due. */
    public void begin() {
        // Where nobody else can be alive, what was left open need not wait for its lease.
        var until = parts.exclusive() ? desk.now().plus(BroadcastDesk.LEASE) : desk.now();
        parts.scheduler().after(Duration.ZERO, () -> {
            sweep(until, true);
            parts.scheduler().after(ROUND_EVERY, this::round);
        });
    }

    private void round() {
        if (!closed) {
            sweep(desk.now(), false);
            parts.scheduler().after(ROUND_EVERY, this::round);
        }
    }

    private void sweep(Instant until, boolean openAlone) {
        final List<BroadcastRecord> found;
        try {
            found = parts.store().due(until, AT_ONCE);
        } catch (RuntimeException e) {
            log.warn("Broadcasts that are due are looked after later: {}", e.getMessage());
            return;
        }
        for (var due : found) {
            if (due.state().isOpen()) {
                tried(due, () -> lookAfter(due));
            } else if (!openAlone) {
                parts.scheduler().after(Duration.ZERO, () -> tried(due, () -> aftercare.attend(due)));
            }
        }
    }

    /** What goes wrong with one broadcast holds up no other. */
    private static void tried(BroadcastRecord due, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn(
                    "A broadcast of session {} is looked after later: {}",
                    due.terms().session(),
                    e.getMessage());
        }
    }

    private void lookAfter(BroadcastRecord due) {
        var terms = due.terms();
        if (parts.meter().running(terms.session()).isPresent()) {
            var here = here(due);
            if (!runs(terms.session())) {
                // It is about to begin here, or to leave.
                renew(due);
            } else if (here == null) {
                // The stream went elsewhere while that could not be stored, or the row was never heard of again.
                end(due);
            } else if (!here.renew(due.id())) {
                // Its platform is being asked, and nobody waits for that here.
                renew(due);
            }
            return;
        }
        var session = parts.sessions().find(terms.session());
        if (session.isEmpty() || session.get().state().isOver()) {
            end(due);
        } else {
            // It runs elsewhere, or waits for a sign of life.
            renew(due);
        }
    }

    private @Nullable RunningBroadcast here(BroadcastRecord row) {
        return find(row.terms().session(), row.terms().destination())
                .filter(broadcast -> broadcast.is(row.id()))
                .orElse(null);
    }

    private void renew(BroadcastRecord due) {
        parts.store().update(due.watched(due.viewers(), desk.lease()));
    }

    private void endUnlessHere(BroadcastRecord left) {
        if (here(left) == null) {
            end(left);
        }
    }

    /** Ends what nobody runs any more. */
    private void end(BroadcastRecord left) {
        ended(left)
                .ifPresent(row ->
                        parts.scheduler().after(Duration.ZERO, () -> tried(row, () -> aftercare.attend(row))));
    }

    /** What its platform is to be told of; empty where it never took it, or where somebody else does that. */
    private Optional<BroadcastRecord> ended(BroadcastRecord left) {
        return desk.move(
                        left,
                        row -> row.ref() == null
                                ? row.notOpened(
                                        BroadcastState.FAILED,
                                        "The application was away before the platform answered; what it may have made is not shown.",
                                        null)
                                : row.ending(row.viewers(), desk.now()))
                .filter(row -> row.state() == BroadcastState.ENDING);
    }

    /** Ends what is left of streams that are over, for some seconds at most, whatever their platforms do; the next start ends the rest. Idempotent. */
    @Override
    public void close() {
        closed = true;
        shows.values().forEach(show -> show.all().forEach(RunningBroadcast::close));
        if (leaving.isEmpty()) {
            return;
        }
        // A thread for each: one that hangs is left behind, and holds up no other.
        var threads = WorkerThreads.create();
        leaving.forEach(broadcast -> threads.execute(() -> finish(broadcast)));
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSE_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!leaving.isEmpty()) {
            log.warn("{} broadcasts are not ended on their platforms yet; the next start ends them.", leaving.size());
        }
    }
}
