package dev.livemeter.http.jetty;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.http.Problem;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Handlers by path prefix. The longest prefix wins; what a handler sees is the path behind it. Immutable. */
final class Mounts implements WebHandler {

    private static final Pattern PREFIX = Pattern.compile("(/[a-z0-9-]{1,32}){0,4}");

    private final Map<String, WebHandler> handlers;

    Mounts(Map<String, WebHandler> handlers) {
        this.handlers = new TreeMap<>(handlers);
        for (var prefix : handlers.keySet()) {
            if (!PREFIX.matcher(prefix).matches()) {
                throw new ConfigurationException(
                        List.of(
                                "The path prefix '" + prefix
                                        + "' does not fit; expected up to four parts of a-z, 0-9 and '-' such as /api, without a slash at the end."));
            }
        }
    }

    @Override
    public WebResponse handle(WebRequest request) {
        var mounted = find(request);
        return mounted == null ? nothing() : mounted.handler().handle(mounted.request());
    }

    @Override
    public CompletionStage<WebResponse> handleLater(WebRequest request) {
        var mounted = find(request);
        return mounted == null
                ? CompletableFuture.completedFuture(nothing())
                : mounted.handler().handleLater(mounted.request());
    }

    private record Mounted(WebHandler handler, WebRequest request) {}

    private @Nullable Mounted find(WebRequest request) {
        var path = request.path();
        for (var end = path.length(); end >= 0; end = path.lastIndexOf('/', end - 1)) {
            var handler = handlers.get(path.substring(0, end));
            if (handler != null) {
                return new Mounted(handler, behind(request, path.substring(end)));
            }
            if (end == 0) {
                break;
            }
        }
        return null;
    }

    private static WebResponse nothing() {
        return Problem.of(404, "request.unknown_path", "There is nothing at this address.")
                .toResponse();
    }

    private static WebRequest behind(WebRequest request, String path) {
        return new WebRequest(
                request.method(),
                path.isEmpty() ? "/" : path,
                request.query(),
                request.headers(),
                request.body(),
                request.remoteAddress());
    }
}
