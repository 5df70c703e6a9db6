package dev.livemeter.platforms;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an application uses YouTube's API. What to set up at Google, and how the units of a day add up, stands in {@code docs/platforms.md}.
 *
 * @param clientId of the application, from Google's console
 * @param clientSecret that belongs to it
 * @param server where streams with a key of their own go: those that need no account
 * @param encrypted whether broadcasts are pushed by RTMPS, where YouTube offers it; else by plain RTMP
 * @param autoStart whether YouTube shows a broadcast as soon as it gets the stream; else Livemeter tells it to
 * @param autoStop whether YouTube ends a broadcast a minute after the stream stopped; then a longer break ends it for good
 * @param madeForKids what each broadcast declares about itself, as law wants
 * @param lookEvery how often a broadcast that is live is looked at; less often when units run short
 * @param unitsPerDay what Google allows the application, all nodes together where the storage counts for them; else give each its share
 * @param reserve of these, kept for taking live and ending what has begun
 * @param prices units of methods, such as {@code liveBroadcasts.insert}
 * @param otherPrice of methods that are not among them
 * @param endpoints of Google; others are for tests
 * @param deviceClient for accounts that are connected on another device, as Google gives the device flow to another kind of client; null where {@code clientId} is of that kind, or nobody connects so
 */
public record YouTubeSettings(
        String clientId,
        Secret clientSecret,
        URI server,
        boolean encrypted,
        boolean autoStart,
        boolean autoStop,
        Latency latency,
        boolean madeForKids,
        Duration lookEvery,
        int unitsPerDay,
        int reserve,
        Map<String, Integer> prices,
        int otherPrice,
        Endpoints endpoints,
        @Nullable Client deviceClient) {

    /**
     * A further client of the same project at Google.
     *
     * @param id from Google's console
     * @param secret that belongs to it
     */
    public record Client(String id, Secret secret) {}

    /** How far behind viewers are: what is lower suffers more from a bad network. */
    public enum Latency {
        NORMAL,
        LOW,
        ULTRA_LOW
    }

    /**
     * Where Google listens. HTTPS, but for servers on loopback.
     *
     * @param page where a person allows it
     * @param watch where people watch a broadcast, without its id
     */
    public record Endpoints(URI api, URI page, URI token, URI revocation, URI device, URI watch) {

        private static final URI YOUTUBE = URI.create("https://www.youtube.com/watch");

        /** With broadcasts that are watched on YouTube's own pages. */
        public Endpoints(URI api, URI page, URI token, URI revocation, URI device) {
            this(api, page, token, revocation, device, YOUTUBE);
        }

        /** Google's own. */
        public static Endpoints google() {
            return new Endpoints(
                    URI.create("https://youtube.googleapis.com/youtube/v3"),
                    URI.create("https://accounts.google.com/o/oauth2/v2/auth"),
                    URI.create("https://oauth2.googleapis.com/token"),
                    URI.create("https://oauth2.googleapis.com/revoke"),
                    URI.create("https://oauth2.googleapis.com/device/code"));
        }
    }

    /** Prices as they are known; Google states no list of its own for some of them. */
    private static final Map<String, Integer> PRICES = Map.of(
            "liveBroadcasts.list", 1,
            "liveStreams.list", 1,
            "videos.list", 1,
            "channels.list", 1,
            "liveChatMessages.list", 5);

    /** The method by which YouTube pushes a chat; its price is that of opening a stream. As dear as a page of the chat unless another price is given. */
    public static final String CHAT_STREAM = "liveChatMessages.streamList";

    /** What is pushed in such a stream, for its price; nothing unless another one is given. */
    public static final String CHAT_PUSH = "liveChatMessages.streamList.push";

    /**
     * Checks them.
     *
     * @throws ConfigurationException with everything that is wrong
     */
    public YouTubeSettings {
        var all = new HashMap<>(prices);
        all.putIfAbsent(CHAT_STREAM, prices.getOrDefault("liveChatMessages.list", otherPrice));
        all.putIfAbsent(CHAT_PUSH, 0);
        prices = Map.copyOf(all);
        var faults = new ArrayList<String>();
        if (clientId.isBlank() || clientSecret.reveal().isBlank()) {
            faults.add(
                    "YouTube needs the client id and the client secret of an application; take both from Google's console.");
        }
        if (deviceClient != null
                && (deviceClient.id().isBlank()
                        || deviceClient.secret().reveal().isBlank())) {
            faults.add("The client of YouTube for devices needs an id and a secret; take both from Google's console.");
        }
        if (lookEvery.compareTo(Duration.ofSeconds(5)) < 0) {
            faults.add("YouTube would be looked at every " + lookEvery + "; expected at least 5 s.");
        }
        if (reserve < 0 || unitsPerDay < 1 || reserve >= unitsPerDay) {
            faults.add("YouTube has " + unitsPerDay + " units a day, of which " + reserve
                    + " are kept; expected some, and to keep fewer than all.");
        }
        if (otherPrice < 0 || prices.values().stream().anyMatch(price -> price < 0)) {
            faults.add("A method of YouTube's API has a price below 0 units; expected 0 or more.");
        }
        for (var endpoint : List.of(
                endpoints.api(),
                endpoints.page(),
                endpoints.token(),
                endpoints.revocation(),
                endpoints.device(),
                endpoints.watch())) {
            try {
                new Endpoint(endpoint);
            } catch (IllegalArgumentException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** With everything as it is for most. */
    public static Builder of(String clientId, Secret clientSecret) {
        return new Builder(clientId, clientSecret);
    }

    /** Collects what differs. Not thread-safe. */
    public static final class Builder {

        private final String clientId;
        private final Secret clientSecret;
        private URI server = YouTube.SERVER;
        private boolean encrypted = true;
        private boolean autoStart = true;
        private boolean autoStop;
        private Latency latency = Latency.NORMAL;
        private boolean madeForKids;
        private Duration lookEvery = Duration.ofMinutes(1);
        private int unitsPerDay = 10_000;
        private int reserve = 1_000;
        private Map<String, Integer> prices = PRICES;
        private int otherPrice = 50;
        private Endpoints endpoints = Endpoints.google();
        private @Nullable Client deviceClient;

        private Builder(String clientId, Secret clientSecret) {
            this.clientId = clientId;
            this.clientSecret = clientSecret;
        }

        /** The client for accounts that are connected on another device: one of the kind <i>TVs and limited input devices</i>. */
        public Builder deviceClient(String id, Secret secret) {
            deviceClient = new Client(id, secret);
            return this;
        }

        public Builder server(URI address) {
            server = address;
            return this;
        }

        public Builder encrypted(boolean yes) {
            encrypted = yes;
            return this;
        }

        public Builder autoStart(boolean yes) {
            autoStart = yes;
            return this;
        }

        public Builder autoStop(boolean yes) {
            autoStop = yes;
            return this;
        }

        public Builder latency(Latency wanted) {
            latency = wanted;
            return this;
        }

        public Builder madeForKids(boolean yes) {
            madeForKids = yes;
            return this;
        }

        public Builder lookEvery(Duration span) {
            lookEvery = span;
            return this;
        }

        /**
         * The quota of the application.
         *
         * @param kept of it, for taking live and ending what has begun
         */
        public Builder units(int perDay, int kept) {
            unitsPerDay = perDay;
            reserve = kept;
            return this;
        }

        /**
         * What methods cost.
         *
         * @param others what a method costs that is not among them
         */
        public Builder prices(Map<String, Integer> units, int others) {
            prices = Map.copyOf(units);
            otherPrice = others;
            return this;
        }

        /** What some methods cost; the others as before. */
        public Builder alsoPrices(Map<String, Integer> units) {
            var all = new HashMap<>(prices);
            all.putAll(units);
            prices = Map.copyOf(all);
            return this;
        }

        public Builder endpoints(Endpoints others) {
            endpoints = others;
            return this;
        }

        /**
         * The settings.
         *
         * @throws ConfigurationException with everything that is wrong
         */
        public YouTubeSettings build() {
            return new YouTubeSettings(
                    clientId,
                    clientSecret,
                    server,
                    encrypted,
                    autoStart,
                    autoStop,
                    latency,
                    madeForKids,
                    lookEvery,
                    unitsPerDay,
                    reserve,
                    prices,
                    otherPrice,
                    endpoints,
                    deviceClient);
        }
    }
}
