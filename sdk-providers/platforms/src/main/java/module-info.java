import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.platforms.Twitch;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.spi.ComponentProvider;

/** Platforms that streams can be passed on to. */
module dev.livemeter.platforms {
    requires transitive dev.livemeter.core;

    exports dev.livemeter.platforms;

    provides ComponentProvider with
            CustomRtmp.Component,
            Twitch.Component,
            YouTube.Component;
}
