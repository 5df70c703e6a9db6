package dev.livemeter.platforms;

import dev.livemeter.spi.StreamProvider;
import java.util.List;
import java.util.stream.Stream;

/**
 * The platforms that are reached by RTMP with a key that the user copies from them. What each of them wants, and how each value can be overridden by a setting, stands
 * in {@code docs/platforms.md}.
 */
public final class Catalogue {

    private Catalogue() {}

    /** All of them, {@link YouTube}, {@link Twitch}, {@link Facebook}, {@link Kick} and {@link CustomRtmp} included. */
    public static List<StreamProvider> all() {
        return Stream.of(
                        CatalogueEntry.YOUTUBE,
                        CatalogueEntry.TWITCH,
                        CatalogueEntry.FACEBOOK,
                        CatalogueEntry.INSTAGRAM,
                        CatalogueEntry.X,
                        CatalogueEntry.LINKEDIN,
                        CatalogueEntry.TIKTOK,
                        CatalogueEntry.KICK,
                        CatalogueEntry.TROVO,
                        CatalogueEntry.DLIVE,
                        CatalogueEntry.RUMBLE,
                        CatalogueEntry.CUSTOM)
                .<StreamProvider>map(RtmpPlatform::of)
                .toList();
    }

    /** Facebook Live, by stream key; {@link Facebook#api} does more. */
    public static StreamProvider facebook() {
        return RtmpPlatform.of(CatalogueEntry.FACEBOOK);
    }

    /** Instagram Live. */
    public static StreamProvider instagram() {
        return RtmpPlatform.of(CatalogueEntry.INSTAGRAM);
    }

    /** X, formerly Twitter. */
    public static StreamProvider x() {
        return RtmpPlatform.of(CatalogueEntry.X);
    }

    /** LinkedIn Live. */
    public static StreamProvider linkedIn() {
        return RtmpPlatform.of(CatalogueEntry.LINKEDIN);
    }

    /** TikTok LIVE. */
    public static StreamProvider tikTok() {
        return RtmpPlatform.of(CatalogueEntry.TIKTOK);
    }

    /** Kick, by stream key; {@link Kick#api} does more. */
    public static StreamProvider kick() {
        return RtmpPlatform.of(CatalogueEntry.KICK);
    }

    /** Trovo. */
    public static StreamProvider trovo() {
        return RtmpPlatform.of(CatalogueEntry.TROVO);
    }

    /** DLive. */
    public static StreamProvider dlive() {
        return RtmpPlatform.of(CatalogueEntry.DLIVE);
    }

    /** Rumble. */
    public static StreamProvider rumble() {
        return RtmpPlatform.of(CatalogueEntry.RUMBLE);
    }

    /** Makes {@link #instagram()} for the name {@code instagram}. */
    public static final class Instagram extends CatalogueComponent {

        /** For the service loader. */
        public Instagram() {
            super(CatalogueEntry.INSTAGRAM);
        }
    }

    /** Makes {@link #x()} for the name {@code x}. */
    public static final class X extends CatalogueComponent {

        /** For the service loader. */
        public X() {
            super(CatalogueEntry.X);
        }
    }

    /** Makes {@link #linkedIn()} for the name {@code linkedin}. */
    public static final class LinkedIn extends CatalogueComponent {

        /** For the service loader. */
        public LinkedIn() {
            super(CatalogueEntry.LINKEDIN);
        }
    }

    /** Makes {@link #tikTok()} for the name {@code tiktok}. */
    public static final class TikTok extends CatalogueComponent {

        /** For the service loader. */
        public TikTok() {
            super(CatalogueEntry.TIKTOK);
        }
    }

    /** Makes {@link #trovo()} for the name {@code trovo}. */
    public static final class Trovo extends CatalogueComponent {

        /** For the service loader. */
        public Trovo() {
            super(CatalogueEntry.TROVO);
        }
    }

    /** Makes {@link #dlive()} for the name {@code dlive}. */
    public static final class DLive extends CatalogueComponent {

        /** For the service loader. */
        public DLive() {
            super(CatalogueEntry.DLIVE);
        }
    }

    /** Makes {@link #rumble()} for the name {@code rumble}. */
    public static final class Rumble extends CatalogueComponent {

        /** For the service loader. */
        public Rumble() {
            super(CatalogueEntry.RUMBLE);
        }
    }
}
