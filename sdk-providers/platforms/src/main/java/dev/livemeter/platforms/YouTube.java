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
     * videos. It is {@link dev.livemeter.spi.ConnectsDevices}, {@link dev.livemeter.spi.KeepsVideos} and {@link dev.livemeter.metrics.MetricSource} besides; streams with a key of
     * their own go there as by {@link #rtmp()}.
     */
    public static StreamProvider api(YouTubeSettings settings) {
        return api(settings, TimeSource.system(), WorkerThreads.create());
    }

    /**
     * The same with a host's own clocks and threads.
     *
     * @param executor for short tasks; the host closes it, after the provider's last use
     */
    public static StreamProvider api(YouTubeSettings settings, TimeSource time, Executor executor) {
        return api(settings, STANDARD.at(settings.server()), time, executor);
    }

    private static StreamProvider api(
            YouTubeSettings settings, RtmpPlatform keyed, TimeSource time, Executor executor) {
        var random = new SecureRandom();
        var api = new Endpoint(settings.endpoints().api());
        return new YouTubeApi(
                settings,
                keyed,
                HttpLimits.standard(),
                new Surroundings(time, random, Surroundings.sleeping(), executor),
                client -> new YouTubeChat(client, api, ChatPatience.standard(random), executor));
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
            var keyed = RtmpPlatform.of(entry(config));
            var clientId = config.text("client-id");
            var clientSecret = config.secret("client-secret");
            var encrypted = config.flag("encrypted").orElse(true);
            var autoStart = config.flag("auto-start").orElse(true);
            var autoStop = config.flag("auto-stop").orElse(false);
            var latency = config.choice("latency", Latency.class).orElse(Latency.NORMAL);
            var madeForKids = config.flag("made-for-kids").orElse(false);
            var lookEvery = config.duration("look-every").orElse(Duration.ofMinutes(1));
            var units = config.integer("units-per-day", 1, Integer.MAX_VALUE).orElse(10_000);
            var reserve = config.integer("units-kept", 0, Integer.MAX_VALUE).orElse(units / 10);
            if (clientId.isPresent() != clientSecret.isPresent()) {
                config.fault(
                        "YouTube has one of client-id and client-secret; give both, or none for stream keys alone.");
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
                    .build();
            return api(settings, keyed, TimeSource.system(), WorkerThreads.create());
        }
    }
}
