package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider keeps that {@link KeepsVideos}: the rules of {@code docs/contracts/keeps-videos.md}. It keeps those of {@link HostsBroadcastsContract} besides. Extend it, supply the provider, a
 * connected account and a platform to try it on, inherit the tests.
 */
@Timeout(180)
public abstract class KeepsVideosContract {

    /** For those who extend it. */
    protected KeepsVideosContract() {}

    /** The provider under test; the same one at each call within a test. */
    protected abstract KeepsVideos provider();

    /** Another one for the same platform, which knows nothing of the first, as in another process. */
    protected abstract KeepsVideos another();

    /** An account that works; the same one at each call within a test. */
    protected abstract AccountAccess access();

    /** The platform gets and shows the stream of that broadcast, and then does not get it any more. */
    protected abstract void showsForAWhile(BroadcastRef broadcast);

    /** The platform has the video of that broadcast ready from now on. */
    protected abstract void hasVideo(BroadcastRef broadcast);

    /** The platform cannot be reached, or cannot answer, from now on. */
    protected abstract void goAway();

    private BroadcastRef ended() {
        var opening = provider()
                .open(
                        new BroadcastPlan(
                                new SessionId("session-1"),
                                new DestinationId("dst-1"),
                                StreamDetails.titled("An evening"),
                                Instant.parse("2026-03-01T12:00:00Z")),
                        access());
        assertThat(opening).isInstanceOf(Opening.Opened.class);
        var broadcast = ((Opening.Opened) opening).broadcast();
        showsForAWhile(broadcast);
        provider().end(broadcast, access());
        return broadcast;
    }

    @Test
    @Rule("KPV-01")
    void isNotFoundBeforeItIsThere() {
        assertThat(provider().video(ended(), access())).isInstanceOf(VideoLook.NotYet.class);
    }

    @Test
    @Rule("KPV-02")
    void isFoundOnceItIsThereAndStaysTheSame() {
        var broadcast = ended();
        hasVideo(broadcast);
        var found = provider().video(broadcast, access());
        assertThat(found)
                .isInstanceOfSatisfying(
                        VideoLook.Found.class,
                        video -> assertThat(video.page().getScheme()).isIn("http", "https"));
        assertThat(provider().video(broadcast, access())).isEqualTo(found);
    }

    @Test
    @Rule("KPV-03")
    void isFoundByAnotherProcess() {
        var broadcast = ended();
        hasVideo(broadcast);
        assertThat(another().video(broadcast, access())).isEqualTo(provider().video(broadcast, access()));
    }

    @Test
    @Rule("KPV-04")
    void aPlatformThatIsAwayIsAnAnswerAndNoException() {
        var broadcast = ended();
        goAway();
        assertThat(provider().video(broadcast, access())).isInstanceOfSatisfying(VideoLook.Failed.class, failed -> {
            assertThat(failed.trouble().retryable()).isTrue();
            assertThat(failed.trouble().message()).endsWith(".").contains(" ");
        });
    }
}
