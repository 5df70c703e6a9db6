package dev.livemeter.standin.rtmp;

import dev.livemeter.standin.http.LoopbackServer;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A platform with stream keys and nothing else: takes the application {@code app}, refuses keys that begin with {@code wrong}, and records what comes. Thread-safe.
 */
public final class RtmpPlatformServer implements AutoCloseable {

    private static final String LAST_OF_NGINX = "&type=live";

    private final List<String> published = new CopyOnWriteArrayList<>();
    private final LoopbackServer doorbell;
    private final NginxIngest ingest;

    private RtmpPlatformServer() {
        doorbell = new LoopbackServer("rtmp-platform", this::note);
        ingest = NginxIngest.of("app").asking(doorbell.root()).recording().start();
    }

    /** Starts one, and waits until it listens. */
    public static RtmpPlatformServer start() {
        return new RtmpPlatformServer();
    }

    private Response note(Request request) {
        var form = request.form();
        var name = form.getOrDefault("name", "");
        if ("publish".equals(form.get("call"))) {
            published.add(name + arguments(request.text()));
        }
        return Response.empty(name.startsWith("wrong") ? 403 : 200);
    }

    /** What the publisher wrote behind its key, which nginx appends as it is. */
    private static String arguments(String body) {
        var end = body.indexOf(LAST_OF_NGINX) + LAST_OF_NGINX.length();
        return end == body.length() ? "" : "?" + body.substring(end + 1);
    }

    /** Keys that somebody published under, with their arguments, as they came over the wire. */
    public List<String> published() {
        return published;
    }

    /** Files of what came. */
    public List<Path> recorded() {
        return ingest.recorded();
    }

    /** Its application, by a name that the caller's names lead here. */
    public URI at(String scheme, String host) {
        return ingest.at(scheme, host);
    }

    /** Where it listens. */
    public int port() {
        return ingest.port();
    }

    @Override
    public void close() {
        ingest.close();
        doorbell.close();
    }
}
