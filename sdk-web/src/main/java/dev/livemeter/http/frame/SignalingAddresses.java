package dev.livemeter.http.frame;

import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.util.Locale;

/** The addresses beside the WebSocket that clients of a signaling server ask by HTTP, below the path of its options in any case. Thread-safe. */
public final class SignalingAddresses {

    private final SignalingServer signaling;
    private final String prefix;

    /** Those of that server. */
    public SignalingAddresses(SignalingServer signaling) {
        this.signaling = signaling;
        var path = signaling.options().path();
        this.prefix = path.equals("/") ? "" : path.toLowerCase(Locale.ROOT);
    }

    /** Whether nobody else is meant: all below the path, or, where that is the root, only what clients ask for. */
    public boolean include(String path) {
        var lower = path.toLowerCase(Locale.ROOT);
        if (!prefix.isEmpty()) {
            return lower.equals(prefix) || lower.startsWith(prefix + "/");
        }
        return lower.matches("/[^/]+/(?:id|peers)/?");
    }

    /** The answer to a request with the whole path; 404 where that is none of these addresses. */
    public WebResponse answer(WebRequest request) {
        var path = request.path();
        if (!path.toLowerCase(Locale.ROOT).startsWith(prefix)) {
            return WebResponse.text(404, "text/plain; charset=utf-8", "There is nothing at this address.");
        }
        var behind = path.substring(prefix.length());
        return signaling
                .http()
                .handle(new WebRequest(
                        request.method(),
                        behind.startsWith("/") ? behind : "/" + behind,
                        request.query(),
                        request.headers(),
                        request.body(),
                        request.remoteAddress()));
    }
}
