package dev.livemeter.platforms;

import dev.livemeter.platforms.rtmp.RtmpTester;
import dev.livemeter.spi.StreamProvider;
import javax.net.ssl.SSLContext;

/** Any RTMP server, at the address that the user enters. Whether the relay may reach that address is the relay's rule. */
public final class CustomRtmp {

    private static final RtmpPlatform STANDARD = RtmpPlatform.of(CatalogueEntry.CUSTOM);

    private CustomRtmp() {}

    /** The provider of the name {@code custom}. */
    public static StreamProvider create() {
        return STANDARD;
    }

    /**
     * The same, with certificate authorities of the host's own for {@linkplain dev.livemeter.spi.TestsDestinations tests} of {@code rtmps://} servers, in place of those of the JVM. The relay has its own.
     */
    public static StreamProvider create(SSLContext authorities) {
        return new RtmpPlatform(CatalogueEntry.CUSTOM, RtmpTester.trusting(authorities));
    }

    /** Makes {@link #create()} for the name {@code custom}. */
    public static final class Component extends CatalogueComponent {

        /** For the service loader. */
        public Component() {
            super(CatalogueEntry.CUSTOM);
        }
    }
}
