package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.NginxConf.Ground;
import dev.livemeter.relay.nginx.NginxInstallation.StreamModule;
import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import dev.livemeter.relay.nginx.deploy.HostLife;
import dev.livemeter.relay.nginx.deploy.HostLink;
import dev.livemeter.relay.nginx.deploy.HostStream;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RecordingAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay host: nginx is the host's, which starts it again when it dies. Its configuration is a deployment; its controls, its callbacks and how it is come through one connection that is kept (decision
 * record 0022).
 */
final class HostHome implements NginxHome, HostLink.Listener {

    private static final Logger log = LoggerFactory.getLogger(HostHome.class);

    /** As Debian has it, and install.sh sees to it. */
    private static final Path MODULES = Path.of("/usr/lib/nginx/modules");

    private static final Path AUTHORITIES = Path.of("/etc/ssl/certs/ca-certificates.crt");

    /** Paths in the configuration begin where it lies, or in the host's folder for what nginx writes. */
    private static final Path RELATIVE = Path.of("");

    private static final Duration LIFE_WITHIN = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 50;

    /** After so long a host knows that a process is gone whose connection broke without a word. */
    private static final Duration BUSY_AT_MOST = Duration.ofSeconds(12);

    private static final long BUSY_AGAIN_MILLIS = 500;

    private static final Duration BEGUN_WITHIN = Duration.ofSeconds(20);

    private final NginxHostConfig host;
    private final Visitor with;
    private final HostCallbacks callbacks;
    private final HostVersion version;
    private final IdSource tokens = IdSource.random();
    private final TlsComplaints complaints;
    private volatile @Nullable HostLink link;
    private volatile HostLife life = new HostLife("", Map.of());
    private volatile @Nullable HostedNginx nginx;
    private volatile boolean served;
    private TlsSupport tls = TlsSupport.unknown();
    private volatile @Nullable HostNotes notes;
    private int lastPort;

    private HostHome(NginxHostConfig host, Visitor with) {
        this.host = host;
        this.with = with;
        this.callbacks = new HostCallbacks(with.workers(), with.scheduler());
        this.version = new HostVersion(host, with.config());
        this.complaints = new TlsComplaints(with.time());
    }

    /**
     * Comes to a host, and makes sure that it is ours.
     *
     * @throws LivemeterException as {@link NginxRelay#open} tells
     */
    static HostHome enter(NginxHostConfig host, Visitor with) {
        var home = new HostHome(host, with);
        try {
            home.arrive();
            return home;
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    private void arrive() {
        var to = connected();
        link = to;
        with.contact().regain();
        var facts = to.facts();
        if (!facts.rtmp()) {
            throw new LivemeterException(
                    "relay.module_missing",
                    "nginx on the relay host " + host.host() + " has no RTMP module. Run install.sh on it again.");
        }
        requireTlsIngest(facts.stream());
        var owner = host.owner().isEmpty() ? facts.who() : host.owner();
        notes = belongingTo(owner, facts.place());
        tls = facts.stream()
                ? new TlsSupport.There(
                        new TlsEgress(
                                List.of(), this::freePorts, with.time(), with.scheduler(), TlsEgress.Knows.ADDRESSES),
                        complaints)
                : TlsSupport.noModule();
    }

    /** Of several nodes that come to a new host at once, the first one begins, as its token is for all. */
    private @Nullable HostNotes belongingTo(String owner, int place) {
        var until = System.nanoTime() + BEGUN_WITHIN.toNanos();
        while (true) {
            var found =
                    version.belongingTo(owner, host.takeOverFrom(), host.host().toString());
            if (found != null || place == 1 || System.nanoTime() - until > 0) {
                return found;
            }
            pause(BUSY_AGAIN_MILLIS);
        }
    }

    private HostLink connected() {
        var until = System.nanoTime() + BUSY_AT_MOST.toNanos();
        var process = tokens.next();
        while (true) {
            try {
                return HostLink.open(
                        host.host(),
                        new HostLink.Ends(process, host.callbackPort(), host.controlPort(), host.nodes()),
                        this);
            } catch (LivemeterException e) {
                // An earlier process of ours whose machine died may still seem to be there.
                if (!e.code().equals("relay.host_busy") || System.nanoTime() - until > 0) {
                    throw e;
                }
                pause(BUSY_AGAIN_MILLIS);
            }
        }
    }

    private void requireTlsIngest(boolean streamModule) {
        var certificate = IngestCertificate.of(with.config());
        if (certificate.isPresent() && !streamModule) {
            throw new LivemeterException(
                    "relay.module_missing",
                    "Encoders are to come by TLS, and nginx on the relay host " + host.host()
                            + " has no stream module. Run install.sh on it again, or leave the ingest certificate out.");
        }
        certificate.ifPresent(pair -> pair.require(with.time().instant()));
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
    }

    /** The next of the inner ports that no way has; those given up lately come last. */
    private synchronized List<Integer> freePorts(int count) {
        var first = host.innerPorts() + 3;
        var size = NginxHostConfig.INNER_PORTS - 3;
        var taken = tls instanceof TlsSupport.There there
                ? there.egress().routes().stream().map(TlsRoute::port).toList()
                : List.<Integer>of();
        var free = IntStream.range(0, size)
                .map(step -> first + (lastPort + step) % size)
                .filter(port -> !taken.contains(port))
                .limit(count)
                .boxed()
                .toList();
        if (free.size() < count) {
            throw new LivemeterException(
                    "relay.too_many_servers", "The relay host has no port left for another TLS server.", true, null);
        }
        lastPort += count;
        return free;
    }

    @Override
    public TlsSupport tls() {
        return tls;
    }

    @Override
    public void listen(CallbackServer.Decider decider) {
        callbacks.decideBy(decider);
    }

    @Override
    public void deafen() {
        callbacks.deafen();
    }

    @Override
    public int callbackPort() {
        return host.callbackPort();
    }

    @Override
    public int nodes() {
        return host.nodes();
    }

    @Override
    public List<CompletableFuture<NginxControl.Reply>> askOthers(String event) {
        var to = link;
        var known = notes;
        if (to == null || known == null) {
            return List.of();
        }
        var line = new HostLine(to, with.workers(), with.scheduler());
        return IntStream.rangeClosed(1, host.nodes())
                .filter(node -> node != to.facts().place())
                .mapToObj(node -> line.askLater("/" + known.token() + "/" + NodeDoor.ROOM + node + "/" + event))
                .toList();
    }

    @Override
    public Optional<Standing> standing() {
        // After a life that ended while we looked there is nothing to take up.
        return Optional.ofNullable(notes).filter(kept -> !served).map(this::place);
    }

    @Override
    public Standing fresh(int plainPort, int tlsPort) {
        var known = notes;
        // The controls and callbacks of a host have one token for as long as it is ours: a new one would be a
        // deployment for each death of nginx.
        return place(known == null ? version.begun(tokens) : known);
    }

    private Standing place(HostNotes from) {
        notes = from;
        var config = with.config();
        var ingestTls = config.ingestTls();
        var inner = host.innerPorts();
        return new Standing(
                from.token(),
                from.run(),
                config.ingestPort(),
                ingestTls == null ? 0 : ingestTls.port(),
                inner,
                host.controlPort(),
                host.callbackPort(),
                new Gate.Place(inner + 1, Path.of("gate")),
                inner + 2,
                0,
                from.routes());
    }

    @Override
    public void abandon(Standing place) {
        // What was in force before still is.
    }

    @Override
    public @Nullable NameServer names(int port, Function<String, List<InetAddress>> addresses) {
        return null;
    }

    /** {@inheritDoc} Here behind the port that callbacks come by, which is the only one by which nginx reaches us. */
    @Override
    public KeyBridge bridge() {
        var bridge = KeyBridge.visited(
                with.time(),
                with.scheduler(),
                BridgeWay.of(with.config().egressCa(), complaints, with.scheduler()),
                this::ownCallbackPort);
        callbacks.bridgeBy(bridge);
        return bridge;
    }

    /** Each node has a port of its own, perhaps another one after the connection was lost. */
    private int ownCallbackPort() {
        var to = link;
        return host.callbackPort() + (to == null ? 0 : to.facts().place() - 1);
    }

    @Override
    public NginxInstallation nginx() {
        return new NginxInstallation(
                Path.of("/usr/sbin/nginx"),
                MODULES.resolve("ngx_rtmp_module.so"),
                tls instanceof TlsSupport.There ? new StreamModule(MODULES.resolve("ngx_stream_module.so")) : null,
                "");
    }

    @Override
    public Path directory() {
        return RELATIVE;
    }

    @Override
    public Ground ground() {
        return Ground.HOST;
    }

    @Override
    public Path authorities() {
        return with.config().egressCa() == null ? AUTHORITIES : Path.of(HostVersion.AUTHORITIES);
    }

    @Override
    public IngestCertificate asFound(IngestCertificate pair) {
        return new IngestCertificate(Path.of(HostVersion.CERTIFICATE), Path.of(HostVersion.KEY));
    }

    @Override
    public NginxControl.Line line(int controlPort) {
        var to = link;
        if (to == null) {
            throw new IllegalStateException("There is no connection to the relay host yet.");
        }
        return new HostLine(to, with.workers(), with.scheduler());
    }

    @Override
    public NginxConf enforce(NginxConf wanted, boolean running, NginxControl control) {
        return enforced(wanted);
    }

    private NginxConf enforced(NginxConf wanted) {
        var deployed = version.deploy(wanted);
        notes = deployed.notes();
        return deployed.conf();
    }

    @Override
    public NginxProcess process(NginxConf conf, NginxLog nginxLog, boolean running) {
        var until = System.nanoTime() + LIFE_WITHIN.toNanos();
        while (!life.runs()) {
            if (System.nanoTime() - until > 0) {
                throw new LivemeterException(
                        "relay.not_started",
                        "nginx does not run on the relay host " + host.host()
                                + ". Look there: systemctl status livemeter-relay.",
                        true,
                        null);
            }
            pause(LOOK_MILLIS);
        }
        var looked = life;
        var found = new HostedNginx(looked.master());
        nginx = found;
        found.told(life.master());
        served = true;
        return found;
    }

    @Override
    public NginxConf change(NginxConf before, NginxConf next, NginxControl control) {
        return enforced(next);
    }

    @Override
    public void keep(NginxConf conf, int tlsPort) {
        // It was brought to the host with the configuration.
    }

    @Override
    public RecordingPart recordings(RecordingAuthority authority) {
        return RecordingPart.onHost(host.host(), with, authority);
    }

    /** {@inheritDoc} Over the network, as encoders come; by TLS where they can. */
    @Override
    public Socket toIngest(NginxConf conf, Consumer<Socket> begun) throws IOException {
        var config = with.config();
        if (IpLiteral.isOne(config.publicHost()) && IpLiteral.isWildcard(config.publicHost())) {
            throw new IOException("no address of the relay host is known");
        }
        var byTls = config.ingestTls();
        return byTls == null
                ? IngestWay.plain(config.publicHost(), conf.ports().ingest(), begun)
                : IngestWay.tls(config.publicHost(), byTls.port(), begun);
    }

    @Override
    public Socket toRing(NginxConf conf, Consumer<Socket> begun) throws IOException {
        try {
            return toIngest(conf, begun);
        } catch (IOException e) {
            if (with.config().ingestTls() == null || conf.ports().ingest() == 0) {
                throw e;
            }
            log.debug("The relay host's ingest is not reached by TLS, and is tried without: {}.", e.toString());
            return IngestWay.plain(with.config().publicHost(), conf.ports().ingest(), begun);
        }
    }

    @Override
    public Optional<Map<Connection, Queue>> sockets(Set<Peer> peers) {
        return Optional.empty();
    }

    @Override
    public Map<Long, Duration> spent(NginxConf conf) {
        return life.workers();
    }

    @Override
    public Optional<String> trouble() {
        var to = link;
        return to == null
                ? Optional.of("The relay host " + host.host() + " is not connected to.")
                : Optional.ofNullable(to.trouble());
    }

    @Override
    public void visited(HostStream stream) {
        callbacks.visited(stream);
    }

    @Override
    public void told(HostLife now) {
        with.contact().sign();
        life = now;
        var known = nginx;
        if (known != null) {
            known.told(now.master());
        }
    }

    @Override
    public void regained() {
        with.contact().regain();
    }

    @Override
    public void lost(String sentence) {
        with.contact().lose();
    }

    @Override
    public void close() {
        deafen();
        var to = link;
        if (to != null) {
            to.close();
        }
        log.debug("The relay host {} was left.", host.host());
    }
}
