package dev.livemeter.web;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request, whatever server took it.
 *
 * @param method in upper case
 * @param path decoded, normalized, beginning with a slash
 * @param query decoded parameters in the order in which they were sent
 * @param headers names in lower case
 * @param body whole; the mount limits its size
 * @param remoteAddress of the peer, without port
 */
public record WebRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        WebBody body,
        String remoteAddress) {

    public WebRequest {
        query = Map.copyOf(query);
        var known = new HashMap<String, List<String>>();
        headers.forEach((name, values) -> known.putIfAbsent(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = Map.copyOf(known);
    }

    /** The first value of a header; the name in any case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** The first value of a query parameter. */
    public Optional<String> parameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** Without query, headers and body: each can hold a secret. */
    @Override
    public String toString() {
        return "WebRequest[" + method + " " + path + ", " + body + "]";
    }
}
