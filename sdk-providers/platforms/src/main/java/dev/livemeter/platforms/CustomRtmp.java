package dev.livemeter.platforms;

import dev.livemeter.spi.StreamProvider;

/** Any RTMP server, at the address that the user enters. Whether the relay may reach that address is the relay's rule. */
public final class CustomRtmp {

    private static final RtmpPlatform STANDARD = RtmpPlatform.of(CatalogueEntry.CUSTOM);

    private CustomRtmp() {}

    /** The provider of the name {@code custom}. */
    public static StreamProvider create() {
        return STANDARD;
    }

    /** Makes {@link #create()} for the name {@code custom}. */
    public static final class Component extends CatalogueComponent {

        /** For the service loader. */
        public Component() {
            super(CatalogueEntry.CUSTOM);
        }
    }
}
