package dev.livemeter.platforms.http;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One request. Its address and body may hold secrets, so it prints its operation alone.
 *
 * @param operation what it does in the words of the platform, such as {@code liveBroadcasts.insert}; for prices, metrics and logs
 * @param repeatable whether a second one does no harm, so that it is tried again where the outcome of the first is unknown
 */
public record Call(
        String operation,
        String method,
        URI uri,
        @Nullable String contentType,
        @Nullable String body,
        boolean repeatable,
        Need need) {

    /** How a request is weighed against the platform's quota. */
    public enum Need {
        /** Not counted by the platform's quota at all. */
        FREE,
        /** Counted, and sent as long as a unit is left. */
        ESSENTIAL,
        /** Counted, and not sent where that would take units that are kept back for essential ones. */
        ROUTINE
    }

    public static Call get(String operation, URI uri) {
        return new Call(operation, "GET", uri, null, null, true, Need.ESSENTIAL);
    }

    public static Call delete(String operation, URI uri) {
        return new Call(operation, "DELETE", uri, null, null, true, Need.ESSENTIAL);
    }

    /** A POST without a body; not repeatable. */
    public static Call post(String operation, URI uri) {
        return new Call(operation, "POST", uri, null, null, false, Need.ESSENTIAL);
    }

    /** A POST, PATCH or PUT of JSON; only PUT is repeatable. */
    public static Call json(String operation, String method, URI uri, JsonObject body) {
        return new Call(
                operation,
                method,
                uri,
                "application/json; charset=utf-8",
                body.toString(),
                method.equals("PUT"),
                Need.ESSENTIAL);
    }

    /** A POST of a form, as OAuth 2.0 has it; free and not repeatable. */
    public static Call form(String operation, URI uri, Map<String, String> fields) {
        return new Call(
                operation,
                "POST",
                uri,
                "application/x-www-form-urlencoded",
                fields.entrySet().stream()
                        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&")),
                false,
                Need.FREE);
    }

    /** The same, which does no harm when it is sent twice. */
    public Call asRepeatable() {
        return new Call(operation, method, uri, contentType, body, true, need);
    }

    public Call with(Need other) {
        return new Call(operation, method, uri, contentType, body, repeatable, other);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return operation;
    }
}
