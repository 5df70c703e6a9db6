package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Finds the address of a push target at the moment it is needed. nginx is given that address and not the name, so what was
 * checked is what is connected to; and a name that does not resolve harms nobody else's stream.
 */
final class PushResolver {

    /** Asks for the addresses of a host; blocks. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final NameService names;
    private final AddressPolicy policy;
    private final Duration timeout;
    private final Executor workers;
    private final TlsSupport tls;

    /** One that knows no way over TLS. */
    PushResolver(NameService names, AddressPolicy policy, Duration timeout, Executor workers) {
        this(names, policy, timeout, workers, TlsSupport.noModule());
    }

    PushResolver(NameService names, AddressPolicy policy, Duration timeout, Executor workers, TlsSupport tls) {
        this.tls = tls;
        this.names = names;
        this.policy = policy;
        this.timeout = timeout;
        this.workers = workers;
    }

    /** What came of it. */
    sealed interface Resolution {

        /** Push there; holds the key, so it prints without. */
        record Found(String location) implements Resolution {
            @Override
            public String toString() {
                return "Found[····]";
            }
        }

        /** It can never work like this; a sentence for people. */
        record Refused(String message) implements Resolution {}

        /** A later try may do; a sentence for people. */
        record NotNow(String message) implements Resolution {}
    }

    /**
     * Looks the host up within the time-out. All of its addresses must be allowed, not only the one that is taken: a name with a
     * public and a private address is an attack or a mistake.
     *
     * @param attempt counts up; successive attempts take the host's addresses in turn, IPv4 first
     */
    Resolution resolve(PushTarget target, int attempt) {
        var objection = PushLocation.objectionTo(target).or(() -> tls.objectionTo(target));
        if (objection.isPresent()) {
            return new Resolution.Refused(objection.get());
        }
        List<InetAddress> addresses;
        try {
            addresses = CompletableFuture.supplyAsync(
                            () -> lookUp(target.server().getHost()), workers)
                    .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException | RejectedExecutionException e) {
            return new Resolution.NotNow("The name of the server could not be resolved; check it for typing errors.");
        }
        for (var address : addresses) {
            var refusal = policy.objectionTo(address, PushLocation.port(target));
            if (refusal.isPresent()) {
                return new Resolution.Refused(refusal.get());
            }
        }
        if (PushLocation.isTls(target)) {
            return overTls(target, addresses);
        }
        var location = PushLocation.of(addresses.get(Math.floorMod(attempt, addresses.size())), target);
        return location.length() > PushLocation.MOST_BYTES
                ? new Resolution.Refused(
                        "The server has only an IPv6 address, which leaves too little room for a stream key of that length.")
                : new Resolution.Found(location);
    }

    /**
     * The way to a TLS server. nginx on this machine looks its name up once more, right before it connects; it asks {@link #addressesFor}, so the
     * addresses that it hears of are checked again. Elsewhere it is given the addresses.
     */
    private Resolution overTls(PushTarget target, List<InetAddress> addresses) {
        var egress = ((TlsSupport.There) tls).egress();
        var way = egress.to(TlsHost.of(target).orElseThrow(), addresses);
        return way instanceof TlsEgress.Way.Through through
                ? new Resolution.Found(PushLocation.through(through, target))
                : new Resolution.NotNow(((TlsEgress.Way.NotNow) way).message());
    }

    /** What nginx may connect to under the name of a TLS server that it knows; nothing if any address is forbidden. Blocks. */
    List<InetAddress> addressesFor(String name) {
        if (!(tls instanceof TlsSupport.There there)) {
            return List.of();
        }
        var ports = there.egress().serverPorts(name);
        if (ports.isEmpty()) {
            return List.of();
        }
        try {
            var addresses = lookUp(name);
            var forbidden = addresses.stream()
                    .anyMatch(address -> ports.stream()
                            .anyMatch(port -> policy.objectionTo(address, port).isPresent()));
            return forbidden ? List.of() : addresses;
        } catch (CompletionException unknown) {
            return List.of();
        }
    }

    /** A sentence on a failed push, better than the given one where more is known. */
    String explained(PushTarget target, String sentence) {
        return tls.explained(target, sentence);
    }

    private List<InetAddress> lookUp(String host) {
        try {
            var addresses = List.of(names.addresses(host));
            if (addresses.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return addresses.stream()
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .toList();
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }
}
