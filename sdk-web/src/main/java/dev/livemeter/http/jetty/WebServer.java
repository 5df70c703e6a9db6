package dev.livemeter.http.jetty;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.BundleOffer;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.Reports;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.http.Authenticator;
import dev.livemeter.http.EventFeed;
import dev.livemeter.http.LivemeterApi;
import dev.livemeter.http.RateLimit;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.http.TipRules;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebHandler;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs: the REST interface of a Livemeter under a prefix, beside it handlers and files of the host. It listens on the loopback
 * address unless the host says otherwise; TLS is for a proxy in front. Requests run on virtual threads where the JDK has them.
 */
public final class WebServer implements AutoCloseable {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Where pages load the browser client from. */
    private static final String BROWSER_CLIENT = "/livemeter";

    private final Server server;
    private final ServerConnector connector;
    private final LivemeterApi api;
    private final URI url;

    private WebServer(Server server, ServerConnector connector, LivemeterApi api, URI url) {
        this.server = server;
        this.connector = connector;
        this.api = api;
        this.url = url;
    }

    /**
     * Starts with the defaults: on this machine alone, the API under {@code /api}, and nobody who may come in. To let people in, give
     * an {@link Builder#authenticator authenticator}.
     *
     * @param port 0 for a free one
     * @throws LivemeterException {@code web.port_in_use}
     */
    public static WebServer start(Livemeter live, int port) {
        return builder(live).port(port).start();
    }

    /** Starts from the defaults. */
    public static Builder builder(Livemeter live) {
        return new Builder(live);
    }

    /** The port that it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** The address of the front page, such as {@code http://127.0.0.1:8080/}. */
    public URI url() {
        return url;
    }

    /** Waits until the server is closed. */
    public void join() throws InterruptedException {
        server.join();
    }

    /** Takes no more requests, lets those that run come to their end, at most some seconds, and stops. Livemeter goes on. Idempotent. */
    @Override
    public void close() {
        api.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new LivemeterException("web.not_stopped", "The web server at " + url + " did not stop.", false, e);
        }
    }

    /** Collects what the server shows. Not thread-safe. */
    public static final class Builder {

        private final LivemeterApi.Builder api;
        private final Map<String, WebHandler> handlers = new LinkedHashMap<>();
        private String host = "127.0.0.1";
        private int port = 8080;
        private String apiPrefix = "/api";
        private int bodyLimit = LivemeterApi.BODY_LIMIT;
        private @Nullable SignalingServer signaling;

        private Builder(Livemeter live) {
            api = LivemeterApi.builder(live);
        }

        /** The address to listen on; {@code 127.0.0.1} where nothing is given, {@code 0.0.0.0} for all of the machine's. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** The port to listen on, 0 for a free one; 8080 where nothing is given. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** The host's own login. */
        public Builder authenticator(Authenticator authenticator) {
            api.authenticator(authenticator);
            return this;
        }

        /** Where the API is mounted; {@code /api} where nothing is given. */
        public Builder apiPrefix(String prefix) {
            this.apiPrefix = prefix;
            return this;
        }

        /** A feed of events that listens already. */
        public Builder feed(EventFeed feed) {
            api.feed(feed);
            return this;
        }

        /** How often one caller may ask the API. */
        public Builder rateLimit(RateLimit limit) {
            api.rateLimit(limit);
            return this;
        }

        /** The clocks, as {@link LivemeterApi.Builder#time}. */
        public Builder time(TimeSource time) {
            api.time(time);
            return this;
        }

        /** The books behind the wallet, as {@link LivemeterApi.Builder#billing}. */
        public Builder billing(Billing billing) {
            api.billing(billing);
            return this;
        }

        /** What sums up what was sold, as {@link LivemeterApi.Builder#reports}. */
        public Builder reports(Reports reports) {
            api.reports(reports);
            return this;
        }

        /** When earnings clear and are paid out, as {@link LivemeterApi.Builder#payouts}. */
        public Builder payouts(PayoutPolicy policy) {
            api.payouts(policy);
            return this;
        }

        /** Lets people tip each other, as {@link LivemeterApi.Builder#tips}. */
        public Builder tips(TipRules rules) {
            api.tips(rules);
            return this;
        }

        /** Bundles of minutes that are for sale, as {@link LivemeterApi.Builder#bundles}. */
        public Builder bundles(BundleOffer... forSale) {
            api.bundles(forSale);
            return this;
        }

        /** The largest body in bytes that is read, for every handler; 64 KB where nothing is given. */
        public Builder bodyLimit(int bytes) {
            this.bodyLimit = bytes;
            return this;
        }

        /**
         * Mounts a handler of the host.
         *
         * @param prefix such as {@code /shop}; what the handler sees is the path behind it. The longest prefix wins
         */
        public Builder handler(String prefix, WebHandler handler) {
            if (handlers.putIfAbsent(prefix, handler) != null) {
                throw new ConfigurationException(
                        List.of("Two handlers are mounted at '" + prefix + "'; mount each at a prefix of its own."));
            }
            return this;
        }

        /** Mounts signaling at the path of its options, which has to be one of its own, such as {@code /calls}. The host closes it, after the web server. */
        public Builder signaling(SignalingServer signaling) {
            if (signaling.options().path().equals("/")) {
                throw new ConfigurationException(List.of("The signaling path is '/', where the site is; give it one of"
                        + " its own with SignalingOptions.builder().path(\"/calls\"), say."));
            }
            this.signaling = signaling;
            return this;
        }

        /** Serves the files of a folder of the class path at the root, for every address that no other handler has. */
        public Builder files(ClassLoader loader, String folder) {
            return handler("", new StaticFiles(loader, folder));
        }

        /**
         * Opens the port.
         *
         * @throws ConfigurationException for prefixes or numbers that do not fit
         * @throws LivemeterException {@code web.port_in_use} if another program has the port; {@code web.not_started} if the address is not
         *     one of this machine, say
         */
        public WebServer start() {
            if (port < 0 || port > 65_535 || bodyLimit < 0) {
                throw new ConfigurationException(List.of("The port is " + port + " and the body limit " + bodyLimit
                        + "; expected 0 to 65535 and no negative limit."));
            }
            var built = api.build();
            try {
                return start(built);
            } catch (RuntimeException e) {
                built.close();
                throw e;
            }
        }

        private WebServer start(LivemeterApi built) {
            var all = new LinkedHashMap<>(handlers);
            if (all.putIfAbsent(apiPrefix, built) != null) {
                throw new ConfigurationException(List.of("A handler is mounted at '" + apiPrefix
                        + "', where the API is; mount it elsewhere, or move the API with apiPrefix(...)."));
            }
            all.putIfAbsent(BROWSER_CLIENT, StaticFiles.browserClient());
            var server = new Server(threads());
            var connector = connector(server);
            server.addConnector(connector);
            var mounts = new GracefulHandler(new ChatSocketMount(
                    server, new HandlerMount(new Mounts(all), bodyLimit), apiPrefix, built.chatSockets()));
            server.setHandler(signaling == null ? mounts : new SignalingHandler(signaling, mounts));
            server.setErrorHandler(new ProblemErrors());
            server.setStopTimeout(STOP_WITHIN.toMillis());
            Starting.start(server, host, port);
            return new WebServer(server, connector, built, address(connector.getLocalPort()));
        }

        private static QueuedThreadPool threads() {
            var pool = new QueuedThreadPool(64, 4);
            pool.setName("livemeter-web");
            pool.setDaemon(true);
            if (VirtualThreads.areSupported()) {
                pool.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
            }
            return pool;
        }

        private ServerConnector connector(Server server) {
            var http = new HttpConfiguration();
            http.setSendServerVersion(false);
            http.setRelativeRedirectAllowed(true);
            var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
            connector.setHost(host);
            connector.setPort(port);
            connector.setIdleTimeout(IDLE.toMillis());
            return connector;
        }

        private URI address(int localPort) {
            return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + localPort + "/");
        }
    }
}
