package dev.livemeter.standin.youtube;

import dev.livemeter.standin.rtmp.NginxIngest;
import java.net.URI;
import java.time.InstantSource;

/** YouTube whole: {@link YouTubeServer} and an nginx that takes the streams of its broadcasts, and refuses keys that are not known. Thread-safe. */
public final class YouTubeStandIn implements AutoCloseable {

    private final YouTubeServer server;
    private final NginxIngest ingest;

    private YouTubeStandIn(YouTubeServer server, NginxIngest ingest) {
        this.server = server;
        this.ingest = ingest;
    }

    /** Starts one, and waits until it listens. */
    public static YouTubeStandIn start() {
        return start(InstantSource.system());
    }

    /** The same, with another clock. */
    public static YouTubeStandIn start(InstantSource clock) {
        var server = YouTubeServer.start(clock);
        try {
            var ingest = NginxIngest.of("live2").asking(server.callbacks()).start();
            server.ingest(ingest.address(), null);
            return new YouTubeStandIn(server, ingest);
        } catch (RuntimeException notStarted) {
            server.close();
            throw notStarted;
        }
    }

    /** Accounts, API, chat and pages. */
    public YouTubeServer server() {
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
