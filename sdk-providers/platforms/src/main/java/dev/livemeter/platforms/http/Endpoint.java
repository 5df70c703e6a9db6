package dev.livemeter.platforms.http;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a platform listens. Bearer tokens go there, so it is HTTPS; plain HTTP is for tests on this machine. */
public record Endpoint(URI base) {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException with a sentence if it is neither HTTPS nor on loopback, or carries a query
     */
    public Endpoint {
        requireSafe(base);
        if (base.getRawQuery() != null || base.getRawFragment() != null || base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("The endpoint " + base.getScheme() + "://" + base.getHost()
                    + " carries a user, a query or a fragment; give scheme, host and path only.");
        }
    }

    /** Throws where a token would go to another machine in the clear. */
    static void requireSafe(URI uri) {
        var host = uri.getHost();
        var secure = "https".equals(uri.getScheme());
        var local = "http".equals(uri.getScheme()) && host != null && LOOPBACK.contains(host);
        if (host == null || !(secure || local)) {
            throw new IllegalArgumentException("The endpoint " + uri.getScheme() + "://" + host
                    + " is not HTTPS; tokens are sent there. Plain HTTP is for servers on loopback alone.");
        }
    }

    public static Endpoint of(String base) {
        return new Endpoint(URI.create(base));
    }

    /** An address below it. */
    public URI at(String path, Map<String, String> query) {
        var root = base.toString();
        var address = (root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + path;
        return URI.create(query.isEmpty() ? address : address + "?" + joined(query));
    }

    /** The endpoint itself with a query. */
    public URI with(Map<String, String> query) {
        return at("", query);
    }

    /** An address with more in its query. */
    static URI also(URI address, Map<String, String> query) {
        return query.isEmpty()
                ? address
                : URI.create(address + (address.getRawQuery() == null ? "?" : "&") + joined(query));
    }

    private static String joined(Map<String, String> query) {
        return query.entrySet().stream()
                .map(entry -> Call.encoded(entry.getKey()) + "=" + Call.encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
    }
}
