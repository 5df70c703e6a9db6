package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    private static final int HIGHEST_PORT = 65535;

    /** Asks for the addresses of a host; blocks. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** The way for locations that nginx does not take whole. */
    interface Bridge {

        /** Who speaks TLS to servers on this way. */
        enum Tls {
            /** nginx: the bridge is to pass on to where its stream module listens. */
            OF_NGINX,
            /** The bridge itself. */
            OWN
        }

        Tls tls();

        /** Where nginx is to push, once, so that it gets there; empty where there is no room for another push. */
        Optional<String> to(Onward onward);

        /** One that never has room. */
        static Bridge none() {
            return new Bridge() {
                @Override
                public Tls tls() {
                    return Tls.OF_NGINX;
                }

                @Override
                public Optional<String> to(Onward onward) {
                    return Optional.empty();
                }
            };
        }
    }

    private final NameService names;
    private final AddressPolicy policy;
    private final Duration timeout;
    private final Executor workers;
    private final TlsSupport tls;
    private final Bridge bridge;

    /** One that knows no way over TLS, and none to long keys. */
    PushResolver(NameService names, AddressPolicy policy, Duration timeout, Executor workers) {
        this(names, policy, timeout, workers, TlsSupport.noModule(), Bridge.none());
    }

    PushResolver(
            NameService names,
            AddressPolicy policy,
            Duration timeout,
            Executor workers,
            TlsSupport tls,
            Bridge bridge) {
        this.tls = tls;
        this.bridge = bridge;
        this.names = names;
        this.policy = policy;
        this.timeout = timeout;
        this.workers = workers;
    }

    /** What came of it. */
    sealed interface Resolution {

        /**
         * Push there; holds the key, so it prints without.
         *
         * @param peer whom nginx is connected to then
         */
        record Found(String location, Peer peer) implements Resolution {
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
     * @param by whose stream goes there
     */
    Resolution resolve(PushTarget target, int attempt, String by) {
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
        var address = addresses.get(Math.floorMod(attempt, addresses.size()));
        if (!PushLocation.isTls(target)) {
            return found(
                    PushLocation.of(address, target), new Onward(address, PushLocation.port(target), null, target));
        }
        var host = TlsHost.of(target).orElseThrow();
        var longest = PushLocation.through(new TlsEgress.Way.Through(HIGHEST_PORT), target);
        return bridge.tls() == Bridge.Tls.OWN && !PushLocation.fits(longest)
                ? bridged(new Onward(address, host.port(), host, target))
                : overTls(host, target, addresses, by);
    }

    /** Straight there where nginx takes the location whole. */
    private Resolution found(String location, Onward onward) {
        return PushLocation.fits(location)
                ? new Resolution.Found(location, Peer.of(location, onward.target()))
                : bridged(onward);
    }

    private Resolution bridged(Onward onward) {
        return bridge.to(onward)
                .<Resolution>map(location -> new Resolution.Found(location, Peer.at(location)))
                .orElseGet(
                        () -> new Resolution.NotNow(
                                "The relay passes streams on to as many long stream keys as it can at once; it tries this one again soon."));
    }

    /**
     * The way to a TLS server. nginx on this machine looks its name up once more, right before it connects; it asks {@link #addressesFor}, so the
     * addresses that it hears of are checked again. Elsewhere it is given the addresses.
     */
    private Resolution overTls(TlsHost host, PushTarget target, List<InetAddress> addresses, String by) {
        var egress = ((TlsSupport.There) tls).egress();
        var way = egress.to(host, addresses, by);
        return way instanceof TlsEgress.Way.Through through
                ? found(
                        PushLocation.through(through, target),
                        new Onward(IpLiteral.address("127.0.0.1"), through.port(), null, target))
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
