package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.platforms.YouTubeSettings.Latency;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.platforms.youtube.YouTubeApi;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/** YouTube Live. */
public final class YouTube {

    static final URI SERVER = URI.create("rtmp://a.rtmp.youtube.com/live2");

    private static final RtmpPlatform STANDARD = RtmpPlatform.of(CatalogueEntry.YOUTUBE);

    private YouTube() {}

    /** YouTube by stream key, as YouTube Studio shows it. */
    public static StreamProvider rtmp() {
        return STANDARD;
    }

    /** YouTube by stream key, at another of its ingest addresses. */
    public static StreamProvider rtmp(URI server) {
        return STANDARD.at(server);
    }

    /**
     * YouTube by its API: people connect their channels, also from a device without a browser, and Livemeter makes broadcasts there, takes them live, ends them, and finds their
     * videos. It is {@link dev.livemeter.spi.ConnectsDevices}, {@link dev.livemeter.spi.KeepsVideos} {@link dev.livemeter.spi.CarriesChat}, {@link dev.livemeter.spi.KeepsQuota} and {@link dev.livemeter.metrics.MetricSource} besides, and {@link AutoCloseable}: Livemeter closes it. Streams with a key of
     * their own go there as by {@link #rtmp()}.
     */
    public static StreamProvider api(YouTubeSettings settings) {
        return withOwnThreads(settings, STANDARD.at(settings.server()));
    }

    private static StreamProvider withOwnThreads(YouTubeSettings settings, RtmpPlatform keyed) {
        var threads = WorkerThreads.create();
        return api(settings, keyed, TimeSource.system(), threads, threads::shutdown);
    }

    /**
     * The same with a host's own clocks and threads.
     *
     * @param executor for short tasks; the host closes it, after the provider's last use
     */
    public static StreamProvider api(YouTubeSettings settings, TimeSource time, Executor executor) {
        return api(settings, STANDARD.at(settings.server()), time, executor, () -> {});
    }

    private static Map<String, Integer> prices(String text) {
        var prices = new HashMap<String, Integer>();
        for (var part : text.split(",", -1)) {
            var halves = part.strip().split("=", 2);
            if (halves.length != 2 || !halves[0].matches("[A-Za-z.]{1,80}")) {
                throw new IllegalArgumentException();
            }
            prices.put(halves[0], Integer.valueOf(halves[1].strip()));
        }
        return prices;
    }

    private static StreamProvider api(
            YouTubeSettings settings, RtmpPlatform keyed, TimeSource time, Executor executor, Runnable atEnd) {
        var random = new SecureRandom();
        var api = new Endpoint(settings.endpoints().api());
        return new YouTubeApi(
                settings,
                keyed,
                HttpLimits.standard(),
                new Surroundings(time, random, Surroundings.sleeping(), executor),
                client -> new YouTubeChat(client, api, ChatPatience.standard(random), executor),
                atEnd);
    }

    /**
     * Makes {@link #api} for the name {@code youtube} where the settings have {@code client-id} and {@code client-secret}, else {@link #rtmp()}. {@code docs/platforms.md} lists the settings.
     */
    public static final class Component extends CatalogueComponent {

        /** For the service loader. */
        public Component() {
            super(CatalogueEntry.YOUTUBE);
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            var keyed = keyed(config);
            var clientId = config.text("client-id");
            var clientSecret = config.secret("client-secret");
            var deviceId = config.text("device-client-id");
            var deviceSecret = config.secret("device-client-secret");
            var encrypted = config.flag("encrypted").orElse(true);
            var autoStart = config.flag("auto-start").orElse(true);
            var autoStop = config.flag("auto-stop").orElse(false);
            var latency = config.choice("latency", Latency.class).orElse(Latency.NORMAL);
            var madeForKids = config.flag("made-for-kids").orElse(false);
            var lookEvery = config.duration("look-every").orElse(Duration.ofMinutes(1));
            var units = config.integer("units-per-day", 1, Integer.MAX_VALUE).orElse(10_000);
            var prices = config.parsed(
                    "prices",
                    "methods with their units, such as liveChatMessages.list=5, liveChatMessages.insert=20",
                    YouTube::prices);
            var reserve = config.integer("units-kept", 0, Integer.MAX_VALUE).orElse(units / 10);
            if (clientId.isPresent() != clientSecret.isPresent()) {
                config.fault(
                        "YouTube has one of client-id and client-secret; give both, or none for stream keys alone.");
            }
            if (deviceId.isPresent() != deviceSecret.isPresent()) {
                config.fault(
                        "YouTube has one of device-client-id and device-client-secret; give both, or none for one client alone.");
            } else if (deviceId.isPresent() && !clientId.isPresent()) {
                config.fault(
                        "YouTube has a client for devices and no client-id; give client-id and client-secret as well.");
            }
            config.check();
            if (!clientId.isPresent()) {
                return keyed;
            }
            var settings = YouTubeSettings.of(clientId.get(), clientSecret.orElse(Secret.of("")))
                    .encrypted(encrypted)
                    .autoStart(autoStart)
                    .autoStop(autoStop)
                    .latency(latency)
                    .madeForKids(madeForKids)
                    .lookEvery(lookEvery)
                    .units(units, reserve)
                    .alsoPrices(prices.orElse(Map.of()));
            if (deviceId.isPresent()) {
                settings.deviceClient(deviceId.get(), deviceSecret.get());
            }
            return withOwnThreads(settings.build(), keyed);
        }
    }
}
