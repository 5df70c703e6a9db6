package dev.livemeter.broadcast;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.HostsBroadcasts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final BroadcastWatcher NOBODY = (session, destination, status) -> {};

    private final BroadcastParts parts;
    private final BroadcastDesk desk;
    private final Platforms platforms;
    private final Aftercare aftercare;
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
    }

    /** Says who is told how broadcasts fare. To be called before {@link #begin}. */
    public void tell(BroadcastWatcher who) {
        watcher = who;
    }

    /** Says who hears which broadcasts people can see. To be called before {@link #begin}. */
    public void tell(BroadcastAudience who) {
        audience = who;
    }

    /** A stream was let in, or goes on here. Returns at once. */
    public void began(SessionId session, UserId owner) {
        var show = show(session, owner);
        parts.scheduler().after(Duration.ZERO, () -> {
            try {
                show.begin();
            } catch (RuntimeException e) {
                log.warn("What session {} is called could not be stored: {}", session, e.getMessage());
            }
        });
    }

    private StreamShow show(SessionId session, UserId owner) {
        return shows.computeIfAbsent(session, id -> new StreamShow(parts.store(), id, owner));
    }

    /**
     * Takes up what an earlier process opened for a stream that goes on here. Blocks on the store. Idempotent.
     *
     * @return where the stream goes, by destination
     */
    public Map<DestinationId, HostingResult.Ready> takeUp(SessionId session, UserId owner) {
        var show = show(session, owner);
        var found = new ConcurrentHashMap<DestinationId, HostingResult.Ready>();
        for (var left : parts.store().of(Set.of(session)).getOrDefault(session, List.of())) {
            if (left.state().isOpen() && left.sealedTarget() != null) {
                takeUp(show, left).ifPresent(ready -> found.put(left.terms().destination(), ready));
            }
        }
        return found;
    }

    private Optional<HostingResult.Ready> takeUp(StreamShow show, BroadcastRecord left) {
        return show.broadcast(
                        left.terms().destination(),
                        present -> present != null && !present.isClosed()
                                ? present
                                : RunningBroadcast.takenUp(parts, desk, platforms, aftercare, this::seen, show, left))
                .flatMap(broadcast -> broadcast
                        .target()
                        .flatMap(target -> broadcast.status().map(status -> new HostingResult.Ready(target, status))));
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
        audience.gone(broadcast.terms());
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
        broadcast.finish();
        leaving.remove(broadcast);
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
            parts.scheduler().after(Duration.ZERO, () -> save(show));
        }
        if (!known && parts.providers().values().stream().anyMatch(HostsBroadcasts.class::isInstance)) {
            parts.scheduler().after(Duration.ZERO, () -> finishLeft(id));
        }
    }

    private void save(StreamShow show) {
        try {
            show.save(desk.now());
        } catch (RuntimeException e) {
            log.warn("How many watched a stream could not be stored: {}", e.getMessage());
        }
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
        try {
            for (var due : parts.store().due(until, AT_ONCE)) {
                if (due.state().isOpen()) {
                    lookAfter(due);
                } else if (!openAlone) {
                    parts.scheduler().after(Duration.ZERO, () -> attend(due));
                }
            }
        } catch (RuntimeException e) {
            log.warn("Broadcasts that are due are looked after later: {}", e.getMessage());
        }
    }

    private void lookAfter(BroadcastRecord due) {
        var terms = due.terms();
        var here = find(terms.session(), terms.destination()).orElse(null);
        if (here != null
                && here.is(due.id())
                && parts.meter().running(terms.session()).isPresent()) {
            here.renew();
            return;
        }
        var session = parts.sessions().find(terms.session());
        if (session.isEmpty() || session.get().state().isOver()) {
            end(due);
        } else {
            // It runs elsewhere, or waits for a sign of life.
            parts.store().update(due.watched(due.viewers(), desk.lease()));
        }
    }

    /** Ends what nobody runs any more. */
    private void end(BroadcastRecord left) {
        if (left.ref() == null) {
            desk.move(
                    left,
                    row -> row.notOpened(
                            BroadcastState.FAILED,
                            "The application was away before the platform answered; what it may have made is not shown.",
                            null));
            return;
        }
        desk.move(left, row -> row.ending(row.viewers(), desk.now()))
                .ifPresent(row -> parts.scheduler().after(Duration.ZERO, () -> attend(row)));
    }

    private void attend(BroadcastRecord due) {
        try {
            aftercare.attend(due);
        } catch (RuntimeException e) {
            log.warn(
                    "A broadcast of session {} is looked after later: {}",
                    due.terms().session(),
                    e.getMessage());
        }
    }

    /** Ends what is left of streams that are over, for some seconds at most; the next start ends the rest. Idempotent. */
    @Override
    public void close() {
        closed = true;
        shows.values().forEach(show -> show.all().forEach(RunningBroadcast::close));
        var end = parts.time().nanoTime() + CLOSE_WITHIN.toNanos();
        for (var broadcast : leaving) {
            if (parts.time().nanoTime() - end >= 0) {
                log.warn(
                        "{} broadcasts are not ended on their platforms yet; the next start ends them.",
                        leaving.size());
                return;
            }
            finish(broadcast);
        }
    }
}
