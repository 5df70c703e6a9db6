package dev.livemeter.signaling;

import dev.livemeter.spi.IdSource;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What clients ask by HTTP: an id of their own, and who else is there. Paths ignore case and a slash at the end, and the key is not looked at. */
final class SignalingHttp implements WebHandler {

    private static final String ABOUT = "{\"name\":\"Livemeter signaling\","
            + "\"description\":\"Brings PeerJS clients together; what they say to each other passes by.\","
            + "\"website\":\"https://peerjs.com/\"}";
    private static final String METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";

    private final SignalingOptions options;
    private final IdSource ids;
    private final Realm realm;

    SignalingHttp(SignalingOptions options, IdSource ids, Realm realm) {
        this.options = options;
        this.ids = ids;
        this.realm = realm;
    }

    /** Whether a page of that origin may connect. What is no browser names none, and could name any. */
    boolean allows(String origin) {
        return origin.isEmpty()
                || options.origins().isEmpty()
                || options.origins().contains(origin);
    }

    @Override
    public WebResponse handle(WebRequest request) {
        if (request.header("upgrade").orElse("").equalsIgnoreCase("websocket")) {
            // an upgrade that found no socket
            return WebResponse.text(400, "text/plain; charset=utf-8", "There is no WebSocket at this address.");
        }
        var answer = request.method().equals("OPTIONS") ? preflight(request) : answer(request);
        return withOrigin(answer, request.header("origin").orElse(""));
    }

    private WebResponse withOrigin(WebResponse answer, String origin) {
        var varied = answer.with("Vary", "Origin");
        return origin.isEmpty() || !allows(origin) ? varied : varied.with("Access-Control-Allow-Origin", origin);
    }

    private static WebResponse preflight(WebRequest request) {
        var granted = WebResponse.empty(204).with("Access-Control-Allow-Methods", METHODS);
        return request.header("access-control-request-headers")
                .map(headers -> granted.with("Access-Control-Allow-Headers", headers))
                .orElse(granted);
    }

    private WebResponse answer(WebRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return unknown();
        }
        var parts = parts(request.path());
        if (parts.isEmpty()) {
            return json(ABOUT);
        }
        if (parts.size() != 2) {
            return unknown();
        }
        return switch (parts.get(1)) {
            case "id" -> WebResponse.text(200, "text/html; charset=utf-8", ids.next());
            case "peers" ->
                options.discovery()
                        ? json(realm.ids().stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]")))
                        : WebResponse.text(401, "text/plain; charset=utf-8", "Unauthorized");
            default -> unknown();
        };
    }

    private static List<String> parts(String path) {
        var inner = path.substring(1, path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length());
        return inner.isEmpty()
                ? List.of()
                : List.of(inner.toLowerCase(Locale.ROOT).split("/", -1));
    }

    private static WebResponse json(String text) {
        return new WebResponse(
                200, java.util.Map.of("Content-Type", "application/json; charset=utf-8"), WebBody.of(text));
    }

    private static WebResponse unknown() {
        return WebResponse.text(404, "text/plain; charset=utf-8", "There is nothing at this address.");
    }
}
