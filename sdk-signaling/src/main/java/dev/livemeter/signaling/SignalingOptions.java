package dev.livemeter.signaling;

import dev.livemeter.config.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How signaling behaves. Immutable; {@link #builder()} starts from what PeerServer does where it does something, and from limits that no
 * honest client meets where it has none.
 *
 * @param path where it is mounted: {@code /}, or parts such as {@code /calls} without a slash at the end
 * @param key what clients name as their key
 * @param expireTimeout how long a message waits for a peer that is not there, before its sender is told
 * @param expireEvery how often it is looked for messages that waited too long
 * @param aliveTimeout after so long without a sign of life a peer is gone
 * @param mostPeers how many may be connected; one that reconnects is let in
 * @param discovery whether anybody may list the ids of all
 * @param origins of pages that may connect, such as {@code https://example.com}; none for all
 * @param limits of what one peer, one address and all together may use
 * @param trustedProxies addresses, or blocks such as {@code 10.0.0.0/8}, whose {@code X-Forwarded-For} is believed
 */
public record SignalingOptions(
        String path,
        String key,
        Duration expireTimeout,
        Duration expireEvery,
        Duration aliveTimeout,
        int mostPeers,
        boolean discovery,
        List<String> origins,
        SignalingLimits limits,
        List<String> trustedProxies) {

    private static final Pattern PATH = Pattern.compile("/|(?:/[A-Za-z0-9._~-]{1,64}){1,8}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
    private static final Pattern ORIGIN = Pattern.compile("https?://[^/\\s,]{1,255}");

    public SignalingOptions {
        origins = List.copyOf(origins);
        trustedProxies = List.copyOf(trustedProxies);
        var faults = new ArrayList<String>();
        check(
                faults,
                PATH.matcher(path).matches(),
                "path",
                path,
                "/ or parts such as /calls, without a slash at the end");
        check(faults, KEY.matcher(key).matches(), "key", key, "1 to 64 letters, digits, dots, hyphens or underscores");
        check(faults, isPositive(expireTimeout), "expireTimeout", expireTimeout, "more than zero");
        check(faults, isPositive(expireEvery), "expireEvery", expireEvery, "more than zero");
        check(faults, isPositive(aliveTimeout), "aliveTimeout", aliveTimeout, "more than zero");
        check(faults, mostPeers > 0, "mostPeers", mostPeers, "1 or more");
        for (var origin : origins) {
            check(faults, ORIGIN.matcher(origin).matches(), "origin", origin, "an origin such as https://example.com");
        }
        for (var proxy : trustedProxies) {
            check(
                    faults,
                    AddressBlock.isWellFormed(proxy),
                    "trustedProxy",
                    proxy,
                    "an address such as 10.0.0.1 or a block such as 10.0.0.0/8");
        }
        faults.addAll(limits.faults());
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    private static boolean isPositive(Duration span) {
        return !span.isNegative() && !span.isZero();
    }

    static void check(List<String> faults, boolean isRight, String name, Object given, String expected) {
        if (!isRight) {
            faults.add("The signaling option " + name + " was given '" + given + "'; expected " + expected + ".");
        }
    }

    /** What PeerServer does without options, with the limits that it lacks. */
    public static SignalingOptions defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Where clients open their WebSocket. */
    public String socketPath() {
        return path.equals("/") ? "/peerjs" : path + "/peerjs";
    }

    /** Collects options; {@link #build} tells all faults together. Not thread-safe. */
    public static final class Builder {

        private String path = "/";
        private String key = "peerjs";
        private Duration expireTimeout = Duration.ofSeconds(5);
        private Duration expireEvery = Duration.ofSeconds(1);
        private Duration aliveTimeout = Duration.ofSeconds(90);
        private int mostPeers = 5000;
        private boolean discovery;
        private List<String> origins = List.of();
        private SignalingLimits limits = SignalingLimits.defaults();
        private List<String> trustedProxies = List.of();

        private Builder() {}

        /** Where it is mounted; {@code /} where nothing is given. A slash at the end is taken off. */
        public Builder path(String path) {
            this.path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            return this;
        }

        /** What clients name as their key; {@code peerjs} where nothing is given. */
        public Builder key(String key) {
            this.key = key;
            return this;
        }

        /** How long a message waits for a peer; 5 seconds where nothing is given. */
        public Builder expireTimeout(Duration span) {
            this.expireTimeout = span;
            return this;
        }

        /** How often it is looked for messages that waited too long; each second where nothing is given. */
        public Builder expireEvery(Duration span) {
            this.expireEvery = span;
            return this;
        }

        /** After how long without a sign of life a peer is gone; 90 seconds where nothing is given, as browsers wake pages in the background once a minute. */
        public Builder aliveTimeout(Duration span) {
            this.aliveTimeout = span;
            return this;
        }

        /** How many peers may be connected; 5,000 where nothing is given. */
        public Builder mostPeers(int count) {
            this.mostPeers = count;
            return this;
        }

        /** Lets anybody list the ids of all. */
        public Builder openDiscovery() {
            this.discovery = true;
            return this;
        }

        /** The pages that may connect, such as {@code https://example.com}; all where none is given. */
        public Builder origins(List<String> origins) {
            this.origins = List.copyOf(origins);
            return this;
        }

        /** What one peer, one address and all together may use. */
        public Builder limits(SignalingLimits limits) {
            this.limits = limits;
            return this;
        }

        /** Proxies whose {@code X-Forwarded-For} is believed; none where nothing is given. */
        public Builder trustedProxies(List<String> proxies) {
            this.trustedProxies = List.copyOf(proxies);
            return this;
        }

        /**
         * The options.
         *
         * @throws ConfigurationException that tells all faults together
         */
        public SignalingOptions build() {
            return new SignalingOptions(
                    path,
                    key,
                    expireTimeout,
                    expireEvery,
                    aliveTimeout,
                    mostPeers,
                    discovery,
                    origins,
                    limits,
                    trustedProxies);
        }
    }
}
