package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.relay.nginx.NginxRelayConfig.PlainIngest;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
 * <p>nginx ends with this relay or with the JVM, even one that was killed. Should nginx itself die, all sessions are reported as lost,
 * and it is started again, after a wait that doubles from half a second to 30 seconds while it fails. Started as root, nginx lets its worker run as the
 * user that it was built for ({@code www-data} on Debian); otherwise all of it runs as the JVM's user.
 *
 * <p>An open relay keeps the JVM from ending by itself. Thread-safe.
 */
public final class NginxRelay implements RelayController {

    private static final Logger log = LoggerFactory.getLogger(NginxRelay.class);

    private static final int DEFAULT_PORT = 1935;
    private static final int START_ATTEMPTS = 3;

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
    private @Nullable Opened opened;
    private volatile @Nullable NginxRun run;
    private boolean closed;

    /** What stays over all lives of nginx. */
    private record Opened(
            AuthorityCalls authority,
            NginxInstallation nginx,
            WorkDirectory directory,
            CallbackServer server,
            HttpClient client,
            int plainPort,
            int tlsPort,
            @Nullable Path authorities) {}

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
     * {@inheritDoc}
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
            var directory = WorkDirectory.open(config.workDirectory());
            var server = CallbackServer.start(callbacks, workers);
            try {
                LeftOver.stop(
                        directory.path().resolve("nginx.pid"), directory.path().resolve("nginx.conf"));
                requireTlsIngest(nginx);
                var plainPort = config.plainIngest() == PlainIngest.ON ? pickedIfZero(config.ingestPort()) : 0;
                var ingestTls = config.ingestTls();
                var tlsPort = ingestTls != null ? pickedIfZero(ingestTls.port()) : 0;
                var client = HttpClient.newBuilder()
                        .executor(workers)
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(DECISION)
                        .build();
                var calls = new AuthorityCalls(authority, workers, DECISION);
                opened = new Opened(
                        calls, nginx, directory, server, client, plainPort, tlsPort, authorities.orElse(null));
                start(opened);
                return ingest(opened);
            } catch (RuntimeException e) {
                opened = null;
                closed = true;
                server.close();
                directory.close();
                releaseThreads();
                throw e;
            }
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

    @Override
    public Optional<String> objectionTo(PushTarget target) {
        return PushLocation.objectionTo(target).or(() -> tls.objectionTo(target));
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
        if (last != null) {
            last.publishers().close();
            last.child().stop();
            last.publishers().endAll(EndCause.LEFT);
        }
        if (was != null) {
            was.authority().awaitQuiet(CLOSE_PATIENCE);
            was.server().close();
            was.directory().close();
        }
        if (last != null) {
            last.close();
        }
        releaseThreads();
    }

    private void releaseThreads() {
        scheduler.close();
        workers.shutdown();
    }

    /** Starts nginx; should another program take a port between our look and nginx's, then once more with others. */
    private void start(Opened with) {
        for (var attempt = 1; ; attempt++) {
            try {
                startOnce(with);
                return;
            } catch (LivemeterException e) {
                if (attempt == START_ATTEMPTS || !"relay.port_in_use".equals(e.code())) {
                    throw e;
                }
                log.info("A port was taken while nginx started; trying again.");
            }
        }
    }

    private void startOnce(Opened with) {
        for (var port : List.of(with.plainPort(), with.tlsPort())) {
            if (port > 0) {
                FreePorts.requireFree(IpLiteral.address(config.ingestHost()), port);
            }
        }
        var inner = FreePorts.pick(IpLiteral.address("127.0.0.1"), 3);
        var ports = new NginxConf.Ports(
                with.plainPort(), inner.get(0), inner.get(1), with.server().port());
        var innerIngest = inner.get(2);
        var resolver = resolver(ports, Set.of(with.tlsPort(), innerIngest));
        var nameServer = NameServer.start(resolver::addressesFor, workers);
        try {
            startOnce(with, ports, innerIngest, resolver, nameServer);
        } catch (RuntimeException e) {
            nameServer.close();
            throw e;
        }
    }

    private void startOnce(
            Opened with, NginxConf.Ports ports, int innerIngest, PushResolver resolver, NameServer nameServer) {
        var conf = new NginxConf(
                with.nginx(),
                with.directory().path(),
                config.ingestHost(),
                ports,
                config.application(),
                config.slots(),
                pace,
                tokens.next(),
                tokens.next(),
                streamConf(with, innerIngest, nameServer));
        with.directory().write(conf.file(), conf.render());
        NginxChild.test(conf);

        var control = new NginxControl(with.client(), conf);
        var publishers =
                new Publishers(with.authority(), surroundings(resolver, control), config.application(), config.slots());
        // The callbacks of this run must be known before nginx can send the first one.
        callbacks.serve(new CallbackHandler.Run(Secret.of(conf.token()), config.application(), publishers));
        var nginxLog = new NginxLog(() -> workerDied(publishers), this::readTlsComplaint);
        var next = new NginxRun(
                NginxChild.start(conf, nginxLog),
                nginxLog,
                publishers,
                nameServer,
                new Statistics(control::statistics, time),
                conf);
        try {
            next.awaitStart(control);
        } catch (RuntimeException e) {
            next.child().stop();
            throw e;
        }
        run = next;
        var reload = new NginxReload(with.directory(), control);
        ingestCertificate()
                .ifPresent(pair -> new CertificateWatch(
                                pair,
                                time,
                                scheduler,
                                () -> isRunning(next),
                                () -> reload(next, reload, stream -> stream))
                        .begin());
        if (tls instanceof TlsSupport.There there) {
            there.egress().serve(routes -> reload(next, reload, stream -> stream.withRoutes(routes)));
        }
        var ignored = next.child().onExit().thenRun(() -> exited(next));
    }

    private @Nullable StreamConf streamConf(Opened with, int innerIngest, NameServer nameServer) {
        var egress = egressConf(with, nameServer);
        var ingest = ingestCertificate()
                .map(pair -> new StreamConf.Ingest(
                        config.ingestHost(), with.tlsPort(), innerIngest, pair.certificate(), pair.key()))
                .orElse(null);
        return egress == null && ingest == null ? null : new StreamConf(egress, ingest);
    }

    private StreamConf.@Nullable Egress egressConf(Opened with, NameServer nameServer) {
        var authorities = with.authorities();
        if (!(tls instanceof TlsSupport.There there) || authorities == null) {
            return null;
        }
        there.complaints().forgetAll();
        return new StreamConf.Egress(
                authorities,
                nameServer.port(),
                StreamConf.AddressFamilies.ofThisMachine(),
                there.egress().begin());
    }

    private boolean isRunning(NginxRun one) {
        synchronized (lock) {
            return !closed && one.equals(run);
        }
    }

    private int pickedIfZero(int port) {
        return port == 0 ? FreePorts.pick(IpLiteral.address(config.ingestHost())) : port;
    }

    private void requireTlsIngest(NginxInstallation nginx) {
        var certificate = ingestCertificate();
        if (certificate.isPresent() && nginx.stream() == null) {
            throw new LivemeterException(
                    "relay.module_missing",
                    "Encoders are to come by TLS, and nginx has no stream module. Install it (apt install libnginx-mod-stream), or leave the"
                            + " ingest certificate out.");
        }
        certificate.ifPresent(pair -> pair.require(time.instant()));
    }

    private Optional<IngestCertificate> ingestCertificate() {
        return Optional.ofNullable(config.ingestTls())
                .map(files -> new IngestCertificate(
                        files.certificate().toAbsolutePath(), files.key().toAbsolutePath()));
    }

    private void readTlsComplaint(String line) {
        if (tls instanceof TlsSupport.There there) {
            there.complaints().read(line);
        }
    }

    private void reload(NginxRun of, NginxReload reload, UnaryOperator<StreamConf> change) {
        synchronized (lock) {
            var stream = of.conf().stream();
            if (closed || !of.equals(run) || stream == null) {
                throw new LivemeterException("relay.not_started", "nginx is not running right now.", true, null);
            }
            var next = of.conf().with(change.apply(stream), tokens.next());
            reload.apply(of.conf(), next);
            of.conf(next);
        }
    }

    private PushResolver resolver(NginxConf.Ports ports, Set<Integer> ofTls) {
        var own = new HashSet<>(ofTls);
        own.addAll(List.of(ports.ingest(), ports.slots(), ports.control(), ports.callbacks()));
        var policy = new AddressPolicy(config.allowPrivateDestinations(), own);
        return new PushResolver(names, policy, config.resolveTimeout(), workers, tls);
    }

    private PushLane.Surroundings surroundings(PushResolver resolver, StreamCutter cutter) {
        return new PushLane.Surroundings(resolver, cutter, pace, time, scheduler, random);
    }

    /** The master starts another worker, but the streams are gone and nobody else will say so. */
    private static void workerDied(Publishers publishers) {
        log.error("nginx's worker process died; all of its streams are lost. nginx starts another one by itself.");
        publishers.loseAll(EndCause.LOST);
    }

    private void exited(NginxRun gone) {
        synchronized (lock) {
            if (closed || !gone.equals(run)) {
                return;
            }
        }
        log.error("nginx died; all of its streams are lost. It is started again.");
        gone.close();
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
                log.info("nginx runs again.");
            } catch (LivemeterException e) {
                var wait = RESTART.after(attempt, random);
                log.error("nginx could not be started again; next try in {} ms. {}", wait.toMillis(), e.getMessage());
                restartAfter(wait, attempt + 1);
            }
        }
    }

    private Ingest ingest(Opened with) {
        var byTls = with.tlsPort() == 0 ? null : ingestUrl("rtmps", with.tlsPort(), TlsHost.DEFAULT_PORT);
        return byTls != null && with.plainPort() == 0
                ? new Ingest(byTls, byTls)
                : new Ingest(ingestUrl("rtmp", with.plainPort(), DEFAULT_PORT), byTls);
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
