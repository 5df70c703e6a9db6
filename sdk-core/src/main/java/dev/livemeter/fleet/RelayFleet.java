package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHostStatus.Drain;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.spi.PictureAuthority;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.TakesPictures;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several relays as one: each user has a host to publish to, and another one where that does not work.
 *
 * <pre>{@code
 * Livemeter.builder().relay(RelayFleet.builder()
 *         .host("relay1", one, HostCapacity.megabits(1000))
 *         .host("relay2", two, HostCapacity.megabits(1000))
 *         .standby("relay3", three, HostCapacity.megabits(500))
 *         .build())
 * }</pre>
 *
 * <p>A stream key works on every host. A host that cannot start is down, the others work, and it is tried again after 1 second, then 2, 4 and so on up to 64. Every few
 * seconds each host is asked for its {@link RelayController#health() health}; twice the same answer running counts. A host refuses new streams while it is drained and while its
 * uplink is planned to the full; streams that run are never refused anything for want of room. Thread-safe.
 */
public final class RelayFleet implements RelayController, RecordsStreams, TakesPictures, Relays {

    private static final Logger log = LoggerFactory.getLogger(RelayFleet.class);

    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONGEST_DRAIN = Duration.ofDays(7);

    private final List<FleetHost> hosts;
    private final Duration resumesWithin;
    private final Duration lookEvery;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Executor workers;
    private final List<Runnable> ownThreads;
    private final Announcements announcements;
    private final CarriedStreams streams = new CarriedStreams();
    private final Placements placements;
    private final @Nullable FleetNodes nodes;
    private final @Nullable FleetGossip gossip;
    private final List<HostWatch> watches = new ArrayList<>();
    private volatile @Nullable RelayAuthority authority;
    private boolean closed;

    private RelayFleet(Builder builder, List<Runnable> ownThreads, Executor workers, Scheduler scheduler) {
        this.time = builder.time;
        this.workers = workers;
        this.scheduler = scheduler;
        this.ownThreads = ownThreads;
        this.lookEvery = builder.lookEvery;
        this.announcements = new Announcements(this::announce);
        this.hosts = builder.hosts.stream()
                .map(given ->
                        new FleetHost(given.name(), given.role(), given.relay(), given.capacity(), time, announcements))
                .toList();
        this.resumesWithin = hosts.get(0).relay().resumesWithin();
        this.placements = new Placements(hosts, streams, time);
        var ways = hosts.stream().flatMap(host -> host.relay().nodes().stream()).toList();
        this.nodes = ways.isEmpty() ? null : new FleetNodes(IdSource.random().next(), ways);
        this.gossip = nodes == null
                ? null
                : new FleetGossip(nodes, hosts, placements, time, scheduler, lookEvery, this::stopLater);
    }

    /** A fleet without hosts, to be given some. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@inheritDoc} Here all hosts at once; returns when each of them has started or failed, or after 30 seconds.
     *
     * @throws LivemeterException {@code relay.already_open}; {@code relay.no_host} if none of them could start, with what
     *     each of them says; the fleet is closed then
     */
    @Override
    public Ingest open(RelayAuthority livemeter) {
        final List<HostWatch> starting;
        synchronized (this) {
            if (closed || authority != null) {
                throw new LivemeterException(
                        "relay.already_open", "The fleet was opened or closed before; make a new one.");
            }
            authority = livemeter;
            for (var host : hosts) {
                var asked = new HostAuthority(livemeter, host, streams, placements, this::publishedHere);
                watches.add(new HostWatch(host, asked, scheduler, time, lookEvery));
            }
            starting = List.copyOf(watches);
        }
        await(
                starting.stream()
                        .map(watch -> CompletableFuture.runAsync(watch::start, workers))
                        .toList(),
                OPEN_PATIENCE,
                "start");
        var best = placements.best();
        if (best.isEmpty()) {
            var failure = noneStarted(starting);
            close();
            throw failure;
        }
        if (gossip != null) {
            gossip.begin();
        }
        return ingestOf(best.get());
    }

    private void publishedHere(UserId user, FleetHost host) {
        if (gossip != null) {
            gossip.published(user, host);
        }
    }

    /** {@inheritDoc} Here by the ways of all hosts at once, so that one that is away keeps nobody from speaking. */
    @Override
    public Optional<NodeExchange> nodes() {
        return Optional.ofNullable(nodes);
    }

    private LivemeterException noneStarted(List<HostWatch> watches) {
        var said = new StringBuilder();
        for (var host : hosts) {
            said.append(' ')
                    .append(host.name())
                    .append(": ")
                    .append(host.status().detail());
        }
        var faults =
                watches.stream().map(HostWatch::fault).filter(Objects::nonNull).toList();
        return new LivemeterException(
                "relay.no_host",
                "None of the " + hosts.size() + " relay hosts could start." + said,
                faults.stream().anyMatch(fault -> fault instanceof LivemeterException known && known.retryable()),
                faults.isEmpty() ? null : faults.get(0));
    }

    private void announce(RelayHostStatus change) {
        log.info("{}", change.sentence());
        var told = authority;
        if (told != null) {
            told.hostChanged(change);
        }
    }

    @Override
    public void disconnect(SessionId session) {
        streams.find(session).ifPresent(stream -> stream.host().relay().disconnect(session));
    }

    @Override
    public void pushTo(SessionId session, List<Push> pushes) {
        streams.find(session).ifPresent(stream -> {
            stream.host().goesTo(stream, pushes.size());
            stream.host().relay().pushTo(session, pushes);
        });
    }

    @Override
    public void retryNow(SessionId session, DestinationId destination) {
        streams.find(session).ifPresent(stream -> stream.host().relay().retryNow(session, destination));
    }

    /**
     * {@inheritDoc} Here, every host must be able to, as a stream may come to any of them.
     *
     * @throws LivemeterException {@code relay.cannot_record} if one is not, and what its relay throws
     */
    @Override
    public void recordFor(RecordingAuthority recordings) {
        for (var host : hosts) {
            if (!(host.relay() instanceof RecordsStreams recorder)) {
                throw new LivemeterException(
                        "relay.cannot_record",
                        "Streams are to be recorded, and the relay host " + host.name()
                                + " cannot. Give the fleet hosts that all can, or leave recording out.");
            }
            recorder.recordFor(recordings);
        }
    }

    /** {@inheritDoc} Here, streams on hosts that take no pictures have none. */
    @Override
    public void takePicturesFor(PictureAuthority pictures) {
        for (var host : hosts) {
            if (host.relay() instanceof TakesPictures taker) {
                taker.takePicturesFor(pictures);
            } else {
                log.warn(
                        "Streams on the relay host {} have no thumbnails, as its relay takes no pictures.",
                        host.name());
            }
        }
    }

    @Override
    public boolean startRecording(SessionId session, RecordingId recording) {
        return recorderOf(session)
                .map(recorder -> recorder.startRecording(session, recording))
                .orElse(false);
    }

    @Override
    public void stopRecording(SessionId session, RecordingId recording) {
        recorderOf(session).ifPresent(recorder -> recorder.stopRecording(session, recording));
    }

    private Optional<RecordsStreams> recorderOf(SessionId session) {
        return streams.find(session)
                .flatMap(stream -> stream.host().relay() instanceof RecordsStreams recorder
                        ? Optional.of(recorder)
                        : Optional.empty());
    }

    @Override
    public List<DestinationTraffic> traffic(SessionId session) {
        return streams.find(session)
                .map(stream -> stream.host().relay().traffic(session))
                .orElse(List.of());
    }

    /** {@inheritDoc} Here, by every host, as a stream may come to any of them. */
    @Override
    public boolean carries(String codec) {
        return hosts.stream().allMatch(host -> host.relay().carries(codec));
    }

    /** {@inheritDoc} Here, what the first host objects that objects at all, as a stream may come to any of them. */
    @Override
    public Optional<String> objectionTo(PushTarget target) {
        return hosts.stream()
                .flatMap(host -> host.relay().objectionTo(target).stream())
                .findFirst();
    }

    /** {@inheritDoc} Here, what the first host objects that objects at all. */
    @Override
    public Optional<String> objectionTo(InetAddress address, int port) {
        return hosts.stream()
                .flatMap(host -> host.relay().objectionTo(address, port).stream())
                .findFirst();
    }

    /** {@inheritDoc} The same on every host. */
    @Override
    public Duration resumesWithin() {
        return resumesWithin;
    }

    /** {@inheritDoc} Here the longest of all hosts: on which one a stream goes on is not known before it shows up. */
    @Override
    public Duration resumesLater() {
        return hosts.stream()
                .map(host -> host.relay().resumesLater())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    @Override
    public List<RelayHostStatus> hosts() {
        return hosts.stream().map(FleetHost::status).toList();
    }

    @Override
    public Ingest ingest() {
        return ingestOf(placements.best().orElseThrow(RelayFleet::notOpen));
    }

    @Override
    public IngestPlace place(UserId user) {
        return placements.of(user).orElseThrow(RelayFleet::notOpen);
    }

    private static Ingest ingestOf(FleetHost host) {
        var ingest = host.ingest();
        if (ingest == null) {
            throw notOpen();
        }
        return ingest;
    }

    private static LivemeterException notOpen() {
        return new LivemeterException("relay.not_open", "No host of the fleet is open; build Livemeter with it first.");
    }

    @Override
    public RelayHostStatus drain(String host) {
        var found = find(host);
        found.drain(null);
        tell(found);
        return found.status();
    }

    @Override
    public RelayHostStatus drain(String host, Duration stopAfter) {
        var found = find(host);
        if (stopAfter.isNegative() || stopAfter.compareTo(LONGEST_DRAIN) > 0) {
            throw new LivemeterException(
                    "relay_host.malformed_deadline",
                    "The streams of the relay host " + host + " are to be stopped after " + stopAfter
                            + "; expected zero to seven days.");
        }
        var order = found.drain(stopAfter);
        tell(found);
        stopLater(found, order);
        return found.status();
    }

    @Override
    public RelayHostStatus undrain(String host) {
        var found = find(host);
        found.undrain();
        tell(found);
        return found.status();
    }

    /** The other nodes hear of it at once. */
    private void tell(FleetHost host) {
        if (gossip != null) {
            gossip.tell(host);
        }
    }

    /** Each node stops what it has, whoever was given the order. */
    private void stopLater(FleetHost host, Drain order) {
        var at = order.stopsAt();
        if (at != null) {
            scheduler.after(Duration.between(time.instant(), at), () -> stopAll(host, order));
        }
    }

    private void stopAll(FleetHost host, Drain order) {
        var livemeter = authority;
        if (livemeter == null || !host.isUnder(order)) {
            return;
        }
        for (var session : streams.on(host)) {
            livemeter.stop(session, "the relay host " + host.name() + " goes into maintenance");
            // For an authority that leaves it to the relay.
            host.relay().disconnect(session);
        }
    }

    private FleetHost find(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        UnknownHost.of(name, hosts.stream().map(FleetHost::name).toList()));
    }

    /** {@inheritDoc} Here all hosts at once, for 20 seconds at most. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            watches.forEach(HostWatch::close);
            if (gossip != null) {
                gossip.close();
            }
        }
        await(
                hosts.stream()
                        .map(host -> CompletableFuture.runAsync(host.relay()::close, workers))
                        .toList(),
                CLOSE_PATIENCE,
                "stop");
        ownThreads.forEach(Runnable::run);
    }

    /** Waits for all; what fails or takes too long is the host's own matter. */
    private static void await(List<CompletableFuture<Void>> tasks, Duration atMost, String what) {
        try {
            CompletableFuture.allOf(tasks.toArray(CompletableFuture<?>[]::new))
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            log.warn("A relay host did not {}.", what, e.getCause());
        } catch (TimeoutException e) {
            log.warn("Not all relay hosts did {} within {} s.", what, atMost.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "RelayFleet" + hosts.stream().map(FleetHost::name).toList();
    }

    /** Collects hosts; {@link #build()} tells every fault together. Not thread-safe. */
    public static final class Builder {

        private static final Duration SHORTEST_LOOK = Duration.ofMillis(100);
        private static final Duration LONGEST_LOOK = Duration.ofMinutes(5);

        private final List<Given> hosts = new ArrayList<>();
        private TimeSource time = TimeSource.system();
        private Duration lookEvery = Duration.ofSeconds(3);
        private @Nullable Scheduler scheduler;
        private @Nullable Executor executor;

        record Given(String name, Role role, RelayController relay, HostCapacity capacity) {}

        private Builder() {}

        /**
         * A host that is used always.
         *
         * @param name 1 to 32 characters of {@code a-z 0-9 . -}, the first one a letter or a digit
         * @param relay not opened yet; the fleet opens and closes it, and opens it again if that failed
         */
        public Builder host(String name, RelayController relay, HostCapacity capacity) {
            hosts.add(new Given(name, Role.ORDINARY, relay, capacity));
            return this;
        }

        /** A host that is used where no ordinary one is up with room. Otherwise as {@link #host}. */
        public Builder standby(String name, RelayController relay, HostCapacity capacity) {
            hosts.add(new Given(name, Role.STANDBY, relay, capacity));
            return this;
        }

        /** How often the health of each host is looked at; every 3 seconds where nothing is given, 100 ms to 5 minutes. */
        public Builder lookEvery(Duration span) {
            lookEvery = span;
            return this;
        }

        /** The clocks; the machine's where none are given. */
        public Builder time(TimeSource clocks) {
            time = clocks;
            return this;
        }

        /** What keeps deadlines; an own timer where none is given. */
        public Builder scheduler(Scheduler timer) {
            scheduler = timer;
            return this;
        }

        /** What starts, asks and stops hosts; own threads where none is given. */
        public Builder executor(Executor threads) {
            executor = threads;
            return this;
        }

        /**
         * The fleet, not opened yet.
         *
         * @throws ConfigurationException with every fault
         */
        public RelayFleet build() {
            var faults = new ArrayList<>(FleetFaults.of(hosts));
            if (lookEvery.compareTo(SHORTEST_LOOK) < 0 || lookEvery.compareTo(LONGEST_LOOK) > 0) {
                faults.add("The health of relay hosts is to be looked at every " + lookEvery
                        + "; expected 100 milliseconds to 5 minutes.");
            }
            if (!faults.isEmpty()) {
                throw new ConfigurationException(faults);
            }
            var own = new ArrayList<Runnable>();
            var workers = executor;
            if (workers == null) {
                ExecutorService made = WorkerThreads.create();
                own.add(made::shutdown);
                workers = made;
            }
            var timer = scheduler;
            if (timer == null) {
                var made = new SystemScheduler(workers);
                own.add(0, made::close);
                timer = made;
            }
            return new RelayFleet(this, own, workers, timer);
        }
    }
}
