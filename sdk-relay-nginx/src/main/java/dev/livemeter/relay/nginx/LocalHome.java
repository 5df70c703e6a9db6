package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.CallbackServer.Undecided;
import dev.livemeter.relay.nginx.NginxConf.Ground;
import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RecordingAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine: nginx is a child that ends with us or, with a grace, a daemon that does not. */
final class LocalHome implements NginxHome {

    private static final Logger log = LoggerFactory.getLogger(LocalHome.class);

    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final Visitor with;
    private final NginxRelayConfig config;
    private final NginxInstallation nginx;
    private final @Nullable Path authorities;
    private final TlsSupport tls;
    private final WorkDirectory directory;
    private final HttpClient client;
    private final TcpSockets sockets;
    private final IdSource tokens = IdSource.random();
    private @Nullable CallbackServer server;

    private LocalHome(
            Visitor with,
            NginxInstallation nginx,
            @Nullable Path authorities,
            TlsSupport tls,
            WorkDirectory directory,
            TcpSockets sockets) {
        this.with = with;
        this.config = with.config();
        this.nginx = nginx;
        this.authorities = authorities;
        this.tls = tls;
        this.directory = directory;
        this.client = HttpClient.newBuilder()
                .executor(with.workers())
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        this.sockets = sockets;
    }

    /**
     * The way to this machine.
     *
     * @param worth what a look at its connections may cost
     */
    record Here(NginxRelayConfig config, TcpSockets.Worth worth) implements Way {

        @Override
        public NginxHome enter(Visitor with) {
            var nginx = NginxInstallation.find(config.binary(), config.module());
            var authorities = Authorities.find(config.egressCa());
            var tls = tlsSupport(nginx, authorities.isPresent(), with);
            requireTlsIngest(nginx, with);
            return new LocalHome(
                    with,
                    nginx,
                    authorities.orElse(null),
                    tls,
                    WorkDirectory.open(config.workDirectory()),
                    new TcpSockets(worth, with.time()));
        }

        private static TlsSupport tlsSupport(NginxInstallation nginx, boolean authorities, Visitor with) {
            if (nginx.stream() == null) {
                return TlsSupport.noModule();
            }
            return authorities
                    ? new TlsSupport.There(
                            new TlsEgress(TlsHost.WELL_KNOWN, TlsEgress::freePorts, with.time(), with.scheduler()),
                            new TlsComplaints(with.time()))
                    : TlsSupport.noAuthorities();
        }

        private void requireTlsIngest(NginxInstallation nginx, Visitor with) {
            var certificate = IngestCertificate.of(config);
            if (certificate.isPresent() && nginx.stream() == null) {
                throw new LivemeterException(
                        "relay.module_missing",
                        "Encoders are to come by TLS, and nginx has no stream module. Install it (apt install libnginx-mod-stream), or leave the"
                                + " ingest certificate out.");
            }
            certificate.ifPresent(pair -> pair.require(with.time().instant()));
        }

        @Override
        public Duration grace() {
            return config.restartGrace();
        }

        @Override
        public Duration decision() {
            // nginx hangs up after 3 seconds; a name lookup or a decision gets two of them.
            return Duration.ofSeconds(2);
        }

        @Override
        public void requireRecording() {
            RecordingPart.requireFolder(config);
        }
    }

    /**
     * Ends an nginx of an earlier process, and forgets what was kept of it. Idempotent.
     *
     * @return whether one ran
     */
    static boolean endLeftBehind(Path directory) {
        var ran = LeftOver.stop(directory.resolve(NginxConf.PID_FILE), directory.resolve(NginxConf.FILE));
        Standing.read(directory).ifPresent(kept -> {
            kept.gate().clear();
            Standing.forget(directory);
        });
        return ran;
    }

    private boolean bridges() {
        return !config.restartGrace().isZero();
    }

    @Override
    public TlsSupport tls() {
        return tls;
    }

    @Override
    public void listen(CallbackServer.Decider decider) {
        server = CallbackServer.start(
                decider,
                standing().map(Standing::callbacks).orElse(0),
                bridges() ? Undecided.UNANSWERED : Undecided.ANSWERED);
    }

    @Override
    public void deafen() {
        var listening = server;
        if (listening != null) {
            listening.close();
        }
    }

    @Override
    public int callbackPort() {
        var listening = server;
        if (listening == null) {
            throw new IllegalStateException("Nobody listens for callbacks yet.");
        }
        return listening.port();
    }

    @Override
    public Optional<Standing> standing() {
        var path = directory.path();
        return bridges()
                ? LeftOver.find(path.resolve(NginxConf.PID_FILE), path.resolve(NginxConf.FILE))
                        .flatMap(process -> Standing.read(path))
                : Optional.empty();
    }

    @Override
    public Standing fresh(int plainPort, int tlsPort) {
        endLeftBehind(directory.path());
        for (var port : List.of(plainPort, tlsPort)) {
            if (port > 0) {
                FreePorts.requireFree(IpLiteral.address(config.ingestHost()), port);
            }
        }
        var inner = FreePorts.pick(IpLiteral.address("127.0.0.1"), 4);
        return new Standing(
                tokens.next(),
                tokens.next(),
                plainPort,
                tlsPort,
                inner.get(0),
                inner.get(1),
                0,
                Gate.Place.make(inner.get(2)),
                inner.get(3),
                0,
                List.of());
    }

    @Override
    public void abandon(Standing place) {
        place.gate().clear();
    }

    @Override
    public NameServer names(int port, Function<String, List<InetAddress>> addresses) {
        return NameServer.start(port, addresses, with.workers());
    }

    @Override
    public KeyBridge bridge() {
        return KeyBridge.onLoopback(with.time(), with.scheduler());
    }

    @Override
    public NginxInstallation nginx() {
        return nginx;
    }

    @Override
    public Path directory() {
        return directory.path();
    }

    @Override
    public Ground ground() {
        return Ground.OWN;
    }

    @Override
    public @Nullable Path authorities() {
        return authorities;
    }

    @Override
    public IngestCertificate asFound(IngestCertificate pair) {
        return pair;
    }

    @Override
    public NginxControl.Line line(int controlPort) {
        return new HttpLine(client, controlPort);
    }

    @Override
    public NginxConf enforce(NginxConf wanted, boolean running, NginxControl control) {
        if (bridges()) {
            directory.prepare(wanted.logFile());
        }
        if (running) {
            return inForce(wanted, control);
        }
        directory.write(wanted.file(), wanted.render());
        NginxChild.test(wanted);
        return wanted;
    }

    /** The nginx that runs is to have this very configuration; where settings or ports changed it is reloaded, and its streams go on. */
    private NginxConf inForce(NginxConf wanted, NginxControl control) {
        var before = NginxDaemon.textOf(wanted.file()).orElse("");
        try {
            if (before.equals(wanted.render()) && control.runs(wanted.run())) {
                return wanted;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
        log.info("The nginx that runs has other settings than are wanted now; it is given the new ones.");
        var next = wanted.with(wanted.stream(), tokens.next());
        new NginxReload(directory, control).apply(before, next);
        return next;
    }

    @Override
    public NginxProcess process(NginxConf conf, NginxLog nginxLog, boolean running) {
        if (!bridges()) {
            return NginxChild.start(conf, nginxLog);
        }
        return running
                ? NginxDaemon.find(conf, nginxLog)
                        .orElseThrow(() -> new LivemeterException(
                                "relay.not_started", "nginx ended while it was taken up.", true, null))
                : NginxDaemon.start(conf, nginxLog);
    }

    @Override
    public NginxConf change(NginxConf before, NginxConf next, NginxControl control) {
        new NginxReload(directory, control).apply(before, next);
        return next;
    }

    @Override
    public void keep(NginxConf conf, int tlsPort) {
        if (!conf.outlives()) {
            return;
        }
        var stream = conf.stream();
        var egress = stream == null ? null : stream.egress();
        var ingest = stream == null ? null : stream.ingest();
        new Standing(
                        conf.token(),
                        conf.run(),
                        conf.ports().ingest(),
                        tlsPort,
                        conf.ports().anchor(),
                        conf.ports().control(),
                        conf.ports().callbacks(),
                        conf.gate().place(),
                        ingest == null ? FreePorts.pick(IpLiteral.address("127.0.0.1")) : ingest.innerPort(),
                        egress == null ? 0 : egress.nameServerPort(),
                        egress == null ? List.of() : egress.routes())
                .keepIn(directory);
    }

    @Override
    public RecordingPart recordings(RecordingAuthority authority) {
        return RecordingPart.prepare(config, directory.path(), authority, with.time(), with.scheduler());
    }

    @Override
    public Socket toIngest(NginxConf conf, Consumer<Socket> begun) throws IOException {
        var stream = conf.stream();
        var byTls = stream == null ? null : stream.ingest();
        return conf.ports().ingest() == 0 && byTls != null
                ? IngestWay.behindTls(byTls.innerPort(), begun)
                : IngestWay.plain(
                        IngestWay.here(conf.ingestHost()), conf.ports().ingest(), begun);
    }

    @Override
    public Optional<Map<Connection, Queue>> sockets(Set<Peer> peers) {
        return sockets.read(peers);
    }

    @Override
    public Map<Long, Duration> spent(NginxConf conf) {
        return LeftOver.find(conf.pidFile(), conf.file())
                .map(WorkerCpu::spentBy)
                .orElse(Map.of());
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    @Override
    public void close() {
        deafen();
        directory.close();
    }
}
