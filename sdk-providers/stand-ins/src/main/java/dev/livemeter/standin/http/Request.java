package dev.livemeter.standin.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client asks. Prints neither parameters nor headers nor its body, as these have secrets. */
public final class Request {

    private final String method;
    private final URI uri;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    /**
     * One.
     *
     * @param headers found whatever the case of their names
     */
    Request(String method, URI uri, Map<String, List<String>> headers, byte[] body) {
        this.method = method;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
    }

    public String method() {
        return method;
    }

    public String path() {
        return uri.getPath();
    }

    /** Method and path, for a {@code switch}. */
    public String line() {
        return method + " " + path();
    }

    /** Its parameters as they came; empty for none. */
    public String query() {
        return uri.getRawQuery() == null ? "" : uri.getRawQuery();
    }

    public Optional<String> header(String name) {
        var values = headers.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** The token of {@code Authorization: Bearer ...}. */
    public Optional<String> bearer() {
        return header("Authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
    }

    public byte[] bytes() {
        return body.clone();
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether the body is declared as that, whatever comes behind it. */
    public boolean isOf(String type) {
        return header("Content-Type").filter(value -> value.startsWith(type)).isPresent();
    }

    /** The body as a form of a page; the first of what is there twice. */
    public Map<String, String> form() {
        var form = new LinkedHashMap<String, String>();
        pairs(text()).forEach((name, values) -> form.put(name, values.get(0)));
        return form;
    }

    /** The parameters; the first of what is there twice. */
    public Map<String, String> parameters() {
        var parameters = new LinkedHashMap<String, String>();
        pairs(query()).forEach((name, values) -> parameters.put(name, values.get(0)));
        return parameters;
    }

    /** What a query or a form has, in its order. */
    public static Map<String, List<String>> pairs(@Nullable String text) {
        var pairs = new LinkedHashMap<String, List<String>>();
        if (text != null && !text.isEmpty()) {
            for (var pair : text.split("&", -1)) {
                var halves = pair.split("=", 2);
                pairs.computeIfAbsent(decoded(halves[0]), any -> new ArrayList<>())
                        .add(halves.length == 2 ? decoded(halves[1]) : "");
            }
        }
        return pairs;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    @Override
    public String toString() {
        return line();
    }
}
