package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;

/** YouTube Live. */
public final class YouTube {

    static final URI SERVER = URI.create("rtmp://a.rtmp.youtube.com/live2");

    private YouTube() {}

    /** YouTube by stream key, as YouTube Studio shows it. */
    public static StreamProvider rtmp() {
        return rtmp(SERVER);
    }

    /** YouTube by stream key, at another of its ingest addresses. */
    public static StreamProvider rtmp(URI server) {
        return new FixedIngest("youtube", "YouTube", server);
    }

    /** Makes {@link #rtmp()} for the name {@code youtube}; the setting {@code server} overrides the address. */
    public static final class Component implements ComponentProvider<StreamProvider> {

        /** For the service loader. */
        public Component() {}

        @Override
        public Class<StreamProvider> type() {
            return StreamProvider.class;
        }

        @Override
        public String name() {
            return "youtube";
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            var server = config.uri("server").orElse(SERVER);
            config.check();
            return rtmp(server);
        }
    }
}
