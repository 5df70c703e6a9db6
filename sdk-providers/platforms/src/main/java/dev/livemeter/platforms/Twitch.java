package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;

/** Twitch. */
public final class Twitch {

    static final URI SERVER = URI.create("rtmp://live.twitch.tv/app");

    private Twitch() {}

    /** Twitch by stream key, as the creator dashboard shows it. */
    public static StreamProvider rtmp() {
        return rtmp(SERVER);
    }

    /** Twitch by stream key, at another of its ingest addresses. */
    public static StreamProvider rtmp(URI server) {
        return new FixedIngest("twitch", "Twitch", server);
    }

    /** Makes {@link #rtmp()} for the name {@code twitch}; the setting {@code server} overrides the address. */
    public static final class Component implements ComponentProvider<StreamProvider> {

        /** For the service loader. */
        public Component() {}

        @Override
        public Class<StreamProvider> type() {
            return StreamProvider.class;
        }

        @Override
        public String name() {
            return "twitch";
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            var server = config.uri("server").orElse(SERVER);
            config.check();
            return rtmp(server);
        }
    }
}
