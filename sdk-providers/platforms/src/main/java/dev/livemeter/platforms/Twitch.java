package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.WorkerThreads;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Twitch. */
public final class Twitch {

    private static final RtmpPlatform STANDARD = RtmpPlatform.of(CatalogueEntry.TWITCH);

    private Twitch() {}

    /** Twitch by stream key, as the creator dashboard shows it. */
    public static StreamProvider rtmp() {
        return STANDARD;
    }

    /** Twitch by stream key, at another of its ingest addresses. */
    public static StreamProvider rtmp(URI server) {
        return STANDARD.at(server);
    }

    /**
     * Twitch by its API, for accounts that people connect: title and category are set, key and server fetched, viewers told, videos found. It is {@link dev.livemeter.spi.ConnectsDevices}, {@link dev.livemeter.spi.KeepsVideos},
     * {@link dev.livemeter.spi.CarriesChat} and {@link dev.livemeter.metrics.MetricSource} besides, and {@link AutoCloseable}: Livemeter closes it. By stream key as well.
     */
    public static StreamProvider api(TwitchSettings settings) {
        return api(settings, STANDARD, null);
    }

    private static StreamProvider api(TwitchSettings settings, RtmpPlatform keyed, @Nullable URI server) {
        var threads = WorkerThreads.create();
        var around = Surroundings.system(new SecureRandom(), threads);
        return new TwitchApi(keyed, settings, server, around, HttpLimits.standard(), threads::shutdown);
    }

    /**
     * Makes {@link #rtmp()} for the name {@code twitch}, or {@link #api} where the setting {@code client-id} is given. {@code docs/platforms.md} lists the settings.
     */
    public static final class Component extends CatalogueComponent {

        /** For the service loader. */
        public Component() {
            super(CatalogueEntry.TWITCH);
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            var keyed = keyed(config);
            var client = config.text("client-id");
            var secret = config.secret("client-secret");
            var encrypted = config.flag("encrypted-ingest").orElse(false);
            var chat = config.flag("chat").orElse(true);
            var usual = TwitchSettings.of("", null);
            var identity = endpoint(config, "identity-endpoint", usual.identity());
            var api = endpoint(config, "api-endpoint", usual.api());
            var ingests = endpoint(config, "ingests-endpoint", usual.ingests());
            var watch = endpoint(config, "watch-endpoint", usual.site());
            if (!client.isPresent() && secret.isPresent()) {
                config.fault("There is a client secret for Twitch and no client id; give client-id as well, from the"
                        + " application's page in the console at dev.twitch.tv.");
            }
            config.check();
            if (!client.isPresent()) {
                return keyed;
            }
            var settings = TwitchSettings.of(client.get(), secret.isPresent() ? secret.get() : null)
                    .at(identity, api, ingests)
                    .shownAt(watch);
            var asked = chat ? settings : settings.withoutChat();
            var moved = keyed.entry().guide().server();
            return api(
                    encrypted ? asked.encrypted() : asked,
                    keyed,
                    Objects.equals(moved, CatalogueEntry.TWITCH.guide().server()) ? null : moved);
        }
    }
}
