package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.FlowWatch.Sample;
import dev.livemeter.relay.nginx.FlowWatch.Verdict;
import dev.livemeter.relay.nginx.Statistics.Count;
import dev.livemeter.relay.nginx.Statistics.Place;
import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import dev.livemeter.session.SessionId;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the streams of one run of nginx every second, while there are any: which pushes hang or lag, and what the encoders send. Looks only, and leaves what it sees to
 * {@link PushLane} and the authority. What nginx's statistics do not show, such as streams that stayed in an old worker after a reload, nobody is blamed for. One look
 * at a time.
 */
final class StreamGuard {

    private static final Logger log = LoggerFactory.getLogger(StreamGuard.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** A connection that nginx tells of may be in the kernel's table so much later. */
    private static final long MADE_WITHIN_NANOS = EVERY.toNanos();

    private final Publishers publishers;
    private final String application;
    private final Supplier<Map<Place, Count>> counts;
    private final Function<Set<Peer>, Optional<Map<Connection, Queue>>> sockets;
    private final TimeSource time;
    private final Pace pace;
    private final FormatWatch formats;

    private final Sightings sightings;
    private final Map<SessionId, PushShares<Watched>> shares = new HashMap<>();
    private final Map<Watched, FlowWatch> flows = new HashMap<>();
    private final Set<Watched> lagging = new HashSet<>();

    /** One connection of a lane; a lane is itself alone. */
    private record Watched(RelayedSession session, PushLane lane, long episode) {}

    /** A push, and the connections that can be its own. */
    private record Pushed(PushLane.Live live, Map<Connection, Queue> queues) {}

    StreamGuard(
            Publishers publishers,
            String application,
            Supplier<Map<Place, Count>> counts,
            Function<Set<Peer>, Optional<Map<Connection, Queue>>> sockets,
            TimeSource time,
            Pace pace,
            FormatWatch formats) {
        this.publishers = publishers;
        this.application = application;
        this.counts = counts;
        this.sockets = sockets;
        this.time = time;
        this.pace = pace;
        this.formats = formats;
        this.sightings = new Sightings(time.nanoTime());
    }

    /** Looks again and again, as long as that is true. */
    void begin(Scheduler scheduler, BooleanSupplier goOn) {
        scheduler.after(EVERY, () -> {
            if (!goOn.getAsBoolean()) {
                return;
            }
            try {
                look();
            } catch (RuntimeException e) {
                log.warn("The streams could not be looked at.", e);
            }
            begin(scheduler, goOn);
        });
    }

    void look() {
        var present = publishers.present();
        formats.keepOnly(present.stream().map(RelayedSession::id).collect(Collectors.toUnmodifiableSet()));
        if (present.isEmpty()) {
            sightings.look(Map.of(), time.nanoTime());
            shares.clear();
            flows.clear();
            lagging.clear();
            return;
        }
        var peers = present.stream()
                .flatMap(session -> session.lanes().lanes().stream())
                .flatMap(lane -> lane.peer().stream())
                .collect(Collectors.toSet());
        var connections = peers.isEmpty() ? Optional.of(Map.<Connection, Queue>of()) : sockets.apply(peers);
        var counted = counts.get();
        var now = time.nanoTime();
        connections.ifPresentOrElse(seen -> sightings.look(seen, now), sightings::lookAway);
        shares.keySet().retainAll(present.stream().map(RelayedSession::id).collect(Collectors.toSet()));
        var live = new HashSet<Watched>();
        for (var session : present) {
            var pushes = new LinkedHashMap<Watched, Pushed>();
            session.lanes()
                    .lanes()
                    .forEach(lane -> lane.live()
                            .ifPresent(push -> pushes.put(
                                    new Watched(session, lane, push.episode()), new Pushed(push, candidates(push)))));
            live.addAll(pushes.keySet());
            Optional.ofNullable(counted.get(new Place(application, session.id().value())))
                    .ifPresent(count -> {
                        session.incoming().counted(count.bytesIn(), now);
                        formats.observe(session, count, now);
                        judge(session, pushes, count, now);
                    });
        }
        flows.keySet().retainAll(live);
        lagging.removeIf(watched -> {
            var gone = !live.contains(watched);
            if (gone) {
                tellLag(watched, Duration.ZERO);
            }
            return gone;
        });
    }

    private void judge(RelayedSession session, Map<Watched, Pushed> pushes, Count count, long now) {
        var suspects = new HashMap<Watched, Boolean>();
        pushes.forEach((watched, push) ->
                suspects.put(watched, pushes.size() == 1 || seemsStuck(watched.lane(), push.queues(), now)));
        var share = shares.computeIfAbsent(session.id(), fresh -> new PushShares<>());
        var given = share.observe(count.bytesIn(), count.bytesOut(), suspects);
        if (share.isOneLeftOut()
                && pushes.size() > 1
                && pushes.values().stream().anyMatch(push -> push.queues().isEmpty())) {
            // Which one it is only their heartbeats tell.
            publishers.pushes().watch(pace.heartbeat().multipliedBy(3));
        }
        pushes.forEach((watched, push) -> {
            long bytes = given.getOrDefault(watched, 0L);
            watched.lane().given(push.live(), bytes);
            judge(watched, push.live(), new Sample(now, count.bytesIn(), bytes, push.queues()));
        });
    }

    private boolean seemsStuck(PushLane lane, Map<Connection, Queue> queues, long now) {
        return queues.isEmpty()
                ? lane.progress().standsStill(now, pace.heartbeat().multipliedBy(2))
                : queues.values().stream().allMatch(Queue::blocked);
    }

    private void judge(Watched of, PushLane.Live push, Sample sample) {
        var verdict = flows.computeIfAbsent(of, fresh -> new FlowWatch()).observe(sample);
        if (verdict instanceof Verdict.Hangs hangs) {
            log.info(
                    "A destination of session {} took nothing for {} s; its connection is closed.",
                    of.session().id(),
                    hangs.since().toSeconds());
            of.lane()
                    .hangs(
                            push,
                            "The server holds the connection but has taken no data for "
                                    + hangs.since().toSeconds() + " seconds.");
        } else if (verdict instanceof Verdict.Lags lags) {
            lagging.add(of);
            tellLag(of, lags.behind());
        } else if (lagging.remove(of)) {
            tellLag(of, Duration.ZERO);
        }
    }

    private static void tellLag(Watched of, Duration behind) {
        of.session().reports().lags(of.lane().push().destination(), behind);
    }

    /** The connections that can be the push's: to its server, and made when it was. */
    private Map<Connection, Queue> candidates(PushLane.Live push) {
        return sightings.of(push.peer(), push.connectedFromNanos(), push.connectedToNanos() + MADE_WITHIN_NANOS);
    }
}
