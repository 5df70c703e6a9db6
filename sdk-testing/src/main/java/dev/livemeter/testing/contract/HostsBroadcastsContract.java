package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.PlatformTrouble;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider keeps that {@link HostsBroadcasts}: the rules of {@code docs/contracts/hosts-broadcasts.md}. Extend it, supply the provider, a connected account and a platform to try it on, inherit
 * the tests.
 */
@Timeout(180)
public abstract class HostsBroadcastsContract {

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int LOOKS = 20;

    /** For those who extend it. */
    protected HostsBroadcastsContract() {}

    /** The provider under test; the same one at each call within a test. */
    protected abstract HostsBroadcasts provider();

    /** Another one for the same platform, which knows nothing of the first, as in another process. */
    protected abstract HostsBroadcasts another();

    /** An account that works; the same one at each call within a test. */
    protected abstract AccountAccess access();

    /** The platform gets the stream of that broadcast from now on. */
    protected abstract void get(BroadcastRef broadcast);

    /** The platform does not get the stream any more, as after the relay stopped pushing, and has noticed. */
    protected abstract void loses(BroadcastRef broadcast);

    /** The platform cannot be reached, or cannot answer, from now on. */
    protected abstract void goAway();

    /** A reference in the provider's own form to a broadcast that the platform does not have. */
    protected abstract BroadcastRef unknown();

    /** Whether the platform lets a provider find what it made before for the same session and destination. */
    protected boolean findsWhatItMade() {
        return true;
    }

    /** Who may see it, of what the platform lets one choose. */
    protected Privacy privacy() {
        return Privacy.UNLISTED;
    }

    private BroadcastPlan plan(String session, String destination) {
        return new BroadcastPlan(
                new SessionId(session),
                new DestinationId(destination),
                new StreamDetails(
                        "An evening, \"live\" & 'loud' \u4e2d\u6587 \ud83c\udfb5",
                        "One line\nand another.",
                        "",
                        privacy()),
                Instant.parse("2026-03-01T12:00:00Z"));
    }

    private Opening.Opened opened(String session) {
        return opened(provider().open(plan(session, "dst-1"), access()));
    }

    private static Opening.Opened opened(Opening opening) {
        if (opening instanceof Opening.Failed failed) {
            throw new AssertionError(failed.trouble().toString());
        }
        return (Opening.Opened) opening;
    }

    private static Look.Seen seen(Look look) {
        if (look instanceof Look.Failed failed) {
            throw new AssertionError(failed.trouble().toString());
        }
        return (Look.Seen) look;
    }

    private BroadcastReport live(HostsBroadcasts by, BroadcastRef broadcast) {
        for (var look = 1; look < LOOKS; look++) {
            var report = seen(by.advance(broadcast, access())).report();
            if (report.phase() == Phase.LIVE) {
                return report;
            }
        }
        return seen(by.advance(broadcast, access())).report();
    }

    private static void isTold(PlatformTrouble trouble) {
        assertThat(trouble.code()).isNotBlank();
        assertThat(trouble.message()).endsWith(".").contains(" ");
    }

    @Test
    @Rule("HBC-01")
    void givesWhereToPushAndWhatToFindItBy() {
        var opened = opened("session-1");
        assertThat(opened.target().server().getScheme()).isIn("rtmp", "rtmps");
        assertThat(opened.target().server().getHost()).isNotBlank();
        assertThat(opened.target().key().reveal()).isNotBlank();
        assertThat(opened.broadcast().id()).isNotBlank().hasSizeLessThanOrEqualTo(128);
        assertThat(opened.broadcast().handle()).hasSizeLessThanOrEqualTo(512);
        var page = opened.broadcast().page();
        if (page != null) {
            assertThat(page.getScheme()).isIn("http", "https");
        }
    }

    @Test
    @Rule("HBC-02")
    void theSameSessionAndDestinationIsNotOpenedTwiceWhereThatCanBeFoundOut() {
        var first = opened("session-1");
        var again = opened(another().open(plan("session-1", "dst-1"), access()));
        if (findsWhatItMade()) {
            assertThat(again.broadcast().id()).isEqualTo(first.broadcast().id());
            assertThat(again.target()).isEqualTo(first.target());
        } else {
            assertThat(again.target().key().reveal()).isNotBlank();
        }
    }

    @Test
    @Rule("HBC-03")
    void isNotLiveBeforeThePlatformGetsTheStream() {
        var opened = opened("session-1");
        for (var look = 0; look < 3; look++) {
            assertThat(seen(provider().advance(opened.broadcast(), access()))
                            .report()
                            .phase())
                    .isEqualTo(Phase.PREPARING);
        }
    }

    @Test
    @Rule("HBC-04")
    void isLiveOnceThePlatformGetsTheStreamAndIsLookedAfter() {
        var opened = opened("session-1");
        get(opened.broadcast());
        assertThat(live(provider(), opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
        assertThat(live(provider(), opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    @Rule("HBC-05")
    void saysWhenToLookAgain() {
        var opened = opened("session-1");
        assertThat(seen(provider().advance(opened.broadcast(), access())).nextIn())
                .isPositive()
                .isLessThanOrEqualTo(LONGEST);
        get(opened.broadcast());
        live(provider(), opened.broadcast());
        assertThat(seen(provider().advance(opened.broadcast(), access())).nextIn())
                .isPositive()
                .isLessThanOrEqualTo(LONGEST);
    }

    @Test
    @Rule("HBC-06")
    void isOverOnceItWasEnded() {
        var opened = opened("session-1");
        get(opened.broadcast());
        live(provider(), opened.broadcast());
        loses(opened.broadcast());
        assertThat(provider().end(opened.broadcast(), access())).isInstanceOf(Ending.Ended.class);
        assertThat(provider().end(opened.broadcast(), access())).isInstanceOf(Ending.Ended.class);
        assertThat(seen(provider().advance(opened.broadcast(), access()))
                        .report()
                        .phase())
                .isNotEqualTo(Phase.LIVE);
    }

    @Test
    @Rule("HBC-07")
    void isEndedAlsoWhereItWasNeverLive() {
        var opened = opened("session-1");
        assertThat(provider().end(opened.broadcast(), access())).isInstanceOf(Ending.Ended.class);
        assertThat(another().end(opened.broadcast(), access())).isInstanceOf(Ending.Ended.class);
    }

    @Test
    @Rule("HBC-08")
    void anotherProcessGoesOnByTheReference() {
        var opened = opened("session-1");
        get(opened.broadcast());
        assertThat(live(another(), opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
        loses(opened.broadcast());
        assertThat(another().end(opened.broadcast(), access())).isInstanceOf(Ending.Ended.class);
    }

    @Test
    @Rule("HBC-09")
    void whatIsOpenedAfterAnEndIsAnotherOrStartsAnew() {
        var first = opened("session-1");
        get(first.broadcast());
        live(provider(), first.broadcast());
        loses(first.broadcast());
        provider().end(first.broadcast(), access());
        var next = opened("session-1");
        assertThat(seen(provider().advance(next.broadcast(), access())).report().phase())
                .isEqualTo(Phase.PREPARING);
        get(next.broadcast());
        assertThat(live(provider(), next.broadcast()).phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    @Rule("HBC-10")
    void aPlatformThatIsAwayIsAnAnswerAndNoException() {
        var opened = opened("session-1");
        goAway();
        var opening = provider().open(plan("session-2", "dst-1"), access());
        var look = provider().advance(opened.broadcast(), access());
        assertThat(opening).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
            assertThat(failed.trouble().retryable()).isTrue();
            isTold(failed.trouble());
        });
        assertThat(look).isInstanceOfSatisfying(Look.Failed.class, failed -> {
            assertThat(failed.trouble().retryable()).isTrue();
            isTold(failed.trouble());
        });
        if (provider().end(opened.broadcast(), access()) instanceof Ending.Failed failed) {
            assertThat(failed.trouble().retryable()).isTrue();
            isTold(failed.trouble());
        }
    }

    @Test
    @Rule("HBC-11")
    void oneThatIsNotThereIsNotLiveAndCanBeEnded() {
        var look = provider().advance(unknown(), access());
        if (look instanceof Look.Seen seen) {
            assertThat(seen.report().phase()).isNotEqualTo(Phase.LIVE);
        } else {
            isTold(((Look.Failed) look).trouble());
        }
        assertThat(provider().end(unknown(), access())).isInstanceOf(Ending.Ended.class);
    }

    @Test
    @Rule("HBC-12")
    void showsNoSecretWhenPrinted() {
        var opened = opened("session-1");
        var key = opened.target().key().reveal();
        assertThat(opened.toString()).doesNotContain(key);
        assertThat(opened.broadcast().toString()).doesNotContain(key);
        assertThat(provider().toString()).doesNotContain(key);
    }

    @Test
    @Rule("HBC-13")
    void anAccountThatCannotBeUsedIsNoTroubleOfThePlatform() {
        var refused = new LivemeterException("account.needs_authorization", "Connect the account again.");
        var useless = new AccountAccess() {
            @Override
            public PlatformAccount account() {
                return access().account();
            }

            @Override
            public Secret token() {
                throw refused;
            }

            @Override
            public Secret tokenAfter(Secret old) {
                throw refused;
            }

            @Override
            public void needsAuthorization(String why) {}
        };
        try {
            if (provider().open(plan("session-1", "dst-1"), useless) instanceof Opening.Failed failed) {
                assertThat(failed.trouble().retryable()).isFalse();
                isTold(failed.trouble());
            }
        } catch (LivemeterException passed) {
            assertThat(passed).isSameAs(refused);
        }
    }

    @Test
    @Rule("HBC-14")
    void isThreadSafe() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            var calls = IntStream.range(0, 16)
                    .mapToObj(i -> (Callable<Opening>) () ->
                            provider().open(plan("session-" + i % 4, "dst-" + i % 2), access()))
                    .toList();
            for (var answer : threads.invokeAll(calls)) {
                assertThat(opened(answer.get()).broadcast().id()).isNotBlank();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
