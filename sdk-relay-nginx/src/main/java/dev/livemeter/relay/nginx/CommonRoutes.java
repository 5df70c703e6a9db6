package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ways to TLS servers of several nodes that work with one nginx, as one: none takes out what another one uses, and a server keeps the port that it has, which others know already.
 */
final class CommonRoutes {

    /** The first of the inner ports are nginx's own. */
    private static final int OWN_PORTS = 3;

    private CommonRoutes() {}

    /**
     * All of them.
     *
     * @param ours what this node wants
     * @param before what was in force when this node last looked: what it wants beyond that it has just learned, all else it merely knows
     * @param theirs what is in force
     * @param first of the ports that may be used
     * @param count how many may be
     * @throws LivemeterException {@code relay.too_many_servers}, with retryable set, where no port is left
     */
    static List<TlsRoute> of(List<TlsRoute> ours, List<TlsRoute> before, List<TlsRoute> theirs, int first, int count) {
        var wanted = new HashMap<TlsHost, TlsRoute>();
        ours.forEach(route -> wanted.put(route.host(), route));
        var all = new ArrayList<TlsRoute>();
        var ports = new HashSet<Integer>();
        for (var route : theirs) {
            var again = wanted.remove(route.host());
            var moved = again != null
                    && isNews(again, before)
                    && Collections.disjoint(again.addresses(), route.addresses());
            all.add(moved ? new TlsRoute(route.host(), route.port(), again.addresses()) : route);
            ports.add(route.port());
        }
        for (var route : ours) {
            if (wanted.containsKey(route.host())) {
                var port = ports.contains(route.port()) ? free(ports, first + OWN_PORTS, first + count) : route.port();
                ports.add(port);
                all.add(new TlsRoute(route.host(), port, route.addresses()));
            }
        }
        return all;
    }

    private static boolean isNews(TlsRoute route, List<TlsRoute> before) {
        return before.stream()
                .noneMatch(known ->
                        known.host().equals(route.host()) && known.addresses().equals(route.addresses()));
    }

    private static int free(Set<Integer> used, int from, int to) {
        for (var port = from; port < to; port++) {
            if (!used.contains(port)) {
                return port;
            }
        }
        throw new LivemeterException(
                "relay.too_many_servers", "The relay host has no port left for another TLS server.", true, null);
    }
}
