package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.platforms.facebook.FacebookApi;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/** Facebook Live. */
public final class Facebook {

    private static final RtmpPlatform STANDARD = RtmpPlatform.of(CatalogueEntry.FACEBOOK);

    private Facebook() {}

    /** Facebook by stream key, as Live Producer shows it. */
    public static StreamProvider rtmp() {
        return STANDARD;
    }

    /**
     * Facebook by its API: people connect their pages, and their profile where the settings want it; Livemeter makes live videos there, ends them, finds what is left of them, and carries their comments. It is
     * {@link dev.livemeter.spi.ConnectsAccounts}, {@link dev.livemeter.spi.KeepsVideos}, {@link dev.livemeter.spi.CarriesChat} and {@link dev.livemeter.metrics.MetricSource} besides, and {@link AutoCloseable}: Livemeter closes it. Streams with a key of
     * their own go there as by {@link #rtmp()}.
     */
    public static StreamProvider api(FacebookSettings settings) {
        return withOwnThreads(settings, STANDARD);
    }

    private static StreamProvider withOwnThreads(FacebookSettings settings, RtmpPlatform keyed) {
        var threads = WorkerThreads.create();
        return api(settings, keyed, TimeSource.system(), threads, threads::shutdown);
    }

    /**
     * The same with a host's own clocks and threads.
     *
     * @param executor for short tasks; the host closes it, after the provider's last use
     */
    public static StreamProvider api(FacebookSettings settings, TimeSource time, Executor executor) {
        return api(settings, STANDARD, time, executor, () -> {});
    }

    private static StreamProvider api(
            FacebookSettings settings, RtmpPlatform keyed, TimeSource time, Executor executor, Runnable atEnd) {
        var random = new SecureRandom();
        var api = new Endpoint(settings.versionedApi());
        return new FacebookApi(
                settings,
                keyed,
                HttpLimits.standard(),
                new Surroundings(time, random, Surroundings.sleeping(), executor),
                http -> new FacebookChat(http, api, ChatPatience.standard(random), settings.chatEvery()),
                atEnd);
    }

    /**
     * Makes {@link #api} for the name {@code facebook} where the settings have {@code app-id} and {@code app-secret}, else {@link #rtmp()}. {@code docs/platforms.md} lists the settings.
     */
    public static final class Component extends CatalogueComponent {

        /** For the service loader. */
        public Component() {
            super(CatalogueEntry.FACEBOOK);
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            var usual = FacebookSettings.of("usual", Secret.of("usual"));
            var keyed = keyed(config);
            var appId = config.text("app-id");
            var appSecret = config.secret("app-secret");
            var version = config.text("graph-version").orElse(usual.version());
            var profile = config.flag("profile").orElse(usual.profile());
            var chat = config.flag("chat").orElse(usual.chat());
            var lookEvery = config.duration("look-every").orElse(usual.lookEvery());
            var chatEvery = config.duration("chat-every").orElse(usual.chatEvery());
            var api = endpoint(config, "api-endpoint", usual.api());
            var page = endpoint(config, "page-endpoint", usual.page());
            if (appId.isPresent() != appSecret.isPresent()) {
                config.fault("Facebook has one of app-id and app-secret; give both, or none for stream keys alone.");
            }
            config.check();
            return appId.isPresent()
                    ? withOwnThreads(
                            new FacebookSettings(
                                    appId.get(),
                                    appSecret.orElse(Secret.of("")),
                                    version,
                                    profile,
                                    chat,
                                    lookEvery,
                                    chatEvery,
                                    api,
                                    page),
                            keyed)
                    : keyed;
        }
    }
}
