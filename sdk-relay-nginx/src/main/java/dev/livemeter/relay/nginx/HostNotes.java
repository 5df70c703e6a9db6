package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands beside nginx's configuration on a relay host: whose it is, and what the next process needs to take it up. Part of the version, so that both are in force together.
 *
 * @param token the callbacks' and the controls'
 * @param routes to TLS servers, with addresses
 */
record HostNotes(String owner, String token, String run, List<TlsRoute> routes) {

    static final String FILE = "relay.properties";

    private static final Pattern TOKEN = Pattern.compile("[a-z0-9]{26,64}");

    HostNotes {
        routes = List.copyOf(routes);
    }

    /** Reads them; empty where these are none. */
    static Optional<HostNotes> parse(String text) {
        var kept = new Properties();
        try {
            kept.load(new StringReader(text));
            var owner = kept.getProperty("owner", "");
            var token = kept.getProperty("token", "");
            var run = kept.getProperty("run", "");
            return NginxHostConfig.OWNER.matcher(owner).matches()
                            && TOKEN.matcher(token).matches()
                            && TOKEN.matcher(run).matches()
                    ? Optional.of(new HostNotes(owner, token, run, routes(kept)))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static List<TlsRoute> routes(Properties kept) {
        var routes = new ArrayList<TlsRoute>();
        for (var line = kept.getProperty("route.0"); line != null; line = kept.getProperty("route." + routes.size())) {
            var parts = line.split(" ", -1);
            if (parts.length < 4) {
                throw new IllegalArgumentException("A way has fewer than four parts.");
            }
            routes.add(new TlsRoute(
                    new TlsHost(parts[1], Integer.parseInt(parts[2])),
                    Integer.parseInt(parts[0]),
                    Stream.of(parts).skip(3).map(HostNotes::address).toList()));
        }
        return routes;
    }

    private static InetAddress address(String literal) {
        if (!IpLiteral.isOne(literal)) {
            throw new IllegalArgumentException("A way has no address.");
        }
        return IpLiteral.address(literal);
    }

    /** The same notes give the same text, and with it the same version. */
    String text() {
        var text = new StringBuilder("# Written by Livemeter. The token is a secret of this host.\n")
                .append("owner=")
                .append(owner)
                .append("\ntoken=")
                .append(token)
                .append("\nrun=")
                .append(run)
                .append('\n');
        for (var i = 0; i < routes.size(); i++) {
            var route = routes.get(i);
            text.append("route.").append(i).append('=').append(route.port()).append(' ');
            text.append(route.host().name()).append(' ').append(route.host().port());
            text.append(route.addresses().stream()
                    .map(address -> " " + address.getHostAddress())
                    .collect(Collectors.joining()));
            text.append('\n');
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "HostNotes[" + owner + "]";
    }
}
