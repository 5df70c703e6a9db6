package dev.livemeter.platforms;

import dev.livemeter.spi.StreamProvider;
import java.net.URI;

/** YouTube Live. */
public final class YouTube {

    private static final FixedIngest STANDARD = new FixedIngest(
            "youtube", "YouTube", URI.create("rtmp://a.rtmp.youtube.com/live2"), PlatformLimits.YOUTUBE);

    private YouTube() {}

    /** YouTube by stream key, as YouTube Studio shows it. */
    public static StreamProvider rtmp() {
        return STANDARD;
    }

    /** YouTube by stream key, at another of its ingest addresses. */
    public static StreamProvider rtmp(URI server) {
        return STANDARD.at(server);
    }

    /** Makes {@link #rtmp()} for the name {@code youtube}; the setting {@code server} overrides the address. */
    public static final class Component extends FixedIngestComponent {

        /** For the service loader. */
        public Component() {
            super(STANDARD);
        }
    }
}
