package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.platforms.YouTubeSettings.Endpoints;
import dev.livemeter.platforms.YouTubeSettings.Latency;
import dev.livemeter.platforms.http.ScriptedServer;
import dev.livemeter.platforms.http.TestAccess;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.standin.youtube.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way of a broadcast, against a strict stand-in for YouTube. */
class YouTubeBroadcastTest {

    private YouTubeFixture fixture = new YouTubeFixture();
    private TestAccess access;

    @BeforeEach
    void connect() {
        access = fixture.access();
        fixture.server.forgetAsked();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void goesFromAPlanToAVideo() {
        var opened = open("s-1");
        var broadcast = opened.broadcast();
        assertThat(opened.target().server()).isEqualTo(URI.create("rtmps://a.rtmps.youtube.com:443/live2"));
        assertThat(broadcast.page()).isEqualTo(URI.create("https://www.youtube.com/watch?v=" + broadcast.id()));
        assertThat(report(broadcast)).isEqualTo(new BroadcastReport(Phase.PREPARING, List.of(), null));

        assertThat(fixture.server.receive(opened.target().key().reveal())).isTrue();
        fixture.server.viewers(broadcast.id(), 42L);
        assertThat(report(broadcast)).isEqualTo(new BroadcastReport(Phase.LIVE, List.of(), 42L));
        assertThat(fixture.youtube.video(broadcast, access)).isEqualTo(new VideoLook.NotYet());

        fixture.time.skip(Duration.ofMinutes(5));
        assertThat(fixture.youtube.end(broadcast, access)).isEqualTo(new Ending.Ended());
        assertThat(report(broadcast)).isEqualTo(new BroadcastReport(Phase.ENDED, List.of(), null));
        assertThat(fixture.youtube.video(broadcast, access)).isEqualTo(new VideoLook.NotYet());
        fixture.server.upload(broadcast.id(), "processed");
        assertThat(fixture.youtube.video(broadcast, access))
                .isEqualTo(new VideoLook.Found(URI.create("https://www.youtube.com/watch?v=" + broadcast.id())));
    }

    @Test
    void saysWhatThePlanSays() {
        close();
        fixture = new YouTubeFixture(settings -> settings.latency(Latency.ULTRA_LOW)
                .madeForKids(true)
                .encrypted(false)
                .autoStop(true));
        access = fixture.access();
        var details = new StreamDetails("Chess & tea", "Two\nlines", "Games", Privacy.UNLISTED);
        var opened = (Opening.Opened) fixture.youtube.open(fixture.plan("s-1", details), access);
        var id = opened.broadcast().id();
        assertThat(fixture.server.broadcast(id, "snippet.title")).isEqualTo("Chess & tea");
        assertThat(fixture.server.broadcast(id, "snippet.description")).isEqualTo("Two\nlines");
        assertThat(fixture.server.broadcast(id, "snippet.scheduledStartTime"))
                .isBetween("2026-11-22T12:00:30Z", "2026-11-22T12:00:59Z");
        assertThat(fixture.server.broadcast(id, "status.privacyStatus")).isEqualTo("unlisted");
        assertThat(fixture.server.broadcast(id, "status.selfDeclaredMadeForKids"))
                .isEqualTo("true");
        assertThat(fixture.server.broadcast(id, "contentDetails.latencyPreference"))
                .isEqualTo("ultraLow");
        assertThat(fixture.server.broadcast(id, "contentDetails.enableAutoStop"))
                .isEqualTo("true");
        assertThat(opened.target().server()).isEqualTo(URI.create("rtmp://a.rtmp.youtube.com/live2"));
    }

    @Test
    void twoPlansOfTheSameWordsAreTwoBroadcasts() throws Exception {
        fixture.server.next("liveBroadcasts.insert", Fault.slow(Duration.ofSeconds(1)));
        var first = CompletableFuture.supplyAsync(() -> open("s-1"), task -> new Thread(task).start());
        var end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (fixture.server.broadcasts().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
        // The first one's is made and has no stream yet.
        var second = open("s-2").broadcast();
        var broadcast = first.get(60, TimeUnit.SECONDS).broadcast();
        assertThat(second.id()).isNotEqualTo(broadcast.id());
        for (var one : List.of(broadcast, second)) {
            assertThat(one.handle()).endsWith(fixture.server.broadcast(one.id(), "contentDetails.boundStreamId"));
        }
    }

    @Test
    void nothingThatIsReturnedShowsTheStreamKey() {
        var opened = open("s-1");
        assertThat(opened + " " + opened.broadcast())
                .doesNotContain(opened.target().key().reveal());
    }

    @Test
    void costsWhatTheDocumentationSays() {
        var before = fixture.server.spent();
        var opened = open("s-1");
        assertThat(fixture.server.spent() - before).isEqualTo(152);
        fixture.server.receive(opened.target().key().reveal());
        before = fixture.server.spent();
        report(opened.broadcast());
        assertThat(fixture.server.spent() - before).isEqualTo(2);
        before = fixture.server.spent();
        fixture.youtube.end(opened.broadcast(), access);
        assertThat(fixture.server.spent() - before).isEqualTo(51);
    }

    @Nested
    class OpenedTwice {

        @Test
        void isTheSameBroadcast() {
            var first = open("s-1");
            var elsewhere = fixture.provider(settings -> settings);
            var second = elsewhere.open(fixture.plan("s-1"), access);
            assertThat(second).isEqualTo(first);
            assertThat(fixture.server.broadcasts()).hasSize(1);
            assertThat(fixture.server.streams()).hasSize(1);
        }

        @Test
        void isTheSameBroadcastAlsoWhenItIsLive() {
            var first = open("s-1");
            fixture.server.receive(first.target().key().reveal());
            fixture.time.skip(Duration.ofMinutes(3));
            assertThat(fixture.youtube.open(fixture.plan("s-1"), access)).isEqualTo(first);
        }

        @Test
        void isAnotherBroadcastForAnotherSession() {
            var first = open("s-1");
            var second = open("s-2");
            assertThat(second.broadcast().id()).isNotEqualTo(first.broadcast().id());
            assertThat(second.target().key()).isNotEqualTo(first.target().key());
        }

        @Test
        void isFoundAmongManyOthers() {
            for (var i = 0; i < 120; i++) {
                fixture.server.announce(fixture.alice, "An evening of chess");
            }
            var first = open("s-1");
            assertThat(fixture.youtube.open(fixture.plan("s-1"), access)).isEqualTo(first);
            assertThat(fixture.server.broadcasts()).hasSize(121);
        }

        @Test
        void takesUpABroadcastThatWasMadeButNeverHeardOf() {
            var plan = fixture.plan("s-1");
            fixture.server.next("liveBroadcasts.insert", Fault.unheard());
            assertThat(trouble(fixture.youtube.open(plan, access)).retryable()).isTrue();
            assertThat(fixture.server.broadcasts()).hasSize(1);
            var opened = (Opening.Opened) fixture.youtube.open(plan, access);
            assertThat(fixture.server.broadcasts())
                    .containsExactly(opened.broadcast().id());
        }

        @Test
        void takesUpABroadcastThatWasNotBound() {
            var plan = fixture.plan("s-1");
            fixture.server.next("liveBroadcasts.bind", Fault.refused(403, "youtube.liveBroadcast", "backendError"));
            fixture.server.next("liveBroadcasts.bind", Fault.refused(503, "global", "backendError"));
            fixture.server.next("liveBroadcasts.bind", Fault.refused(503, "global", "backendError"));
            assertThat(trouble(fixture.youtube.open(plan, access)).code()).isEqualTo("backendError");
            fixture.youtube.open(plan, access);
            assertThat(fixture.server.broadcasts()).hasSize(1);
        }

        @Test
        void leavesAloneWhatSomebodyElseAnnounced() {
            var plan = fixture.plan("s-1");
            fixture.server.next(
                    "liveBroadcasts.bind",
                    Fault.refused(403, "youtube.liveBroadcast", "liveBroadcastBindingNotAllowed"));
            fixture.youtube.open(plan, access);
            var other = fixture.plan("s-1", StreamDetails.titled("Something else"));
            var opened = (Opening.Opened) fixture.youtube.open(other, access);
            assertThat(fixture.server.broadcasts())
                    .hasSize(2)
                    .last()
                    .isEqualTo(opened.broadcast().id());
        }
    }

    @Nested
    class GoingLive {

        @Test
        void isToldToYouTubeWhereItDoesNotStartByItself() {
            close();
            fixture = new YouTubeFixture(settings -> settings.autoStart(false));
            access = fixture.access();
            var opened = open("s-1");
            report(opened.broadcast());
            assertThat(fixture.server.asked()).doesNotContain("liveBroadcasts.transition");
            fixture.server.receive(opened.target().key().reveal());
            assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.PREPARING);
            assertThat(fixture.server.asked()).contains("liveBroadcasts.transition");
            assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        void isToldToYouTubeWhereItShouldHaveStartedAndDidNot() {
            var opened = open("s-1");
            fixture.server.autoStarts(false);
            fixture.server.receive(opened.target().key().reveal());
            report(opened.broadcast());
            fixture.time.skip(Duration.ofSeconds(10));
            report(opened.broadcast());
            assertThat(fixture.server.asked()).doesNotContain("liveBroadcasts.transition");
            fixture.time.skip(Duration.ofSeconds(21));
            report(opened.broadcast());
            assertThat(fixture.server.asked()).contains("liveBroadcasts.transition");
            assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        void isWaitedForWhileYouTubeIsAtIt() {
            fixture.server.slowTransitions(3);
            var opened = open("s-1");
            fixture.server.receive(opened.target().key().reveal());
            assertThat(List.of(
                            report(opened.broadcast()).phase(),
                            report(opened.broadcast()).phase(),
                            report(opened.broadcast()).phase(),
                            report(opened.broadcast()).phase()))
                    .startsWith(Phase.PREPARING)
                    .endsWith(Phase.LIVE);
        }

        @Test
        void thatYouTubeDoesNotAllowYetIsTriedAgain() {
            close();
            fixture = new YouTubeFixture(settings -> settings.autoStart(false));
            access = fixture.access();
            var opened = open("s-1");
            fixture.server.receive(opened.target().key().reveal());
            for (var reason : List.of("errorStreamInactive", "invalidTransition", "errorExecutingTransition")) {
                fixture.server.next("liveBroadcasts.transition", Fault.refused(403, "youtube.liveBroadcast", reason));
                var trouble = ((Look.Failed) fixture.youtube.advance(opened.broadcast(), access)).trouble();
                assertThat(trouble.code()).isEqualTo(reason);
                assertThat(trouble.retryable()).as(reason).isTrue();
            }
            report(opened.broadcast());
            assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        void thatSomebodyElseDidAlreadyIsFine() {
            close();
            fixture = new YouTubeFixture(settings -> settings.autoStart(false));
            access = fixture.access();
            var opened = open("s-1");
            fixture.server.receive(opened.target().key().reveal());
            fixture.server.next(
                    "liveBroadcasts.transition", Fault.refused(403, "youtube.liveBroadcast", "redundantTransition"));
            assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.PREPARING);
        }
    }

    @Nested
    class Looks {

        @Test
        void tellTheIssuesOfTheStreamTheGravestFirst() {
            var opened = live("s-1");
            fixture.server.health(
                    opened.target().key().reveal(),
                    "bad",
                    "info audioBitrateLow low",
                    "error videoIngestionStarved starved",
                    "warning gopSizeLong long",
                    "warning somethingNew new");
            assertThat(report(opened.broadcast()).issues())
                    .containsExactly(
                            new BroadcastIssue(
                                    Severity.ERROR,
                                    "videoIngestionStarved",
                                    "YouTube does not get enough of the stream to show it smoothly; check the way up, or lower the bitrate."),
                            new BroadcastIssue(
                                    Severity.WARNING,
                                    "gopSizeLong",
                                    "Keyframes come too seldom; set the keyframe interval to 2 s."),
                            new BroadcastIssue(
                                    Severity.WARNING,
                                    "somethingNew",
                                    "YouTube finds something wrong with the stream (somethingNew); YouTube Studio tells more."),
                            new BroadcastIssue(
                                    Severity.NOTE,
                                    "audioBitrateLow",
                                    "The sound has a lower bitrate than YouTube recommends; set it to 128 kbit/s."));
        }

        @Test
        void tellThatTheStreamIsGone() {
            var opened = live("s-1");
            fixture.server.lose(opened.target().key().reveal());
            var report = report(opened.broadcast());
            assertThat(report.phase()).isEqualTo(Phase.LIVE);
            assertThat(report.issues()).extracting(BroadcastIssue::code).containsExactly("streamInactive");
            fixture.server.receive(opened.target().key().reveal());
            assertThat(report(opened.broadcast()).issues()).isEmpty();
        }

        @Test
        void knowNoViewersWhereYouTubeDoesNotTell() {
            var opened = live("s-1");
            fixture.server.viewers(opened.broadcast().id(), null);
            assertThat(report(opened.broadcast()).viewers()).isNull();
        }

        @Test
        void tellThatSomebodyDeletedTheBroadcast() {
            var opened = live("s-1");
            fixture.server.forget(opened.broadcast().id());
            var report = report(opened.broadcast());
            assertThat(report.phase()).isEqualTo(Phase.ENDED);
            assertThat(report.issues()).extracting(BroadcastIssue::code).containsExactly("liveBroadcastNotFound");
        }

        @Test
        void tellThatYouTubeTookItBack() {
            fixture.server.autoStarts(false);
            var opened = open("s-1");
            fixture.server.receive(opened.target().key().reveal());
            fixture.server.phase(opened.broadcast().id(), "revoked");
            assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.ENDED);
        }

        @Test
        void tellThatSomebodyTookTheStreamFromTheBroadcast() {
            var opened = open("s-1");
            fixture.server.receive(opened.target().key().reveal());
            fixture.server.autoStarts(false);
            var other = open("s-2");
            fixture.server.receive(other.target().key().reveal());
            fixture.server.phase(other.broadcast().id(), "created");
            var report = report(other.broadcast());
            assertThat(report.phase()).isEqualTo(Phase.PREPARING);
            assertThat(report.issues()).extracting(BroadcastIssue::code).containsExactly("notBound");
        }

        @Test
        void comeOftenAtFirstAndSeldomOnceItIsLive() {
            var opened = open("s-1");
            assertThat(seen(opened.broadcast()).nextIn()).isEqualTo(Duration.ofSeconds(5));
            fixture.server.receive(opened.target().key().reveal());
            assertThat(seen(opened.broadcast()).nextIn()).isEqualTo(Duration.ofMinutes(1));
        }

        @Test
        void comeMoreSeldomWhenUnitsRunShort() {
            close();
            fixture = new YouTubeFixture(settings -> settings.units(500, 100));
            access = fixture.access();
            var opened = live("s-1");
            // 20 hours are left, and about 240 units that may be used for looks
            assertThat(seen(opened.broadcast()).nextIn()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
        }
    }

    @Nested
    class Ends {

        @Test
        void areIdempotent() {
            var opened = live("s-1");
            assertThat(fixture.youtube.end(opened.broadcast(), access)).isEqualTo(new Ending.Ended());
            assertThat(fixture.youtube.end(opened.broadcast(), access)).isEqualTo(new Ending.Ended());
            fixture.server.forget(opened.broadcast().id());
            assertThat(fixture.youtube.end(opened.broadcast(), access)).isEqualTo(new Ending.Ended());
        }

        @Test
        void leaveNoAnnouncementOfWhatWasNeverShown() {
            var opened = open("s-1");
            assertThat(fixture.youtube.end(opened.broadcast(), access)).isEqualTo(new Ending.Ended());
            assertThat(fixture.server.broadcasts()).isEmpty();
            assertThat(fixture.youtube.video(opened.broadcast(), access))
                    .isEqualTo(
                            new VideoLook.None(
                                    "The video is not at YouTube: the broadcast was never shown, or somebody deleted it there."));
        }

        @Test
        void thatFailAreTold() {
            var opened = live("s-1");
            fixture.server.next(
                    "liveBroadcasts.transition",
                    Fault.refused(403, "youtube.liveBroadcast", "errorExecutingTransition"));
            var trouble = ((Ending.Failed) fixture.youtube.end(opened.broadcast(), access)).trouble();
            assertThat(trouble.retryable()).isTrue();
            assertThat(fixture.youtube.end(opened.broadcast(), access)).isEqualTo(new Ending.Ended());
        }

        @Test
        void keepUnitsOfTheirOwn() {
            close();
            fixture = new YouTubeFixture(settings -> settings.units(240, 80));
            access = fixture.access();
            var opened = live("s-1");
            while (fixture.youtube.advance(opened.broadcast(), access) instanceof Look.Seen) {
                fixture.time.skip(Duration.ofMinutes(1));
            }
            var trouble = ((Look.Failed) fixture.youtube.advance(opened.broadcast(), access)).trouble();
            assertThat(trouble.code()).isEqualTo("quota_budget");
            assertThat(fixture.youtube.end(opened.broadcast(), access)).isEqualTo(new Ending.Ended());
        }
    }

    @Nested
    class Videos {

        @Test
        void thatYouTubeCannotMakeWillNeverBe() {
            var opened = live("s-1");
            fixture.youtube.end(opened.broadcast(), access);
            fixture.server.upload(opened.broadcast().id(), "failed");
            assertThat(fixture.youtube.video(opened.broadcast(), access))
                    .isEqualTo(new VideoLook.None("YouTube could not make a video of the broadcast (invalidFile)."));
            fixture.server.upload(opened.broadcast().id(), "rejected");
            assertThat(fixture.youtube.video(opened.broadcast(), access))
                    .isEqualTo(
                            new VideoLook.None("YouTube does not show the video (claim); YouTube Studio tells more."));
        }
    }

    @Nested
    class Troubles {

        @Test
        void ofTheChannelTellWhatToDo() {
            fixture.alice.refuseLive("liveStreamingNotEnabled");
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access)))
                    .isEqualTo(new PlatformTrouble(
                            false,
                            null,
                            "liveStreamingNotEnabled",
                            "Live streaming is not enabled for this YouTube channel. Its owner enables it in YouTube Studio"
                                    + " (Create > Go live); YouTube may take up to 24 hours for it."));
            fixture.alice.refuseLive("livePermissionBlocked");
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access))
                            .code())
                    .isEqualTo("livePermissionBlocked");
            assertThat(fixture.server.broadcasts()).isEmpty();
        }

        @Test
        void ofTheQuotaSendNothingUntilItComesBack() {
            fixture.server.quota(fixture.server.spent() + 10);
            var trouble = trouble(fixture.youtube.open(fixture.plan("s-1"), access));
            assertThat(trouble.code()).isEqualTo("quotaExceeded");
            assertThat(trouble.retryable()).isTrue();
            // Believed for half an hour; then it is asked whether that still holds.
            assertThat(trouble.retryAfter()).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(32));
            var asked = fixture.server.asked().size();
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access))
                            .code())
                    .isEqualTo("quota_budget");
            assertThat(fixture.server.asked()).hasSize(asked);
            fixture.server.quota(10_000);
            fixture.time.skip(Duration.ofMinutes(30));
            assertThat(fixture.youtube.open(fixture.plan("s-2"), access)).isInstanceOf(Opening.Opened.class);
        }

        @Test
        void ofTheQuotaLeaveNoHalfBroadcast() {
            close();
            fixture = new YouTubeFixture(settings -> settings.units(200, 60));
            access = fixture.access();
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access))
                            .code())
                    .isEqualTo("quota_budget");
            assertThat(fixture.server.streams()).isEmpty();
            assertThat(fixture.server.broadcasts()).isEmpty();
        }

        @Test
        void ofTheRateAreObeyed() {
            fixture.server.next(
                    "liveBroadcasts.list",
                    Fault.refused(403, "usageLimits", "rateLimitExceeded").with("Retry-After", "120"));
            var trouble = trouble(fixture.youtube.open(fixture.plan("s-1"), access));
            assertThat(trouble.code()).isEqualTo("rateLimitExceeded");
            assertThat(trouble.retryAfter()).isEqualTo(Duration.ofMinutes(2));
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access))
                            .code())
                    .isEqualTo("rate_budget");
            fixture.time.skip(Duration.ofMinutes(2));
            assertThat(fixture.youtube.open(fixture.plan("s-1"), access)).isInstanceOf(Opening.Opened.class);
        }

        @Test
        void ofAPassingKindAreNotSeen() {
            fixture.server.next("liveBroadcasts.list", Fault.refused(500, "global", "internalError"));
            fixture.server.next("liveBroadcasts.bind", Fault.refused(503, "global", "backendError"));
            assertThat(fixture.youtube.open(fixture.plan("s-1"), access)).isInstanceOf(Opening.Opened.class);
        }

        @Test
        void ofAnUnknownKindAreNamed() {
            fixture.server.next("liveStreams.insert", Fault.refused(400, "youtube.liveStream", "somethingNew"));
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access)))
                    .isEqualTo(
                            new PlatformTrouble(
                                    false,
                                    null,
                                    "somethingNew",
                                    "YouTube refused the request (somethingNew); look the word up in the reference of its API."));
        }

        @Test
        void ofTheTokenRenewItOnce() {
            fixture.server.expireTokens();
            assertThat(fixture.youtube.open(fixture.plan("s-1"), access)).isInstanceOf(Opening.Opened.class);
            assertThat(fixture.server.asked().stream().filter("token"::equals)).hasSize(1);
            assertThat(access.lost()).isEmpty();
        }

        @Test
        void ofAPermissionThatWasTakenBackAreTheOwnersToMend() {
            fixture.server.takeBack(fixture.alice);
            assertThat(trouble(fixture.youtube.open(fixture.plan("s-1"), access))
                            .code())
                    .isEqualTo("authError");
            assertThat(access.lost())
                    .containsExactly("YouTube does not take the saved permission; connect the account again.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"items\":7,\"id\":{},\"cdn\":[]}",
                "{\"items\":[7,{\"id\":null,\"snippet\":\"text\",\"status\":{\"lifeCycleStatus\":9}}],\"nextPageToken\":\"\"}",
                "{\"id\":\"x\",\"cdn\":{\"ingestionInfo\":{\"rtmpsIngestionAddress\":\"http://elsewhere\",\"streamName\":\"k\"}}}"
            })
    void answersThatMakeNoSenseAreTroublesAndNotExceptions(String body) {
        try (var odd = new ScriptedServer()) {
            for (var i = 0; i < 20; i++) {
                odd.then(200, body);
            }
            var youtube = provider(odd);
            var broadcast = new BroadcastRef("abc", "stream=def", null);
            assertThat(trouble(youtube.open(fixture.plan("s-1"), access)).code())
                    .isEqualTo("malformed");
            assertThat(youtube.advance(broadcast, access)).isInstanceOf(Look.class);
            assertThat(youtube.end(broadcast, access)).isInstanceOf(Ending.class);
            assertThat(youtube.video(broadcast, access)).isNotInstanceOf(VideoLook.Found.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"items\":7}", "{\"pageInfo\":{\"totalResults\":1}}"})
    void anEmptyAnswerIsNotTakenForTheEnd(String body) {
        try (var odd = new ScriptedServer()) {
            for (var i = 0; i < 20; i++) {
                odd.then(200, body);
            }
            var youtube = provider(odd);
            var broadcast = new BroadcastRef("abc", "stream=def", null);
            assertThat(((Look.Failed) youtube.advance(broadcast, access)).trouble())
                    .isEqualTo(new PlatformTrouble(
                            true,
                            null,
                            "malformed",
                            "YouTube answered without what was asked for; it is asked again later."));
            assertThat(youtube.end(broadcast, access)).isInstanceOf(Ending.Failed.class);
            assertThat(youtube.video(broadcast, access)).isInstanceOf(VideoLook.Failed.class);
        }
    }

    @Test
    void anAnswerThatCountsNoneIsOne() {
        try (var terse = new ScriptedServer()) {
            for (var i = 0; i < 3; i++) {
                terse.then(200, "{\"pageInfo\":{\"totalResults\":0}}");
            }
            var look = (Look.Seen) provider(terse).advance(new BroadcastRef("abc", "stream=def", null), access);
            assertThat(look.report().phase()).isEqualTo(Phase.ENDED);
        }
    }

    private YouTubeApi provider(ScriptedServer api) {
        return fixture.provider(settings -> settings.endpoints(new Endpoints(
                api.endpoint().base(),
                fixture.server.page(),
                fixture.server.token(),
                fixture.server.revocation(),
                fixture.server.devices())));
    }

    private Opening.Opened open(String session) {
        var opening = fixture.youtube.open(fixture.plan(session), access);
        assertThat(opening).isInstanceOf(Opening.Opened.class);
        return (Opening.Opened) opening;
    }

    private Opening.Opened live(String session) {
        var opened = open(session);
        fixture.server.receive(opened.target().key().reveal());
        assertThat(report(opened.broadcast()).phase()).isEqualTo(Phase.LIVE);
        return opened;
    }

    private Look.Seen seen(BroadcastRef broadcast) {
        var look = fixture.youtube.advance(broadcast, access);
        assertThat(look).isInstanceOf(Look.Seen.class);
        return (Look.Seen) look;
    }

    private BroadcastReport report(BroadcastRef broadcast) {
        return seen(broadcast).report();
    }

    private static PlatformTrouble trouble(Opening opening) {
        assertThat(opening).isInstanceOf(Opening.Failed.class);
        return ((Opening.Failed) opening).trouble();
    }
}
