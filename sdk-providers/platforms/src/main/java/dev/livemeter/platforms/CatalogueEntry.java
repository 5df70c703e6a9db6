package dev.livemeter.platforms;

import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PlatformGuide.KeyLifetime;
import dev.livemeter.destination.PlatformGuide.ServerChoice;
import dev.livemeter.destination.PlatformGuide.Transport;
import dev.livemeter.destination.StreamLimits;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a platform. Where each value comes from stands in {@code docs/platforms.md}.
 *
 * @param limits what it takes at most, as far as it says so
 */
record CatalogueEntry(String name, String displayName, PlatformGuide guide, StreamLimits limits) {

    /** When the values below were looked up. */
    private static final LocalDate VERIFIED = LocalDate.of(2026, 11, 21);

    private static final long KILOBIT = 1000;

    static final CatalogueEntry YOUTUBE = new CatalogueEntry(
            "youtube",
            "YouTube",
            guide(
                    KeyLifetime.API,
                    fixed("rtmp://a.rtmp.youtube.com/live2"),
                    "rtmp://b.rtmp.youtube.com/live2?backup=1",
                    "In YouTube Studio: Create, Go live, Stream, Stream key.",
                    "https://support.google.com/youtube/answer/2907883"),
            limits(51_000, 160, 2));

    static final CatalogueEntry TWITCH = new CatalogueEntry(
            "twitch",
            "Twitch",
            guide(
                    KeyLifetime.API,
                    fixed("rtmp://live.twitch.tv/app"),
                    null,
                    "In the Creator Dashboard: Settings, Stream, Primary Stream key.",
                    "https://dev.twitch.tv/docs/video-broadcast"),
            limits(6_000, 320, 2));

    static final CatalogueEntry FACEBOOK = new CatalogueEntry(
            "facebook",
            "Facebook",
            guide(
                    KeyLifetime.API,
                    new Server(
                            URI.create("rtmps://live-api-s.facebook.com:443/rtmp/"),
                            ServerChoice.OPTIONAL,
                            Transport.RTMPS),
                    null,
                    "In Live Producer: Streaming software, Stream key. A key that is not marked as persistent is for one broadcast.",
                    "https://developers.facebook.com/docs/live-video-api/overview"),
            limits(9_000, 128, 2));

    static final CatalogueEntry INSTAGRAM = new CatalogueEntry(
            "instagram",
            "Instagram",
            guide(
                    KeyLifetime.PER_SESSION,
                    shown(Transport.RTMPS),
                    null,
                    "In Live Producer on instagram.com: Create, Live video. Stream URL and stream key are new each time, and the picture is upright.",
                    null),
            StreamLimits.unknown());

    static final CatalogueEntry X = new CatalogueEntry(
            "x",
            "X",
            guide(
                    KeyLifetime.STATIC,
                    shown(Transport.RTMPS),
                    null,
                    "In Live Studio: Sources. The RTMPS URL ends in pscp.tv:443/x and begins with your region; Premium is needed.",
                    "https://help.x.com/en/using-x/live-studio"),
            limits(12_000, 128, 3));

    static final CatalogueEntry LINKEDIN = new CatalogueEntry(
            "linkedin",
            "LinkedIn",
            guide(
                    KeyLifetime.PER_SESSION,
                    shown(Transport.RTMP_OR_RTMPS),
                    null,
                    "On the page of your Live Event: custom stream. Stream URL and stream key are those of this event.",
                    "https://learn.microsoft.com/en-us/linkedin/consumer/integrations/live-video/"),
            StreamLimits.unknown());

    static final CatalogueEntry TIKTOK = new CatalogueEntry(
            "tiktok",
            "TikTok",
            guide(
                    KeyLifetime.PER_SESSION,
                    shown(Transport.RTMP_OR_RTMPS),
                    null,
                    "In TikTok's LIVE producer, for accounts that TikTok admits to it. Server URL and stream key are new each time, and the picture is upright.",
                    null),
            StreamLimits.unknown());

    static final CatalogueEntry KICK = new CatalogueEntry(
            "kick",
            "Kick",
            guide(
                    KeyLifetime.API,
                    shown(Transport.RTMPS),
                    null,
                    "In the Creator Dashboard: Settings, Stream Key. Copy the stream URL from there as well, with /app at its end.",
                    "https://help.kick.com/en/articles/7120642-understanding-your-kick-creator-dashboard"),
            StreamLimits.unknown());

    static final CatalogueEntry TROVO = new CatalogueEntry(
            "trovo",
            "Trovo",
            guide(
                    KeyLifetime.STATIC,
                    fixed("rtmp://livepush.trovo.live/live/"),
                    null,
                    "In Creator Studio: Stream, Stream key.",
                    null),
            limits(9_000, 160, 2));

    static final CatalogueEntry DLIVE = new CatalogueEntry(
            "dlive",
            "DLive",
            guide(
                    KeyLifetime.STATIC,
                    fixed("rtmp://stream.dlive.tv/live"),
                    null,
                    "In the dashboard: Stream, Stream key.",
                    null),
            limits(6_000, 160, 2));

    static final CatalogueEntry RUMBLE = new CatalogueEntry(
            "rumble",
            "Rumble",
            guide(
                    KeyLifetime.PER_SESSION,
                    shown(Transport.RTMP_OR_RTMPS),
                    null,
                    "On the page of the live stream that you set up: Server URL and Stream Key. Those of Rumble Studio's Direct RTMP stay.",
                    null),
            new StreamLimits(10_000 * KILOBIT, null, null, null, null, java.util.Set.of()));

    static final CatalogueEntry CUSTOM = new CatalogueEntry(
            "custom",
            "Custom RTMP server",
            new PlatformGuide(
                    KeyLifetime.STATIC,
                    ServerChoice.REQUIRED,
                    null,
                    null,
                    Transport.RTMP_OR_RTMPS,
                    "Wherever the platform shows a server and a stream key.",
                    null,
                    null),
            StreamLimits.unknown());

    private record Server(@Nullable URI address, ServerChoice choice, Transport transport) {}

    /** The same for everybody; the key alone says whose stream it is. */
    private static Server fixed(String address) {
        return new Server(URI.create(address), ServerChoice.FIXED, Transport.RTMP_OR_RTMPS);
    }

    /** Shown to its user beside the key. */
    private static Server shown(Transport transport) {
        return new Server(null, ServerChoice.REQUIRED, transport);
    }

    private static PlatformGuide guide(
            KeyLifetime lifetime, Server server, @Nullable String backup, String where, @Nullable String docs) {
        return new PlatformGuide(
                lifetime,
                server.choice(),
                server.address(),
                backup == null ? null : URI.create(backup),
                server.transport(),
                where,
                docs == null ? null : URI.create(docs),
                VERIFIED);
    }

    private static StreamLimits limits(long videoKilobits, long audioKilobits, int keyframeSeconds) {
        return StreamLimits.of(videoKilobits * KILOBIT, audioKilobits * KILOBIT, Duration.ofSeconds(keyframeSeconds));
    }

    /** The same platform at another server. */
    CatalogueEntry at(URI server) {
        var choice = guide.serverChoice() == ServerChoice.REQUIRED ? ServerChoice.OPTIONAL : guide.serverChoice();
        return with(new PlatformGuide(
                guide.keyLifetime(),
                choice,
                server,
                guide.backup(),
                guide.transport(),
                guide.whereTheKeyIs(),
                guide.docs(),
                // Nobody looked that one up.
                null));
    }

    CatalogueEntry with(PlatformGuide other) {
        return new CatalogueEntry(name, displayName, other, limits);
    }

    CatalogueEntry with(StreamLimits other) {
        return new CatalogueEntry(name, displayName, guide, other);
    }
}
