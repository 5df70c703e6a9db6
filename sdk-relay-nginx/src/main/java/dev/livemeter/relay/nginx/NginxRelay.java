package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.relay.nginx.CallbackServer.Undecided;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link RelayController} on an nginx of its own, run as a child process on this machine. An nginx that serves web pages here is not
 * touched, and a reload of it disturbs no stream.
 *
 * <p>Needs nginx with its RTMP module (Debian: {@code apt install nginx libnginx-mod-rtmp}), for TLS also its stream module ({@code libnginx-mod-stream}). Takes H.264 and AAC over RTMP and RTMPS; passes on to servers of both,
 * up to {@link NginxRelayConfig#slots()} for each stream.
 *
 * <p>nginx ends with this relay or with the JVM, even one that was killed; with a {@link NginxRelayConfig#restartGrace()} it goes on instead, and the next
 * relay on the same work directory takes it up with its streams. Should nginx itself die, all sessions are reported as lost,
 * and it is started again, after a wait that doubles from half a second to 30 seconds while it fails. Started as root, nginx lets its worker run as the
 * user that it was built for ({@code www-data} on Debian); otherwise all of it runs as the JVM's user.
 *
 * <p>An open relay keeps the JVM from ending by itself. Thread-safe.
 */
public final class NginxRelay implements RelayController, RecordsStreams {

    private static final Logger log = LoggerFactory.getLogger(NginxRelay.class);

    private static final int DEFAULT_PORT = 1935;

    /** nginx hangs up after 3 seconds; a name lookup or a decision gets two of them. */
    private static final Duration DECISION = Duration.ofSeconds(2);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Backoff RESTART = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final NginxRelayConfig config;
    private final Pace pace;
    private final TimeSource time;
    private final IdSource tokens = IdSource.random();
    private final RandomGenerator random = new SecureRandom();
    private final ExecutorService workers = WorkerThreads.create();
    private final SystemScheduler scheduler = new SystemScheduler(workers);
    private final CallbackHandler callbacks;
    private final PushResolver.NameService names;
    private volatile TlsSupport tls = TlsSupport.unknown();

    private final Object lock = new Object();
    private final WorkerCpu cpu = new WorkerCpu();
    private @Nullable Opened opened;
    private volatile @Nullable NginxRun run;
    private volatile @Nullable String whyNotRestarted;
    private @Nullable RecordingAuthority recordings;
    private volatile @Nullable RecordingPart recording;
    private boolean closed;

    /** What stays over all lives of nginx. */
    private record Opened(
            AuthorityCalls authority, WorkDirectory directory, CallbackServer server, NginxStarter starter) {}

    private NginxRelay(NginxRelayConfig config, TimeSource time, PushResolver.NameService names) {
        this.names = names;
        this.config = config;
        this.pace = Pace.of(config.heartbeat());
        this.time = time;
        this.callbacks = new CallbackHandler(time);
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
        return new NginxRelay(config, TimeSource.system(), names);
    }

    /**
     * {@inheritDoc} After a failure it may be opened again.
     *
     * @throws LivemeterException first match wins: {@code relay.already_open}; {@code relay.nginx_missing}; {@code relay.module_missing};
     *     {@code relay.authorities_missing}; {@code relay.certificate};
     *     {@code relay.work_directory}; {@code relay.port_in_use}, with retryable set; {@code relay.address_unusable}; {@code relay.config_refused};
     *     {@code relay.not_started}, with retryable set
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
            var nginx = NginxInstallation.find(config.binary(), config.module());
            var authorities = Authorities.find(config.egressCa());
            tls = tlsSupport(nginx, authorities.isPresent());
            requireTlsIngest(nginx);
            var directory = WorkDirectory.open(config.workDirectory());
            var writing = recordings == null
                    ? null
                    : RecordingPart.prepare(config, directory.path(), recordings, time, scheduler);
            var kept = bridges() ? NginxStarter.standing(directory).orElse(null) : null;
            var server = CallbackServer.start(
                    callbacks,
                    workers,
                    kept == null ? 0 : kept.callbacks(),
                    bridges() ? Undecided.UNANSWERED : Undecided.ANSWERED);
            try {
                var calls = new AuthorityCalls(authority, workers, DECISION);
                var starter = new NginxStarter(
                        new NginxStarter.Surroundings(
                                config,
                                pace,
                                time,
                                random,
                                workers,
                                scheduler,
                                callbacks,
                                names,
                                calls,
                                nginx,
                                directory,
                                HttpClient.newBuilder()
                                        .executor(workers)
                                        .version(HttpClient.Version.HTTP_1_1)
                                        .connectTimeout(DECISION)
                                        .build(),
                                tls,
                                authorities.orElse(null),
                                writing == null ? null : writing.folder()),
                        kept);
                recording = writing;
                opened = new Opened(calls, directory, server, starter);
                start(opened);
                if (writing != null) {
                    writing.recorder().lookAround(kept == null ? Duration.ZERO : pace.unknown());
                }
                return ingest(starter);
            } catch (RuntimeException e) {
                if (writing != null) {
                    writing.recorder().leave();
                }
                // It may be opened again: what was in the way may be gone by then.
                opened = null;
                server.close();
                directory.close();
                throw e;
            }
        }
    }

    /** {@inheritDoc} Here, where the settings give a {@link NginxRelayConfig#restartGrace()}. */
    @Override
    public Duration resumesWithin() {
        return bridges() ? pace.resume() : Duration.ZERO;
    }

    private boolean bridges() {
        return !config.restartGrace().isZero();
    }

    /**
     * Ends the nginx that an application with a {@link NginxRelayConfig#restartGrace()} left behind in that work directory, and with it its streams: for an application that does not
     * come back. Waits for it. Idempotent.
     *
     * @return whether there was one
     */
    public static boolean endLeftBehind(Path workDirectory) {
        return NginxStarter.endLeftBehind(workDirectory.toAbsolutePath().normalize());
    }

    /**
     * {@inheritDoc}
     *
     * @throws LivemeterException {@code relay.recording_folder} if neither a work directory nor a folder for recordings is given, in which the next start finds what a crash left
     */
    @Override
    public void recordFor(RecordingAuthority authority) {
        RecordingPart.requireFolder(config);
        synchronized (lock) {
            recordings = authority;
        }
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

    /** {@inheritDoc} Read from nginx at most once a second; the rate is known from the second reading on. */
    @Override
    public List<DestinationTraffic> traffic(SessionId session) {
        var current = run;
        if (current == null) {
            return List.of();
        }
        var tenants = current.publishers().tenants(session);
        if (tenants.isEmpty()) {
            return List.of();
        }
        var places = new HashMap<Statistics.Place, DestinationId>();
        tenants.forEach((slot, destination) ->
                places.put(new Statistics.Place(Slots.name(slot), session.value()), destination));
        return current.statistics().sent(places.keySet()).entrySet().stream()
                .map(sent -> new DestinationTraffic(
                        Objects.requireNonNull(places.get(sent.getKey())),
                        sent.getValue().bytes(),
                        sent.getValue().bitsPerSecond().isPresent()
                                ? sent.getValue().bitsPerSecond().getAsLong()
                                : null))
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

    /** {@inheritDoc} Here: nginx runs and answers; how busy its worker was since the last look, as far as the machine tells. */
    @Override
    public RelayHealth health() {
        var current = run;
        var fault = whyNotRestarted;
        if (current == null) {
            return RelayHealth.down("nginx was not started yet.");
        }
        if (!current.process().isAlive()) {
            return RelayHealth.down(
                    fault == null
                            ? "nginx is gone; it is started again."
                            : "nginx is gone and cannot be started again: " + fault);
        }
        try {
            if (!current.control().answers()) {
                return RelayHealth.down("nginx runs and does not answer.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return RelayHealth.down("The look at nginx was interrupted.");
        }
        var conf = current.conf();
        var percent = LeftOver.find(conf.pidFile(), conf.file())
                .map(master -> cpu.percent(WorkerCpu.spentBy(master), time.nanoTime()))
                .orElse(null);
        return percent == null ? RelayHealth.up() : RelayHealth.up(percent);
    }

    private TlsSupport tlsSupport(NginxInstallation nginx, boolean authorities) {
        if (nginx.stream() == null) {
            return TlsSupport.noModule();
        }
        return authorities
                ? new TlsSupport.There(
                        new TlsEgress(TlsHost.WELL_KNOWN, TlsEgress::freePorts, time, scheduler),
                        new TlsComplaints(time))
                : TlsSupport.noAuthorities();
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
        if (was != null && bridges()) {
            // First nobody answers any more: an answer that denies would end the streams that are to go on.
            was.server().close();
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
            was.server().close();
            endRecordings();
            was.directory().close();
        }
        if (last != null) {
            last.close();
        }
        releaseThreads();
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
        var next = with.starter().start(with.server().port());
        run = next;
        var writing = recording;
        if (writing != null) {
            writing.use(next, config.application());
        }
        guard(next);
        var reload = new NginxReload(with.directory(), next.control());
        IngestCertificate.of(config)
                .ifPresent(pair -> new CertificateWatch(
                                pair,
                                time,
                                scheduler,
                                () -> isRunning(next),
                                () -> reload(next, with, reload, stream -> stream))
                        .begin());
        if (tls instanceof TlsSupport.There there) {
            there.egress().serve(routes -> reload(next, with, reload, stream -> stream.withRoutes(routes)));
        }
        var ignored = next.process().onExit().thenRun(() -> exited(next));
    }

    private void guard(NginxRun of) {
        new StreamGuard(
                        of.publishers(),
                        config.application(),
                        of.statistics()::counts,
                        new TcpSockets(time)::read,
                        time,
                        new FormatWatch(FormatWatch.Keyframes.NONE))
                .begin(scheduler, () -> isRunning(of));
    }

    private boolean isRunning(NginxRun one) {
        synchronized (lock) {
            return !closed && one.equals(run);
        }
    }

    private void requireTlsIngest(NginxInstallation nginx) {
        var certificate = IngestCertificate.of(config);
        if (certificate.isPresent() && nginx.stream() == null) {
            throw new LivemeterException(
                    "relay.module_missing",
                    "Encoders are to come by TLS, and nginx has no stream module. Install it (apt install libnginx-mod-stream), or leave the"
                            + " ingest certificate out.");
        }
        certificate.ifPresent(pair -> pair.require(time.instant()));
    }

    private void reload(NginxRun of, Opened with, NginxReload reload, UnaryOperator<StreamConf> change) {
        synchronized (lock) {
            var stream = of.conf().stream();
            if (closed || !of.equals(run) || stream == null) {
                throw new LivemeterException("relay.not_started", "nginx is not running right now.", true, null);
            }
            var next = of.conf().with(change.apply(stream), tokens.next());
            reload.apply(of.conf(), next);
            of.conf(next);
            with.starter().keep(next);
        }
    }

    private void exited(NginxRun gone) {
        synchronized (lock) {
            if (closed || !gone.equals(run)) {
                return;
            }
        }
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
            } catch (LivemeterException e) {
                whyNotRestarted = e.getMessage();
                var wait = RESTART.after(attempt, random);
                log.error("nginx could not be started again; next try in {} ms. {}", wait.toMillis(), e.getMessage());
                restartAfter(wait, attempt + 1);
            }
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
        return "NginxRelay[" + config.publicHost() + ", " + config.slots() + " slots]";
    }
}
