import dev.livemeter.platforms.Catalogue;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.platforms.Facebook;
import dev.livemeter.platforms.Kick;
import dev.livemeter.platforms.Twitch;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.spi.ComponentProvider;

/** Platforms that streams can be passed on to. */
module dev.livemeter.platforms {
    requires transitive dev.livemeter.core;
    requires dev.livemeter.rtmp;
    requires jakarta.json;
    requires java.net.http;
    requires org.slf4j;

    exports dev.livemeter.platforms;

    provides ComponentProvider with
            Catalogue.DLive,
            Catalogue.Instagram,
            Catalogue.LinkedIn,
            Catalogue.Rumble,
            Catalogue.TikTok,
            Catalogue.Trovo,
            Catalogue.X,
            CustomRtmp.Component,
            Facebook.Component,
            Kick.Component,
            Twitch.Component,
            YouTube.Component;

    uses jakarta.json.spi.JsonProvider;
}
