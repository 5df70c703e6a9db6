package dev.livemeter.spi;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.destination.PushTarget;
import java.time.Duration;

/**
 * What a {@link StreamProvider} implements besides, if its platform can be asked to show a stream for a connected account. Livemeter calls {@link #open} once the stream
 * is admitted, has the relay push to what it gives, {@linkplain #advance looks after it} until the stream ends, and {@linkplain #end ends} it.
 *
 * <p>Thread-safe. Methods block for at most some seconds and throw nothing for what a platform says or does not say; those of {@link AccountAccess} may pass
 * through. Each may be called again after a crash, in another process, with the same reference: it must do no harm. No secret appears in a message, a log or an
 * exception.
 */
public interface HostsBroadcasts {

    /**
     * Makes ready to be pushed to. Idempotent for a plan's session and destination where the platform allows to find out, as long as what it made has not ended; where not, a second call may
     * make a second broadcast, and the first is never shown. After one that has ended, which its owner wants anew, it makes another, or one that begins again.
     */
    Opening open(BroadcastPlan plan, AccountAccess access);

    /**
     * Looks how it fares, and takes the step that is due: takes it live once the platform gets the stream, where it does not do so by itself. Called again and again while
     * the relay pushes there.
     */
    Look advance(BroadcastRef broadcast, AccountAccess access);

    /** Ends it, where the platform does not do so by itself. Idempotent. */
    Ending end(BroadcastRef broadcast, AccountAccess access);

    /** What {@link #open} came to. */
    sealed interface Opening {

        /** The relay may push. */
        record Opened(BroadcastRef broadcast, PushTarget target) implements Opening {}

        /** Not now, or not like this. */
        record Failed(PlatformTrouble trouble) implements Opening {}
    }

    /** What {@link #advance} came to. */
    sealed interface Look {

        /**
         * The platform answered.
         *
         * @param nextIn when to look again, given the platform's quota; a second at least and ten minutes at most are taken
         */
        record Seen(BroadcastReport report, Duration nextIn) implements Look {}

        /** It could not be asked, or refused the step that was due. */
        record Failed(PlatformTrouble trouble) implements Look {}
    }

    /** What {@link #end} came to. */
    sealed interface Ending {

        /** It is over there, or will be by itself. */
        record Ended() implements Ending {}

        /** It may still be shown. */
        record Failed(PlatformTrouble trouble) implements Ending {}
    }
}
