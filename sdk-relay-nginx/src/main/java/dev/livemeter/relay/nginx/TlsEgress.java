package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS servers that nginx knows a way to. Some are there from the start; another is learned when a stream first needs it, which
 * takes a new configuration: those that come together share one, there is a least time between two, and only a bounded number is
 * kept, of which the least recently used leaves. Thread-safe; never blocks with its lock held.
 */
final class TlsEgress {

    private static final Logger log = LoggerFactory.getLogger(TlsEgress.class);

    /** How many servers beside the standing ones. */
    static final int MOST_LEARNED = 48;

    /** After so much time nobody is on the way to a port any more, so it can be given up. */
    static final Duration QUIET = Duration.ofSeconds(30);

    static final Duration COLLECT = Duration.ofMillis(200);
    static final Duration BETWEEN_RELOADS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final String TOO_MANY = "relay.too_many_servers";

    /** Puts ways in force, all of them or none. */
    @FunctionalInterface
    interface Reload {

        /**
         * Returns when they are proven to be in force.
         *
         * @return what is in force; where others work with the same nginx, their ways with it, and their port where one of these servers had one already
         * @throws LivemeterException {@code relay.*}; what was in force before still is
         */
        List<TlsRoute> apply(List<TlsRoute> routes);
    }

    /** What came of asking for a way. */
    sealed interface Way {

        /** To that port on loopback. */
        record Through(int port) implements Way {}

        /** A later try may do; a sentence for people. */
        record NotNow(String message) implements Way {}
    }

    private record Learned(int port, List<InetAddress> addresses, long usedAtNanos) {

        TlsRoute to(TlsHost host) {
            return new TlsRoute(host, port, addresses);
        }
    }

    /** What nginx is told of a server. */
    enum Knows {
        /** Its name; nginx asks for the addresses when it connects. */
        NAMES,
        /** Its addresses, as nginx cannot ask us; a server that has none of them any more is learned anew. */
        ADDRESSES
    }

    private record Wanted(List<InetAddress> addresses, String by, CompletableFuture<Integer> port) {}

    private final List<TlsHost> standing;
    private final Function<Integer, List<Integer>> freePorts;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Map<TlsHost, Learned> known = new LinkedHashMap<>();
    private final Map<TlsHost, Wanted> wanted = new LinkedHashMap<>();
    private final Knows knows;
    private final ServerAllowance allowance;
    private @Nullable Reload reload;
    private long reloadedAtNanos;
    private boolean everReloaded;

    /**
     * @param freePorts gives as many free ports on loopback as asked for
     */
    TlsEgress(
            List<TlsHost> standing, Function<Integer, List<Integer>> freePorts, TimeSource time, Scheduler scheduler) {
        this(standing, freePorts, time, scheduler, Knows.NAMES);
    }

    /**
     * @param freePorts as above
     * @param knows with {@code ADDRESSES}, no server is there from the start
     */
    TlsEgress(
            List<TlsHost> standing,
            Function<Integer, List<Integer>> freePorts,
            TimeSource time,
            Scheduler scheduler,
            Knows knows) {
        this.knows = knows;
        this.standing = List.copyOf(standing);
        this.freePorts = freePorts;
        this.time = time;
        this.scheduler = scheduler;
        this.allowance = new ServerAllowance(time);
    }

    static List<Integer> freePorts(int count) {
        InetAddress loopback = IpLiteral.address("127.0.0.1");
        return FreePorts.pick(loopback, count);
    }

    /**
     * Ports for all known servers: fresh ones for an nginx that is to be started, and those of one that runs where it has them.
     *
     * @param kept the ways that it has; none where it is to be started
     */
    synchronized List<TlsRoute> begin(List<TlsRoute> kept) {
        reload = null;
        Set<TlsHost> hosts = new LinkedHashSet<>(standing);
        hosts.addAll(known.keySet());
        known.clear();
        kept.forEach(route -> known.put(route.host(), new Learned(route.port(), route.addresses(), time.nanoTime())));
        hosts.removeAll(known.keySet());
        var ports = freePorts.apply(hosts.size()).iterator();
        hosts.forEach(host -> known.put(host, new Learned(ports.next(), List.of(), time.nanoTime())));
        return routes();
    }

    /** nginx runs with what {@link #begin} gave; from now on servers can be added. */
    synchronized void serve(Reload by) {
        reload = by;
        if (!wanted.isEmpty()) {
            scheduler.after(COLLECT, this::learn);
        }
    }

    synchronized List<TlsRoute> routes() {
        return known.entrySet().stream()
                .map(entry -> entry.getValue().to(entry.getKey()))
                .toList();
    }

    /** The port that leads to a server right now, if there is one. */
    synchronized Optional<Integer> portOf(TlsHost host) {
        return Optional.ofNullable(known.get(host)).map(Learned::port);
    }

    /** The ports that servers of that name are asked at. */
    synchronized List<Integer> serverPorts(String name) {
        return known.keySet().stream()
                .filter(host -> host.name().equals(name))
                .map(TlsHost::port)
                .toList();
    }

    /** How many servers wait to be learned. */
    synchronized int wanted() {
        return wanted.size();
    }

    /**
     * The way to a server. Blocks for a moment where it has to be learned.
     *
     * @param addresses that it has now, all of which are allowed
     * @param by whose stream goes there; a server that has to be learned counts for them
     */
    Way to(TlsHost host, List<InetAddress> addresses, String by) {
        final CompletableFuture<Integer> coming;
        synchronized (this) {
            var there = known.get(host);
            if (there != null
                    && (knows == Knows.NAMES || there.addresses().stream().anyMatch(addresses::contains))) {
                known.put(host, new Learned(there.port(), there.addresses(), time.nanoTime()));
                return new Way.Through(there.port());
            }
            if (!wanted.containsKey(host) && wanted.size() >= MOST_LEARNED) {
                return new Way.NotNow("Too many new servers are wanted at once; the relay tries this one again soon.");
            }
            var wait = wanted.containsKey(host) ? Duration.ZERO : allowance.take(by);
            if (!wait.isZero()) {
                return new Way.NotNow("This user has sent streams to " + ServerAllowance.AT_ONCE
                        + " servers that the relay did not know, within a short time; this one has its turn in "
                        + wait.plusSeconds(59).toMinutes() + " minutes.");
            }
            if (wanted.isEmpty() && reload != null) {
                scheduler.after(untilNextReload(), this::learn);
            }
            var told = knows == Knows.NAMES ? List.<InetAddress>of() : preferred(addresses);
            coming = wanted.computeIfAbsent(host, unknown -> new Wanted(told, by, new CompletableFuture<>()))
                    .port();
        }
        try {
            return new Way.Through(coming.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Way.NotNow("The relay gets ready for this server, which is new to it.");
        } catch (ExecutionException e) {
            return new Way.NotNow("The relay could not get ready for this server: "
                    + (e.getCause() instanceof LivemeterException known ? known.getMessage() : "a bug, see its log."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Way.NotNow("The relay is about to end.");
        }
    }

    /** IPv4 where there is some: whether the other machine has a way to IPv6 is not known. */
    private static List<InetAddress> preferred(List<InetAddress> addresses) {
        var plain = addresses.stream().filter(Inet4Address.class::isInstance).toList();
        return plain.isEmpty() ? addresses : plain;
    }

    private Duration untilNextReload() {
        if (!everReloaded) {
            return COLLECT;
        }
        var wait = BETWEEN_RELOADS.minusNanos(time.nanoTime() - reloadedAtNanos);
        return wait.compareTo(COLLECT) < 0 ? COLLECT : wait;
    }

    private void learn() {
        final Reload by;
        final Map<TlsHost, Wanted> batch;
        final Map<TlsHost, Learned> next;
        synchronized (this) {
            if (reload == null || wanted.isEmpty()) {
                return;
            }
            by = reload;
            batch = new LinkedHashMap<>(wanted);
            wanted.clear();
            next = new LinkedHashMap<>(known);
            everReloaded = true;
            reloadedAtNanos = time.nanoTime();
        }
        try {
            makeRoom(next, batch);
            var ports = freePorts.apply(batch.size()).iterator();
            batch.forEach((host, one) -> next.put(host, new Learned(ports.next(), one.addresses(), time.nanoTime())));
            var inForce = by.apply(next.entrySet().stream()
                    .map(entry -> entry.getValue().to(entry.getKey()))
                    .toList());
            inForce.forEach(
                    route -> next.put(route.host(), new Learned(route.port(), route.addresses(), time.nanoTime())));
            synchronized (this) {
                if (by.equals(reload)) {
                    // Whoever was used meanwhile stays marked as used.
                    next.replaceAll(
                            (host, learned) -> batch.containsKey(host) ? learned : usedAs(known.get(host), learned));
                    known.clear();
                    known.putAll(next);
                }
            }
            log.info("nginx knows the way to {} TLS servers now; {} new.", next.size(), batch.size());
            batch.forEach((host, one) -> Optional.ofNullable(next.get(host))
                    .ifPresent(learned -> one.port().complete(learned.port())));
        } catch (RuntimeException e) {
            log.warn("nginx could not be told of {} new TLS servers. {}", batch.size(), e.getMessage());
            if (e instanceof LivemeterException full && full.code().equals(TOO_MANY)) {
                // nginx heard nothing of it.
                batch.values().forEach(one -> allowance.giveBack(one.by()));
            }
            batch.values().forEach(one -> one.port().completeExceptionally(e));
        }
    }

    private static Learned usedAs(@Nullable Learned before, Learned inForce) {
        return before == null ? inForce : new Learned(inForce.port(), inForce.addresses(), before.usedAtNanos());
    }

    /** Takes the longest unused ones out; those that somebody may be on the way to stay, and the new ones have to wait. */
    private void makeRoom(Map<TlsHost, Learned> next, Map<TlsHost, Wanted> batch) {
        var now = time.nanoTime();
        var leaving = new ArrayList<>(next.entrySet().stream()
                .filter(entry -> !standing.contains(entry.getKey()))
                .sorted(Comparator.comparingLong(entry -> entry.getValue().usedAtNanos() - now))
                .toList());
        var learned = leaving.size();
        while (learned + batch.size() > MOST_LEARNED && !leaving.isEmpty()) {
            var oldest = leaving.remove(0);
            if (now - oldest.getValue().usedAtNanos() < QUIET.toNanos()) {
                break;
            }
            next.remove(oldest.getKey());
            learned--;
        }
        if (learned + batch.size() > MOST_LEARNED) {
            throw new LivemeterException(
                    TOO_MANY,
                    "Streams go to " + learned + " TLS servers of their own already, and " + MOST_LEARNED
                            + " are possible; one must be unused for " + QUIET.toSeconds()
                            + " seconds before another can take its place.",
                    true,
                    null);
        }
    }
}
