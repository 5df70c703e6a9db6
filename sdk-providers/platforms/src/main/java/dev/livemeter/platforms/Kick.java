package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.WorkerThreads;
import java.security.SecureRandom;

/** Kick. */
public final class Kick {

    private Kick() {}

    /** Kick by server and stream key, as the creator dashboard shows them. */
    public static StreamProvider rtmp() {
        return RtmpPlatform.of(CatalogueEntry.KICK);
    }

    /**
     * Kick by its public API, for channels that people connect: title and category are set, server and key fetched, viewers told. By server and stream key as well; it is {@link AutoCloseable}: Livemeter closes it. Kick's API has no videos, and tells of
     * its chat only to an address that everybody can reach, so neither is here.
     */
    public static StreamProvider api(KickSettings settings) {
        return api(settings, RtmpPlatform.of(CatalogueEntry.KICK));
    }

    private static StreamProvider api(KickSettings settings, RtmpPlatform keyed) {
        var threads = WorkerThreads.create();
        return new KickApi(
                keyed,
                settings,
                Surroundings.system(new SecureRandom(), threads),
                HttpLimits.standard(),
                threads::shutdown);
    }

    /**
     * Makes {@link #api} for the name {@code kick} where the settings have {@code client-id} and {@code client-secret}, else {@link #rtmp()}. {@code docs/platforms.md} lists the settings.
     */
    public static final class Component extends CatalogueComponent {

        /** For the service loader. */
        public Component() {
            super(CatalogueEntry.KICK);
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            var usual = KickSettings.of("usual", Secret.of("usual"));
            var keyed = keyed(config);
            var client = config.text("client-id");
            var secret = config.secret("client-secret");
            var identity = endpoint(config, "identity-endpoint", usual.identity());
            var api = endpoint(config, "api-endpoint", usual.api());
            if (client.isPresent() != secret.isPresent()) {
                config.fault("Kick has one of client-id and client-secret; give both, or none for stream keys alone.");
            }
            config.check();
            return client.isPresent()
                    ? api(
                            KickSettings.of(client.get(), secret.orElse(Secret.of("")))
                                    .at(identity, api),
                            keyed)
                    : keyed;
        }
    }
}
