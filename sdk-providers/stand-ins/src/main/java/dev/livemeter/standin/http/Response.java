package dev.livemeter.standin.http;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is answered. */
public final class Response {

    private final int status;
    private final Map<String, String> headers;
    private final byte[] bytes;
    private final @Nullable Stream stream;

    private Response(int status, Map<String, String> headers, byte[] bytes, @Nullable Stream stream) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.bytes = bytes;
        this.stream = stream;
    }

    /** A body that goes on while things happen. */
    public interface Stream {

        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    public static Response json(int status, JsonObject body) {
        return text(status, "application/json; charset=utf-8", body.toString());
    }

    public static Response text(int status, String text) {
        return text(status, "text/plain; charset=utf-8", text);
    }

    /** A page for people, as {@link Page} makes them. */
    public static Response page(int status, String html) {
        return text(status, "text/html; charset=utf-8", html)
                .with("Content-Security-Policy", Page.POLICY)
                .with("X-Content-Type-Options", "nosniff")
                .with("Cache-Control", "no-store");
    }

    private static Response text(int status, String type, String text) {
        return new Response(status, Map.of("Content-Type", type), text.getBytes(StandardCharsets.UTF_8), null);
    }

    public static Response empty(int status) {
        return new Response(status, Map.of(), new byte[0], null);
    }

    /** Sends a browser elsewhere, where it asks by GET. */
    public static Response seeOther(URI address) {
        return empty(303).with("Location", address.toString());
    }

    public static Response stream(String type, Stream stream) {
        return new Response(200, Map.of("Content-Type", type), new byte[0], stream);
    }

    /** The connection ends, and nothing is answered. */
    public static Response cut() {
        return empty(0);
    }

    public Response with(String header, String value) {
        return with(Map.of(header, value));
    }

    public Response with(Map<String, String> more) {
        var all = new HashMap<>(headers);
        all.putAll(more);
        return new Response(status, all, bytes, stream);
    }

    public int status() {
        return status;
    }

    boolean isCut() {
        return status == 0;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] bytes() {
        return bytes;
    }

    @Nullable
    Stream stream() {
        return stream;
    }
}
