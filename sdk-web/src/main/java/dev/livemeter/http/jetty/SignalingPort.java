package dev.livemeter.http.jetty;

import dev.livemeter.LivemeterException;
import dev.livemeter.signaling.SignalingServer;
import java.net.URI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Signaling alone on a port of its own, as PeerServer runs. TLS is for a proxy in front. Thread-safe.
 */
public final class SignalingPort implements AutoCloseable {

    private static final int BACKLOG = 4096;

    private final Server server;
    private final ServerConnector connector;
    private final SignalingServer signaling;
    private final String host;

    private SignalingPort(Server server, ServerConnector connector, SignalingServer signaling, String host) {
        this.server = server;
        this.connector = connector;
        this.signaling = signaling;
        this.host = host;
    }

    /**
     * Opens a port.
     *
     * @param host the address to listen on, {@code 0.0.0.0} for all of the machine's
     * @param port 0 for a free one
     * @throws LivemeterException {@code web.port_in_use} if another program has the port; {@code web.not_started} if the address is not one of this
     *     machine, say
     */
    public static SignalingPort open(SignalingServer signaling, String host, int port) {
        var threads = new QueuedThreadPool(64, 4);
        threads.setName("livemeter-signaling");
        threads.setDaemon(true);
        if (VirtualThreads.areSupported()) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        }
        var server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // Messages are read and passed on by the selectors themselves: one for each processor, and they accept as well.
        var connector = new ServerConnector(
                server, 0, Runtime.getRuntime().availableProcessors(), new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        server.setHandler(new SignalingHandler(signaling));
        server.setErrorHandler(new ProblemErrors());
        Starting.start(server, host, port);
        return new SignalingPort(server, connector, signaling, host);
    }

    /** The port that it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Where clients find it, such as {@code http://127.0.0.1:9000/}. */
    public URI url() {
        var path = signaling.options().path();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port()
                + (path.equals("/") ? path : path + "/"));
    }

    /** Waits until it is closed. */
    public void join() throws InterruptedException {
        server.join();
    }

    /** Closes every connection and the port. The signaling server is closed by whoever made it. Idempotent. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new LivemeterException(
                    "web.not_stopped", "The signaling server at " + url() + " did not stop.", false, e);
        }
    }
}
