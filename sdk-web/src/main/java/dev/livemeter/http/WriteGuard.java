package dev.livemeter.http;

import dev.livemeter.web.WebRequest;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps foreign pages from changing anything in a signed-in person's name. A form or a simple script of another site can send a
 * cookie along, but neither JSON nor a matching {@code Origin} without asking first, and this API never agrees when asked.
 */
final class WriteGuard {

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private WriteGuard() {}

    static boolean isWrite(WebRequest request) {
        return !READING.contains(request.method());
    }

    /**
     * Looks at a request that changes something.
     *
     * @throws ProblemException 403 if it comes from a page of another origin, 415 if it is not JSON
     */
    static void check(WebRequest request) {
        checkOrigin(request);
        // A browser asks before it sends DELETE to another site, so that an empty one needs no further proof.
        var bare = "DELETE".equals(request.method()) && request.body().length() == 0;
        if (!bare && !isJson(request.header("content-type").orElse(""))) {
            throw new ProblemException(
                    Problem.of(415, "request.not_json", "Send application/json in the header Content-Type.")
                            .with("Accept-Post", "application/json"));
        }
    }

    /**
     * Looks at the origin alone.
     *
     * @throws ProblemException 403 if it is another one
     */
    static void checkOrigin(WebRequest request) {
        var origin = request.header("origin");
        if (origin.isPresent() && !isOwn(origin.get(), request.header("host").orElse(""))) {
            throw new ProblemException(
                    403,
                    "request.foreign_origin",
                    "The request comes from a page of another site; only pages of this host may change something here.");
        }
    }

    /** Compares host and port alone: a proxy that ends TLS leaves the scheme to differ. */
    private static boolean isOwn(String origin, String host) {
        var authority = origin.replaceFirst("^https?://", "");
        return !host.isEmpty() && !authority.equals(origin) && authority.equalsIgnoreCase(host);
    }

    private static boolean isJson(String contentType) {
        var type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json");
    }
}
