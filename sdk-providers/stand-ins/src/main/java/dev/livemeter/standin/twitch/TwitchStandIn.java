package dev.livemeter.standin.twitch;

import dev.livemeter.standin.rtmp.NginxIngest;
import java.net.URI;
import java.time.InstantSource;

/** Twitch whole: {@link TwitchServer} and an nginx that takes the streams of its channels, and refuses keys that are not known. Thread-safe. */
public final class TwitchStandIn implements AutoCloseable {

    private final TwitchServer server;
    private final NginxIngest ingest;

    private TwitchStandIn(TwitchServer server, NginxIngest ingest) {
        this.server = server;
        this.ingest = ingest;
    }

    /** Starts one, and waits until it listens. */
    public static TwitchStandIn start() {
        return start(InstantSource.system());
    }

    /** The same, with another clock. */
    public static TwitchStandIn start(InstantSource clock) {
        var server = TwitchServer.start(clock);
        try {
            var ingest = NginxIngest.of("app").asking(server.callbacks()).start();
            server.ingest("Stand-in", 0, true, ingest.address() + "/{stream_key}", "");
            return new TwitchStandIn(server, ingest);
        } catch (RuntimeException notStarted) {
            server.close();
            throw notStarted;
        }
    }

    /** Accounts, API, EventSub, chat and pages. */
    public TwitchServer server() {
        return server;
    }

    /** Where streams go, without their keys. */
    public URI ingest() {
        return ingest.address();
    }

    @Override
    public void close() {
        ingest.close();
        server.close();
    }
}
