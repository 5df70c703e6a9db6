package dev.livemeter.platforms;

import dev.livemeter.spi.StreamProvider;
import java.net.URI;

/** Twitch. */
public final class Twitch {

    private static final FixedIngest STANDARD =
            new FixedIngest("twitch", "Twitch", URI.create("rtmp://live.twitch.tv/app"), PlatformLimits.TWITCH);

    private Twitch() {}

    /** Twitch by stream key, as the creator dashboard shows it. */
    public static StreamProvider rtmp() {
        return STANDARD;
    }

    /** Twitch by stream key, at another of its ingest addresses. */
    public static StreamProvider rtmp(URI server) {
        return STANDARD.at(server);
    }

    /** Makes {@link #rtmp()} for the name {@code twitch}; the setting {@code server} overrides the address. */
    public static final class Component extends FixedIngestComponent {

        /** For the service loader. */
        public Component() {
            super(STANDARD);
        }
    }
}
