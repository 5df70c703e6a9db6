package dev.livemeter.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An HTTP response, whatever server sends it.
 *
 * @param status 200 to 599
 * @param headers as they are sent
 */
public record WebResponse(int status, Map<String, String> headers, WebBody body) {

    public WebResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** A response without body. */
    public static WebResponse empty(int status) {
        return new WebResponse(status, Map.of(), WebBody.EMPTY);
    }

    /** A response with text in UTF-8. */
    public static WebResponse text(int status, String contentType, String text) {
        return new WebResponse(status, Map.of("Content-Type", contentType), WebBody.of(text));
    }

    /** The same with one more header, or another value of it. */
    public WebResponse with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new WebResponse(status, more, body);
    }

    /** Without headers and body: a {@code Location} or a cookie can hold a secret. */
    @Override
    public String toString() {
        return "WebResponse[" + status + ", " + body + "]";
    }
}
