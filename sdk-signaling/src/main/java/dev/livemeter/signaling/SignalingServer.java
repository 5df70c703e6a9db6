package dev.livemeter.signaling;

import dev.livemeter.LivemeterException;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.PeerAuthority.Admission;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.PeerAuthority.PeerRequest;
import dev.livemeter.spi.PeerNetwork;
import dev.livemeter.spi.PeerNodeExchange;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingTransport;
import dev.livemeter.spi.SignalingTransport.Connection;
import dev.livemeter.spi.SignalingTransport.Ending;
import dev.livemeter.spi.SignalingTransport.Handshake;
import dev.livemeter.spi.SignalingTransport.Receiver;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import dev.livemeter.web.WebHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signaling as PeerServer does it, for the unmodified {@code peerjs} client, without sockets: a {@link SignalingTransport} brings the
 * connections ({@code transport.open(server)}), whoever serves HTTP mounts {@link #http()}. Who may come in and whom a peer may call is asked
 * of a {@link PeerAuthority}. Thread-safe.
 */
public final class SignalingServer implements PeerNetwork, SignalingTransport.Endpoint, MetricSource, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SignalingServer.class);

    /** As often as PeerServer looks for peers that are gone. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    /** A receiver that is longer than this is not answered: nobody has it, and the answer would repeat it. */
    private static final int LONGEST_RECEIVER = 512;

    private final SignalingOptions options;
    private final Asked authority;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Runnable closeOwn;
    private final Tally tally = new Tally();
    private final Realm realm;
    private final Addresses addresses;
    private final List<AddressBlock> trustedProxies;
    private final SignalingHttp http;
    private final long nanosPerMessage;
    private final @Nullable Cluster cluster;
    private volatile boolean draining;
    private volatile boolean closed;

    private SignalingServer(
            Builder builder, TimeSource time, Scheduler scheduler, Executor executor, Runnable closeOwn) {
        this.options = builder.options;
        this.authority = new Asked(builder.authority);
        this.time = time;
        this.scheduler = scheduler;
        this.closeOwn = closeOwn;
        var limits = options.limits();
        var waiting = new Waiting(limits, options.expireTimeout().toNanos());
        this.realm = new Realm(options.mostPeers(), waiting, new Presence(authority, executor), tally);
        this.addresses = new Addresses(limits);
        this.trustedProxies = options.trustedProxies().stream()
                .map(AddressBlock::parse)
                .filter(Objects::nonNull)
                .toList();
        this.http = new SignalingHttp(options, builder.ids, realm);
        this.nanosPerMessage = Math.max(1, Duration.ofSeconds(1).toNanos() / limits.messagesPerSecond());
        this.cluster = builder.bus == null ? null : new Cluster(this, realm, builder.bus, options.mostPeers());
        if (cluster != null) {
            realm.join(cluster);
        }
    }

    /** What PeerServer is without options. */
    public static SignalingServer dropIn() {
        return builder().build();
    }

    /** Starts from {@link #dropIn()}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void ask(PeerAuthority who) {
        authority.ask(who);
    }

    /** How it behaves. */
    public SignalingOptions options() {
        return options;
    }

    /** What clients ask by HTTP; paths are those behind {@link SignalingOptions#path()}. */
    public WebHandler http() {
        return http;
    }

    /** Whether letting somebody in may take its time, as an authority or other nodes are asked; then it wants a thread that may wait. */
    public boolean mayBlock() {
        return cluster != null || !authority.isOpen();
    }

    /** What it has done, and how it is now. */
    public SignalingMetrics metrics() {
        return tally.snapshot(
                realm.count(), realm.waiting().messages(), realm.waiting().bytes());
    }

    @Override
    public void describe(MetricSink sink) {
        SignalingMetrics.describe(this::metrics, sink);
    }

    // --- connections ---------------------------------------------------------

    @Override
    public @Nullable Receiver connected(Handshake handshake, Connection connection) {
        if (draining || closed) {
            connection.disconnect(Ending.RESTARTING, "This server goes away; connect again.", Link.LAST_WORDS);
            return Deaf.EARS;
        }
        if (!http.allows(handshake.origin())) {
            tally.refusals.increment();
            return null;
        }
        var query = Query.parse(handshake.query());
        if (query.id().isEmpty() || query.token().isEmpty() || query.key().isEmpty()) {
            return refuse(connection, "No id, token, or key supplied to websocket server");
        }
        if (!query.key().equals(options.key())) {
            return refuse(connection, "Invalid key provided");
        }
        final PeerId id;
        try {
            id = PeerId.of(query.id());
        } catch (LivemeterException malformed) {
            return refuse(connection, String.valueOf(malformed.getMessage()));
        }
        var address = AddressBlock.client(trustedProxies, handshake.remoteAddress(), handshake.forwardedFor());
        var tooMany = addresses.enter(address, time.nanoTime());
        if (tooMany != null) {
            return refuse(connection, tooMany);
        }
        Receiver receiver = Deaf.EARS;
        try {
            receiver = admit(id, query.token(), handshake.origin(), address, connection);
            return receiver;
        } finally {
            if (!(receiver instanceof Link)) {
                addresses.leave(address);
            }
        }
    }

    private Receiver admit(PeerId id, String token, String origin, String address, Connection connection) {
        final Admission admission;
        try {
            admission = authority.admit(new PeerRequest(id, token, origin, address));
        } catch (RuntimeException e) {
            log.error("An authority failed on admitting a peer, which was refused.", e);
            return refuse(connection, "It cannot be told now whether you may come in; try again in a moment.");
        }
        if (admission instanceof Admission.Refused refused) {
            return refuse(connection, refused.sentence());
        }
        var admitted = (Admission.Admitted) admission;
        var atMost = admitted.atMost();
        var now = time.nanoTime();
        var link = new Link(
                this,
                connection,
                id,
                token,
                admitted.owner(),
                address,
                now,
                atMost.isZero() ? Long.MAX_VALUE : now + atMost.toNanos());
        return switch (cluster == null ? realm.enter(link, now) : cluster.enter(link)) {
            case IN, TOOK_OVER -> link;
            case ID_TAKEN -> {
                connection.send(Frames.idTaken());
                yield turnAway(connection);
            }
            case FULL -> refuse(connection, "Server has reached its concurrent user limit");
            case SUPERSEDED -> {
                connection.disconnect(
                        Ending.DONE, "Another connection took over with the same token.", Link.LAST_WORDS);
                yield Deaf.EARS;
            }
        };
    }

    private Receiver refuse(Connection connection, String sentence) {
        connection.send(Frames.error(sentence));
        return turnAway(connection);
    }

    private Receiver turnAway(Connection connection) {
        tally.refusals.increment();
        connection.disconnect(Ending.DONE, "", Link.LAST_WORDS);
        return Deaf.EARS;
    }

    /** A connection is gone, and with it what was counted for its address. */
    void forget(Link link) {
        addresses.leave(link.address());
    }

    // --- messages ------------------------------------------------------------

    /** What a peer says. */
    void hear(Link from, MessageScanner message, byte[] buffer, long now) {
        var type = message.type();
        if (type == MessageType.OTHER || type == MessageType.HEARTBEAT) {
            return;
        }
        var receiver = message.receiver();
        if (receiver.isEmpty()) {
            if (type == MessageType.LEAVE) {
                from.mute();
                realm.leave(from, Departure.LEFT);
                // The socket stays, as the reference has it, but not for ever: nobody looks after it any more.
                scheduler.after(
                        options.aliveTimeout(),
                        () -> from.connection().disconnect(Ending.DONE, "You have left.", Link.LAST_WORDS));
            }
            return;
        }
        var to = known(receiver);
        if (to == null) {
            unreachable(from, receiver, type);
            return;
        }
        if (!mayPass(from, to, type)) {
            return;
        }
        var frame = Frames.relayed(
                type, from.idBytes(), Frames.ascii(receiver), buffer, message.payloadFrom(), message.payloadTo());
        if (!realm.deliver(from, to, type, frame, now)) {
            unreachable(from, receiver, type);
        }
    }

    /** The id of whoever is there, or could be; null if nobody can. */
    private @Nullable PeerId known(String receiver) {
        var link = realm.find(receiver);
        if (link != null) {
            return link.id();
        }
        try {
            return PeerId.of(receiver);
        } catch (LivemeterException nobodyCanHaveIt) {
            return null;
        }
    }

    private boolean mayPass(Link from, PeerId to, MessageType type) {
        if (type != MessageType.OFFER) {
            return !from.isRefused(to.value());
        }
        if (mayCall(from.id(), to)) {
            from.allow(to.value());
            return true;
        }
        // The client shows EXPIRE as peer-unavailable, for this call alone; on an ERROR it would leave altogether.
        tally.refusedOffers.increment();
        from.refuse(to.value());
        realm.expired(to.value(), from.id().value());
        return false;
    }

    private boolean mayCall(PeerId caller, PeerId callee) {
        try {
            return authority.mayCall(caller, callee);
        } catch (RuntimeException e) {
            log.error("An authority failed on an offer, which was refused.", e);
            return false;
        }
    }

    private void unreachable(Link from, String receiver, MessageType type) {
        if (type.waits() && receiver.length() <= LONGEST_RECEIVER) {
            tally.expired.increment();
            realm.expired(receiver, from.id().value());
        }
    }

    // --- orders --------------------------------------------------------------

    @Override
    public boolean isPresent(PeerId peer) {
        return realm.find(peer.value()) != null || (cluster != null && cluster.isHeld(peer.value()));
    }

    @Override
    public void hangUp(PeerId one, PeerId other) {
        realm.forget(one.value(), other.value());
        realm.forget(other.value(), one.value());
        tellLeft(one, other);
        tellLeft(other, one);
    }

    private void tellLeft(PeerId who, PeerId toWhom) {
        var link = realm.find(toWhom.value());
        var frame = Frames.leave(who.value(), toWhom.value());
        if (link != null) {
            realm.tell(link, frame);
        } else if (cluster != null) {
            cluster.order(Parked.Kind.HANG_UP, who.value(), toWhom, frame);
        }
    }

    @Override
    public void dismiss(PeerId peer, String sentence) {
        var link = realm.find(peer.value());
        if (link != null) {
            dismissHere(link, sentence);
        } else if (cluster != null) {
            cluster.order(Parked.Kind.DISMISS, "", peer, sentence.getBytes(StandardCharsets.UTF_8));
        }
    }

    void dismissHere(Link link, String sentence) {
        link.connection().send(Frames.error(sentence));
        link.end(Departure.DISMISSED, Ending.DONE, "");
    }

    @Override
    public Optional<PeerNodeExchange> nodes() {
        return cluster == null ? Optional.empty() : Optional.of(cluster.exchange());
    }

    // --- time ----------------------------------------------------------------

    private void start() {
        scheduler.after(LOOK_EVERY, this::look);
        scheduler.after(options.expireEvery(), this::expire);
        if (cluster != null) {
            scheduler.after(Cluster.tickEvery(), this::tick);
        }
    }

    private void tick() {
        try {
            Objects.requireNonNull(cluster).tick();
        } finally {
            if (!closed) {
                scheduler.after(Cluster.tickEvery(), this::tick);
            }
        }
    }

    private void look() {
        try {
            var now = time.nanoTime();
            var alive = options.aliveTimeout().toNanos();
            for (var link : realm.links()) {
                if (link.isSilent(now, alive)) {
                    link.end(Departure.LOST, Ending.DONE, "");
                } else if (link.isOverdue(now)) {
                    // Nobody sends it away: it may come back as one whose connection broke, and its client need not be
                    // told to stop.
                    link.end(Departure.LOST, Ending.DONE, "The time that you were let in for is over; connect again.");
                }
            }
            addresses.sweep(now);
        } finally {
            if (!closed) {
                scheduler.after(LOOK_EVERY, this::look);
            }
        }
    }

    private void expire() {
        try {
            realm.expire(time.nanoTime());
        } finally {
            if (!closed) {
                scheduler.after(options.expireEvery(), this::expire);
            }
        }
    }

    /**
     * Lets nobody in any more and closes what is there, evenly over a span, so that not all clients come to the next server in one moment. Calls
     * go on: media does not pass here, and no client is told that somebody left. Returns at once.
     *
     * @return done when the last one was closed
     */
    public CompletableFuture<Void> drain(Duration over) {
        draining = true;
        var all = List.copyOf(realm.links());
        var steps = (int) Math.max(1, Math.min(all.size(), over.toMillis() / 100));
        var done = new CompletableFuture<Void>();
        drain(all, 0, steps, over.dividedBy(steps), done);
        return done;
    }

    private void drain(List<Link> all, int step, int steps, Duration pause, CompletableFuture<Void> done) {
        var from = (int) ((long) all.size() * step / steps);
        var to = (int) ((long) all.size() * (step + 1) / steps);
        for (var link : all.subList(from, to)) {
            link.end(Departure.LOST, Ending.RESTARTING, "This server goes away; connect again.");
        }
        if (step + 1 == steps || closed) {
            // whoever was let in while it began
            realm.links().forEach(link -> link.end(Departure.LOST, Ending.RESTARTING, "This server goes away."));
            done.complete(null);
        } else {
            scheduler.after(pause, () -> drain(all, step + 1, steps, pause, done));
        }
    }

    /** Closes every connection and stops looking after them. The transport is closed by whoever opened it. Idempotent. */
    @Override
    public void close() {
        closed = true;
        draining = true;
        realm.links().forEach(link -> link.end(Departure.LOST, Ending.RESTARTING, "This server goes away."));
        if (cluster != null) {
            cluster.close();
        }
        closeOwn.run();
    }

    long now() {
        return time.nanoTime();
    }

    /** Microseconds since 1970. */
    long wallMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.instant());
    }

    void after(Duration delay, Runnable task) {
        scheduler.after(delay, task);
    }

    Tally tally() {
        return tally;
    }

    Realm realm() {
        return realm;
    }

    long nanosPerMessage() {
        return nanosPerMessage;
    }

    int messageBurst() {
        return options.limits().messageBurst();
    }

    /** Hears those who were turned away: not at all. */
    private enum Deaf implements Receiver {
        EARS;

        @Override
        public void received(byte[] buffer, int offset, int length) {}

        @Override
        public void closed(SignalingTransport.Closing how) {}
    }

    /** Collects what a server is made of. Not thread-safe. */
    public static final class Builder {

        private SignalingOptions options = SignalingOptions.defaults();
        private PeerAuthority authority = new OpenDoor();
        private IdSource ids = () -> UUID.randomUUID().toString();
        private TimeSource time = TimeSource.system();
        private @Nullable Scheduler scheduler;
        private @Nullable Executor executor;
        private @Nullable SignalingBus bus;

        private Builder() {}

        /** How it behaves; as PeerServer where nothing is given. */
        public Builder options(SignalingOptions options) {
            this.options = options;
            return this;
        }

        /** Who decides; everybody may do everything where nobody is given. */
        public Builder authority(PeerAuthority authority) {
            this.authority = authority;
            return this;
        }

        /** Where ids for those come from who ask for one; random UUIDs where nothing is given. */
        public Builder ids(IdSource ids) {
            this.ids = ids;
            return this;
        }

        /** The clock; the machine's where nothing is given. */
        public Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /** What keeps its deadlines; a thread of its own where nothing is given. */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /** Where the authority hears who came and went; threads of its own where nothing is given. */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /** Makes one of this server and those of other nodes that are given the same bus; alone where none is given. */
        public Builder cluster(SignalingBus bus) {
            this.bus = bus;
            return this;
        }

        /**
         * A server that runs and has no connections yet.
         *
         * @throws LivemeterException {@code signaling.bus_unreachable} where other nodes were wished for
         */
        public SignalingServer build() {
            if (scheduler != null && executor != null) {
                return started(scheduler, executor, () -> {});
            }
            var workers = WorkerThreads.create();
            var own = new SystemScheduler(workers);
            return started(scheduler == null ? own : scheduler, executor == null ? workers : executor, () -> {
                own.close();
                workers.shutdown();
            });
        }

        private SignalingServer started(Scheduler timer, Executor teller, Runnable closeOwn) {
            var server = new SignalingServer(this, time, timer, teller, closeOwn);
            server.start();
            return server;
        }
    }
}
