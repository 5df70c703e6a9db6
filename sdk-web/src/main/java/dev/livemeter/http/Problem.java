package dev.livemeter.http;

import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObjectBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 tells it: {@code application/problem+json}. A host can use it for handlers of its own.
 *
 * @param status 400 to 599
 * @param code stable, lower case, dotted, for programs; also the end of the problem's type
 * @param detail a sentence for people: what was given, what was expected, what to do
 * @param field the JSON field that is at fault; null where it is none
 * @param incident under which identifier the log knows more; null where there is nothing more to know
 * @param headers sent with it
 */
public record Problem(
        int status,
        String code,
        String detail,
        @Nullable String field,
        @Nullable String incident,
        Map<String, String> headers) {

    private static final String TYPE = "urn:livemeter:problem:";

    public Problem {
        headers = Map.copyOf(headers);
    }

    /** A problem with a sentence. */
    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, null, null, Map.of());
    }

    /** The same, with one more header. */
    public Problem with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Problem(status, code, detail, field, incident, more);
    }

    /** The same, at that JSON field. */
    public Problem at(String name) {
        return new Problem(status, code, detail, name, incident, headers);
    }

    /** The same, under that identifier in the log. */
    public Problem loggedAs(String id) {
        return new Problem(status, code, detail, field, id, headers);
    }

    /** The answer that tells it. */
    public WebResponse toResponse() {
        var body = body();
        var all = new LinkedHashMap<String, String>();
        all.put("Content-Type", "application/problem+json");
        all.putAll(headers);
        return SecurityHeaders.on(
                new WebResponse(status, all, WebBody.of(body.build().toString())));
    }

    private JsonObjectBuilder body() {
        var body = Wire.object()
                .add("type", TYPE + code)
                .add("title", title(status))
                .add("status", status)
                .add("detail", detail)
                .add("code", code);
        Optional.ofNullable(field).ifPresent(name -> body.add("field", name));
        Optional.ofNullable(incident).ifPresent(id -> body.add("incident", id));
        return body;
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "The request is malformed";
            case 401 -> "Nobody is signed in";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "The method does not fit";
            case 409 -> "It conflicts with the present state";
            case 410 -> "It was here and is no more";
            case 416 -> "There is no such part";
            case 413 -> "The request is too large";
            case 415 -> "The content type does not fit";
            case 422 -> "The content does not fit";
            case 426 -> "It takes another protocol";
            case 429 -> "Too many requests";
            case 501 -> "Not offered here";
            case 503 -> "Not available now";
            default -> status < 500 ? "The request cannot be answered" : "Something went wrong";
        };
    }
}
