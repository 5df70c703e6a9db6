package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
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
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where nginx lives: this machine or a relay host, and what can be done and seen there. One for each opening of a relay. Thread-safe, but for what begins a life
 * of nginx, which one thread at a time does.
 */
interface NginxHome extends AutoCloseable {

    /** How one gets there. */
    interface Way {

        /**
         * Finds everything that nginx needs.
         *
         * @throws LivemeterException as {@link NginxRelay#open} tells
         */
        NginxHome enter(Visitor with);

        /** How long nginx goes on without us; zero where it ends with us. */
        Duration grace();

        /** How many nodes of the application work with it at once. */
        default int nodes() {
            return 1;
        }

        /** How long a decision may take, so that nginx hears it in time. */
        Duration decision();

        /**
         * Whether streams can be written down there.
         *
         * @throws LivemeterException with a sentence that says why not
         */
        void requireRecording();
    }

    /** Who comes. */
    record Visitor(
            NginxRelayConfig config,
            Pace pace,
            TimeSource time,
            ExecutorService workers,
            SystemScheduler scheduler,
            Contact contact) {}

    /** Whether and how nginx there speaks TLS to platforms. */
    TlsSupport tls();

    /** Begins to take nginx's callbacks. */
    void listen(CallbackServer.Decider decider);

    /** Takes no callbacks any more; those that are being decided get no answer. Idempotent. */
    void deafen();

    /** Where nginx, or its gate, brings callbacks to. */
    int callbackPort();

    /** How many nodes of the application work with this nginx at once. */
    default int nodes() {
        return 1;
    }

    /** Asks the other nodes, each by that name below its door; what fails is lost. Returns without waiting. */
    default List<CompletableFuture<NginxControl.Reply>> askOthers(String event) {
        return List.of();
    }

    /** What is known of an nginx that runs already, with its streams; empty where none of ours does. */
    Optional<Standing> standing();

    /** A place for a life that begins. Ends what is left of an earlier one. */
    Standing fresh(int plainPort, int tlsPort);

    /** That life did not come about. */
    void abandon(Standing place);

    /** Answers nginx's questions for names; null where it asks none. */
    @Nullable
    NameServer names(int port, Function<String, List<InetAddress>> addresses);

    /** The way to destinations whose location nginx does not take whole, for a life that begins; to be closed with it. */
    KeyBridge bridge();

    /** What nginx is made of there. */
    NginxInstallation nginx();

    /** Where it has its files. */
    Path directory();

    /** Whose files those are. */
    NginxConf.Ground ground();

    /** The authorities that servers of platforms are verified by, as nginx finds them; null where there are none. */
    @Nullable
    Path authorities();

    /** Certificate and key for encoders, as nginx finds them. */
    IngestCertificate asFound(IngestCertificate pair);

    /** The way to nginx's controls at that port. */
    NginxControl.Line line(int controlPort);

    /**
     * Sees to it that this configuration is in force, or will be when nginx begins.
     *
     * @param running whether nginx has streams
     * @return what is in force
     */
    NginxConf enforce(NginxConf wanted, boolean running, NginxControl control);

    /** The nginx with that configuration: started, or found. */
    NginxProcess process(NginxConf conf, NginxLog log, boolean running);

    /**
     * Puts another configuration into force while streams go on; all of it, or nothing of it.
     *
     * @return what is in force, which may have what other nodes brought into it
     */
    NginxConf change(NginxConf before, NginxConf next, NginxControl control);

    /** Notes what the next process needs. */
    void keep(NginxConf conf, int tlsPort);

    /** Where streams are written to. */
    RecordingPart recordings(RecordingAuthority authority);

    /**
     * A connection to where encoders publish, on which RTMP begins. Blocks.
     *
     * @param begun is given it before it is connected, so that somebody can break it off
     * @throws IOException if there is no way there from here
     */
    Socket toIngest(NginxConf conf, Consumer<Socket> begun) throws IOException;

    /**
     * The same for a line, by which neither media nor keys go: where the way by TLS cannot be trusted and encoders may come without, so may a line.
     *
     * @throws IOException as above
     */
    default Socket toRing(NginxConf conf, Consumer<Socket> begun) throws IOException {
        return toIngest(conf, begun);
    }

    /** What the machine tells of nginx's connections to the ports of these servers; empty where it tells nothing, or not now. */
    Optional<Map<Connection, Queue>> sockets(Set<Peer> peers);

    /** The processor time that each of nginx's workers used; empty where that is not told. */
    Map<Long, Duration> spent(NginxConf conf);

    /** Why nothing can be done or seen there right now, in a sentence; empty where it can. */
    Optional<String> trouble();

    /** Leaves. Idempotent. */
    @Override
    void close();
}
