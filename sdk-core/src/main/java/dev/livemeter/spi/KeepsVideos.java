package dev.livemeter.spi;

import dev.livemeter.broadcast.BroadcastRef;
import java.net.URI;

/**
 * What a provider that {@link HostsBroadcasts} implements besides, if its platform keeps what was shown to be watched later (a VOD). The rules are those of
 * {@link HostsBroadcasts}.
 */
public interface KeepsVideos extends HostsBroadcasts {

    /** Where people can watch an ended broadcast. Asked again, ever more seldom, as long as it is not there yet. */
    VideoLook video(BroadcastRef broadcast, AccountAccess access);

    /** What {@link #video} came to. */
    sealed interface VideoLook {

        /** There. */
        record Found(URI page) implements VideoLook {}

        /** Not yet, as far as the platform tells. */
        record NotYet() implements VideoLook {}

        /**
         * There is none and will be none.
         *
         * @param why a sentence for people
         */
        record None(String why) implements VideoLook {}

        /** The platform could not be asked, or refused. */
        record Failed(PlatformTrouble trouble) implements VideoLook {}
    }
}
