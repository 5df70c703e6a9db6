package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.spi.PictureAuthority;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.TakesPictures;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link RelayController} on an nginx of its own, run as a child process on this machine ({@link #local}), or on a relay host by SSH ({@link #on(RelayHost, NginxRelayConfig) on}). An nginx that serves web pages there is not
 * touched, and a reload of it disturbs no stream.
 *
 * <p>Needs nginx with its RTMP module (Debian: {@code apt install nginx libnginx-mod-rtmp}), for TLS also its stream module ({@code libnginx-mod-stream}). Takes H.264 and AAC over RTMP and RTMPS; passes on to servers of both,
 * up to {@link NginxRelayConfig#mostDestinations()} for each stream.
 *
 * <p>On this machine nginx ends with this relay or with the JVM, even one that was killed; with a {@link NginxRelayConfig#restartGrace()} it goes on instead, and the next
 * relay on the same work directory takes it up with its streams. Should nginx itself die, all sessions are reported as lost,
 * and it is started again, after a wait that doubles from half a second to 30 seconds while it fails. Started as root, nginx lets its worker run as the
 * user that it was built for ({@code www-data} on Debian); otherwise all of it runs as the JVM's user.
 *
 * <p>An open relay keeps the JVM from ending by itself. Thread-safe.
 */
public final class NginxRelay implements RelayController, RecordsStreams, TakesPictures {

    private static final Logger log = LoggerFactory.getLogger(NginxRelay.class);

    private static final int DEFAULT_PORT = 1935;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Backoff RESTART = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final NginxRelayConfig config;
    private final Pace pace;
    private final TimeSource time;
    private final NginxHome.Way way;
    private final Contact contact;
    private final IdSource tokens = IdSource.random();
    private final RandomGenerator random = new SecureRandom();
    private final ExecutorService workers = WorkerThreads.create();
    private final SystemScheduler scheduler = new SystemScheduler(workers);
    private final NodeDoor door;
    private final CallbackHandler callbacks;
    private final PushResolver.NameService names;
    private volatile TlsSupport tls = TlsSupport.unknown();

    private final Object lock = new Object();
    private final WorkerCpu cpu = new WorkerCpu();
    private volatile @Nullable Opened opened;
    private volatile @Nullable NginxRun run;
    private volatile @Nullable String whyNotRestarted;
    private volatile @Nullable Ingest told;
    private volatile @Nullable Ingest moved;
    private @Nullable RecordingAuthority recordings;
    private volatile @Nullable RecordingPart recording;
    private volatile @Nullable PictureTaker pictures;
    private volatile @Nullable StreamLooks looks;
    private boolean closed;

    /** What stays over all lives of nginx. */
    private record Opened(AuthorityCalls authority, NginxHome home, NginxStarter starter) {}

    private NginxRelay(NginxHome.Way way, NginxRelayConfig config, TimeSource time, PushResolver.NameService names) {
        this.way = way;
        this.contact = new Contact(time);
        this.names = names;
        this.config = config;
        this.pace = Pace.of(config.heartbeat());
        this.time = time;
        this.door = new NodeDoor(scheduler);
        this.callbacks = new CallbackHandler(time, door, workers);
    }

    /** A relay on this machine alone: {@code rtmp://127.0.0.1/live}, up to ten destinations. */
    public static NginxRelay local() {
        return local(NginxRelayConfig.defaults());
    }

    /** A relay on this machine. Nothing is looked for or started before {@link #open}. */
    public static NginxRelay local(NginxRelayConfig config) {
        return local(config, InetAddress::getAllByName);
    }

    /** With names of its own. */
    static NginxRelay local(NginxRelayConfig config, PushResolver.NameService names) {
        return new NginxRelay(new LocalHome.Here(config, TcpSockets.Worth.USUAL), config, TimeSource.system(), names);
    }

    /** One that looks at the connections of this machine while that is worth so much. */
    static NginxRelay local(NginxRelayConfig config, TcpSockets.Worth worth) {
        return new NginxRelay(
                new LocalHome.Here(config, worth), config, TimeSource.system(), InetAddress::getAllByName);
    }

    /**
     * The same as {@link #on(NginxHostConfig, NginxRelayConfig)}, with the usual ports, the name of our key on the host as owner, and 30 seconds of grace.
     *
     * @throws dev.livemeter.config.ConfigurationException as there
     */
    public static NginxRelay on(RelayHost host, NginxRelayConfig config) {
        return on(NginxHostConfig.of(host).build(), config);
    }

    /**
     * A relay on another machine, which {@code install.sh} made a relay host: its nginx is configured, controlled and heard through SSH. Nothing is connected to before {@link #open}.
     *
     * @throws dev.livemeter.config.ConfigurationException if the settings are none for a relay host, with every fault
     */
    public static NginxRelay on(NginxHostConfig host, NginxRelayConfig config) {
        return on(host, config, InetAddress::getAllByName);
    }

    /** With names of its own. */
    static NginxRelay on(NginxHostConfig host, NginxRelayConfig config, PushResolver.NameService names) {
        return new NginxRelay(HostWay.of(host, config), config, TimeSource.system(), names);
    }

    /**
     * {@inheritDoc} After a failure it may be opened again.
     *
     * @throws LivemeterException first match wins: {@code relay.already_open}; {@code relay.nginx_missing}; {@code relay.module_missing};
     *     {@code relay.authorities_missing}; {@code relay.certificate};
     *     {@code relay.work_directory}; {@code relay.port_in_use}, with retryable set; {@code relay.address_unusable}; {@code relay.config_refused};
     *     {@code relay.not_started}, with retryable set. On a relay host also {@code relay.host_unreachable}, {@code relay.host_busy}, {@code relay.host_owned}, {@code relay.host_failed}
     */
    @Override
    public Ingest open(RelayAuthority authority) {
        synchronized (lock) {
            if (opened != null || closed) {
                throw new LivemeterException(
                        "relay.already_open",
                        "The relay was " + (closed ? "closed" : "opened")
                                + " before; make a new one with NginxRelay.local().");
            }
            var visitor = new NginxHome.Visitor(config, pace, time, workers, scheduler, contact);
            var home = way.enter(visitor);
            @Nullable RecordingPart writing = null;
            try {
                tls = home.tls();
                writing = recordings == null ? null : home.recordings(recordings);
                var kept = home.standing().isPresent();
                door.leadFrom(home);
                home.listen(callbacks);
                var calls = new AuthorityCalls(authority, workers, way.decision());
                var starter = new NginxStarter(new NginxStarter.Surroundings(
                        visitor,
                        home,
                        way.grace(),
                        random,
                        callbacks,
                        names,
                        calls,
                        writing == null ? null : writing.folder()));
                recording = writing;
                opened = new Opened(calls, home, starter);
                start(opened);
                if (writing != null) {
                    writing.recorder().lookAround(kept ? pace.unknown() : Duration.ZERO);
                }
                var where = ingest(starter);
                told = where;
                return where;
            } catch (RuntimeException e) {
                if (writing != null) {
                    writing.recorder().leave();
                }
                // It may be opened again: what was in the way may be gone by then.
                opened = null;
                home.close();
                throw e;
            }
        }
    }

    /** {@inheritDoc} Here, where the settings give a {@link NginxRelayConfig#restartGrace()}. */
    @Override
    public Duration resumesWithin() {
        if (!bridges()) {
            return Duration.ZERO;
        }
        return way.nodes() > 1 ? pace.resumeAmongOthers() : pace.resume();
    }

    /** {@inheritDoc} Here while the connection to a relay host is away, at most for the grace, and from when it is back. */
    @Override
    public Duration resumesLater() {
        return bridges() ? contact.longerFor(resumesWithin(), way.grace().plus(pace.lost())) : Duration.ZERO;
    }

    /** {@inheritDoc} Here by the relay host's nginx, where the settings say that several work with it. */
    @Override
    public Optional<NodeExchange> nodes() {
        return way.nodes() > 1 ? Optional.of(door) : Optional.empty();
    }

    private boolean bridges() {
        return !way.grace().isZero();
    }

    /**
     * Ends the nginx that an application with a {@link NginxRelayConfig#restartGrace()} left behind in that work directory, and with it its streams: for an application that does not
     * come back. Waits for it. Idempotent.
     *
     * @return whether there was one
     */
    public static boolean endLeftBehind(Path workDirectory) {
        return LocalHome.endLeftBehind(workDirectory.toAbsolutePath().normalize());
    }

    /**
     * {@inheritDoc}
     *
     * @throws LivemeterException {@code relay.recording_folder} if neither a work directory nor a folder for recordings is given, in which the next start finds what a crash left
     */
    @Override
    public void recordFor(RecordingAuthority authority) {
        way.requireRecording();
        synchronized (lock) {
            recordings = authority;
        }
    }

    /** {@inheritDoc} Here by the ffmpeg of this machine; where it is missing, that is logged, and streams are told why they have none. */
    @Override
    public void takePicturesFor(PictureAuthority authority) {
        pictures =
                new PictureTaker(authority, PictureMaker.find(config.recorder().ffmpeg(), workers, scheduler));
    }

    @Override
    public boolean startRecording(SessionId session, RecordingId id) {
        var writing = recording;
        return writing != null && writing.recorder().start(session, id);
    }

    @Override
    public void stopRecording(SessionId session, RecordingId id) {
        var writing = recording;
        if (writing != null) {
            writing.recorder().stop(session, id);
        }
    }

    @Override
    public void disconnect(SessionId session) {
        var current = run;
        if (current != null) {
            current.publishers().disconnect(session);
        }
    }

    @Override
    public void pushTo(SessionId session, List<Push> pushes) {
        var current = run;
        if (current != null) {
            current.publishers().pushTo(session, pushes);
        }
    }

    @Override
    public void retryNow(SessionId session, DestinationId destination) {
        var current = run;
        if (current != null) {
            current.publishers().retryNow(session, destination);
        }
    }

    /** {@inheritDoc} Seen once a second, from when a destination is live; the rate is known from the second look on. */
    @Override
    public List<DestinationTraffic> traffic(SessionId session) {
        var current = run;
        if (current == null) {
            return List.of();
        }
        return current.publishers().lanes(session).stream()
                .flatMap(lane -> lane.given().stream()
                        .map(given -> new DestinationTraffic(
                                lane.push().destination(),
                                given.bytes(),
                                given.bitsPerSecond().isPresent()
                                        ? given.bitsPerSecond().getAsLong()
                                        : null)))
                .toList();
    }

    /** {@inheritDoc} nginx-rtmp drops any other picture without a word. */
    @Override
    public boolean carries(String codec) {
        return codec.equals("H264") || codec.equals("AAC");
    }

    @Override
    public Optional<String> objectionTo(PushTarget target) {
        return PushLocation.objectionTo(target).or(() -> tls.objectionTo(target));
    }

    @Override
    public Optional<String> objectionTo(InetAddress address, int port) {
        return new AddressPolicy(config.allowPrivateDestinations(), Set.of(config.ingestPort()))
                .objectionTo(address, port);
    }

    /** {@inheritDoc} Here: nginx runs and answers; how busy its worker was since the last look, as far as the machine tells. */
    @Override
    public RelayHealth health() {
        var current = run;
        var fault = whyNotRestarted;
        var with = opened;
        if (current == null || with == null) {
            return RelayHealth.down("nginx was not started yet.");
        }
        var trouble = with.home().trouble();
        if (trouble.isPresent()) {
            return RelayHealth.down(trouble.get());
        }
        if (!current.process().isAlive()) {
            return RelayHealth.down(
                    fault == null
                            ? "nginx is gone; it is started again."
                            : "nginx is gone and cannot be started again: " + fault);
        }
        try {
            if (!current.control().answers()) {
                return RelayHealth.down(with.home().trouble().orElse("nginx runs and does not answer."));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return RelayHealth.down("The look at nginx was interrupted.");
        }
        var percent = cpu.percent(with.home().spent(current.conf()), time.nanoTime());
        return percent == null ? RelayHealth.up() : RelayHealth.up(percent);
    }

    /** {@inheritDoc} Here only where the settings leave the port open, after it was taken for some seconds while nginx was gone. */
    @Override
    public Optional<Ingest> movedTo() {
        return Optional.ofNullable(moved);
    }

    @Override
    public void close() {
        final Opened was;
        final NginxRun last;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            was = opened;
            last = run;
        }
        endLooks();
        if (was != null && bridges()) {
            // First nobody answers any more: an answer that denies would end the streams that are to go on.
            was.home().deafen();
        }
        if (last != null) {
            last.publishers().close();
            last.process().release();
            if (!bridges()) {
                last.publishers().endAll(EndCause.LEFT);
            }
        }
        if (was != null) {
            was.authority().awaitQuiet(CLOSE_PATIENCE);
            was.home().deafen();
            endRecordings();
            was.home().close();
        }
        if (last != null) {
            last.close();
        }
        releaseThreads();
    }

    private void endLooks() {
        var looking = looks;
        if (looking != null) {
            looking.close();
        }
    }

    private void endRecordings() {
        var writing = recording;
        if (writing != null && bridges()) {
            writing.recorder().leave();
        } else if (writing != null) {
            writing.recorder().close();
        }
    }

    private void releaseThreads() {
        scheduler.close();
        workers.shutdown();
    }

    private void start(Opened with) {
        var next = with.starter().start();
        run = next;
        var writing = recording;
        if (writing != null) {
            writing.use(next, config.application());
        }
        guard(next, with.home());
        IngestCertificate.of(config)
                .ifPresent(pair -> new CertificateWatch(pair, time, scheduler, () -> isRunning(next), () -> {
                            var ignored = reload(next, with, stream -> stream);
                        })
                        .begin());
        if (tls instanceof TlsSupport.There there) {
            there.egress().serve(routes -> routes(reload(next, with, stream -> stream.withRoutes(routes))));
        }
        var ignored = next.process().onExit().thenRun(() -> exited(next));
    }

    private void guard(NginxRun of, NginxHome home) {
        var looker = new StreamLooker(
                begun -> home.toIngest(of.conf(), begun),
                config.application(),
                of.publishers().tickets(),
                time,
                pictures);
        var next = new StreamLooks(looker::look, workers, time, random);
        looks = next;
        new StreamGuard(
                        of.publishers(),
                        config.application(),
                        of.statistics()::counts,
                        home::sockets,
                        time,
                        pace,
                        new FormatWatch(next))
                .begin(scheduler, () -> isRunning(of));
    }

    private boolean isRunning(NginxRun one) {
        synchronized (lock) {
            return !closed && one.equals(run);
        }
    }

    private static List<TlsRoute> routes(NginxConf inForce) {
        var stream = inForce.stream();
        var egress = stream == null ? null : stream.egress();
        return egress == null ? List.of() : egress.routes();
    }

    private NginxConf reload(NginxRun of, Opened with, UnaryOperator<StreamConf> change) {
        synchronized (lock) {
            var stream = of.conf().stream();
            if (closed || !of.equals(run) || stream == null) {
                throw new LivemeterException("relay.not_started", "nginx is not running right now.", true, null);
            }
            var wanted = of.conf().with(change.apply(stream), tokens.next());
            var next = with.home().change(of.conf(), wanted, of.control());
            of.conf(next);
            with.starter().keep(next);
            return next;
        }
    }

    private void exited(NginxRun gone) {
        synchronized (lock) {
            if (closed || !gone.equals(run)) {
                return;
            }
        }
        endLooks();
        log.error("nginx died; all of its streams are lost. It is started again.");
        gone.close();
        gone.process().release();
        gone.publishers().endAll(EndCause.LOST);
        restartAfter(RESTART.after(0, random), 1);
    }

    private void restartAfter(Duration wait, int attempt) {
        scheduler.after(wait, () -> restart(attempt));
    }

    private void restart(int attempt) {
        synchronized (lock) {
            var with = opened;
            if (closed || with == null) {
                return;
            }
            try {
                start(with);
                whyNotRestarted = null;
                log.info("nginx runs again.");
                noteWhere(ingest(with.starter()));
            } catch (LivemeterException e) {
                whyNotRestarted = e.getMessage();
                var wait = RESTART.after(attempt, random);
                log.error("nginx could not be started again; next try in {} ms. {}", wait.toMillis(), e.getMessage());
                restartAfter(wait, attempt + 1);
            }
        }
    }

    private void noteWhere(Ingest now) {
        var before = moved == null ? told : moved;
        if (!now.equals(before)) {
            moved = now;
            log.warn(
                    "Encoders have to publish to {} from now on: another program took the port of {} while nginx was gone. Set an ingest port to keep one.",
                    now.preferredUrl(),
                    before == null ? "before" : before.preferredUrl());
        }
    }

    private Ingest ingest(NginxStarter places) {
        var byTls = places.tlsPort() == 0 ? null : ingestUrl("rtmps", places.tlsPort(), TlsHost.DEFAULT_PORT);
        return byTls != null && places.plainPort() == 0
                ? new Ingest(byTls, byTls)
                : new Ingest(ingestUrl("rtmp", places.plainPort(), DEFAULT_PORT), byTls);
    }

    private URI ingestUrl(String scheme, int port, int usualPort) {
        var authority = IpLiteral.beforePort(config.publicHost()) + (port == usualPort ? "" : ":" + port);
        return URI.create(scheme + "://" + authority + "/" + config.application());
    }

    @Override
    public String toString() {
        return "NginxRelay[" + config.publicHost() + ", up to " + config.mostDestinations() + " destinations]";
    }
}
