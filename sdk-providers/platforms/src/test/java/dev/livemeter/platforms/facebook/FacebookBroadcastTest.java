package dev.livemeter.platforms.facebook;

import static dev.livemeter.platforms.facebook.FacebookFixture.opened;
import static dev.livemeter.platforms.facebook.FacebookFixture.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.KeptAccess;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.standin.facebook.Fault;
import dev.livemeter.testing.InMemoryPlatformChat;
import dev.livemeter.testing.contract.HostsBroadcastsContract;
import dev.livemeter.testing.contract.KeepsVideosContract;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a plan to a live video and what is left of it. */
class FacebookBroadcastTest {

    private final FacebookFixture fixture = new FacebookFixture();
    private final KeptAccess access = fixture.access();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Nested
    class ByTheContract extends HostsBroadcastsContract {

        private final FacebookApi other = fixture.provider(settings -> settings);

        @Override
        protected HostsBroadcasts provider() {
            return fixture.facebook;
        }

        @Override
        protected HostsBroadcasts another() {
            return other;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected Privacy privacy() {
            return Privacy.PUBLIC;
        }

        @Override
        protected void get(BroadcastRef broadcast) {
            assertThat(fixture.server.receive(fixture.server.key(broadcast.id())))
                    .isTrue();
        }

        @Override
        protected void loses(BroadcastRef broadcast) {
            fixture.server.lose(fixture.server.key(broadcast.id()));
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }

        @Override
        protected BroadcastRef unknown() {
            return new BroadcastRef("999", "", null);
        }
    }

    @Nested
    class OfVideosByTheContract extends KeepsVideosContract {

        private final FacebookApi other = fixture.provider(settings -> settings);

        @Override
        protected KeepsVideos provider() {
            return fixture.facebook;
        }

        @Override
        protected KeepsVideos another() {
            return other;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected void showsForAWhile(BroadcastRef broadcast) {
            fixture.server.receive(fixture.server.key(broadcast.id()));
            fixture.server.lose(fixture.server.key(broadcast.id()));
        }

        @Override
        protected void hasVideo(BroadcastRef broadcast) {
            fixture.server.recorded(broadcast.id());
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }
    }

    private Opening open(String session) {
        return fixture.facebook.open(fixture.plan(session), access);
    }

    private Look.Seen look(BroadcastRef ref) {
        return seen(fixture.facebook.advance(ref, access));
    }

    @Test
    void goesTheWholeWay() {
        var opened = opened(open("1"));
        var ref = opened.broadcast();
        assertThat(opened.target().server()).isEqualTo(URI.create("rtmps://live-api-s.facebook.invalid:443/rtmp"));
        assertThat(opened.target().key().reveal())
                .isEqualTo(fixture.server.key(ref.id()))
                .contains("?s_bl=1&");
        assertThat(ref.page()).isEqualTo(URI.create("https://www.facebook.com/5001/videos/7" + ref.id() + "/"));
        assertThat(look(ref).nextIn()).isEqualTo(Duration.ofSeconds(5));

        fixture.server.receive(opened.target().key().reveal());
        fixture.server.viewers(ref.id(), 17);
        var live = look(ref);
        assertThat(live.report().phase()).isEqualTo(Phase.LIVE);
        assertThat(live.report().viewers()).isEqualTo(17);
        assertThat(live.report().issues()).isEmpty();
        assertThat(live.nextIn()).isEqualTo(Duration.ofSeconds(30));

        assertThat(fixture.facebook.end(ref, access)).isInstanceOf(Ending.Ended.class);
        assertThat(look(ref).report().phase()).isEqualTo(Phase.ENDED);
        assertThat(fixture.facebook.video(ref, access)).isInstanceOf(VideoLook.NotYet.class);
        fixture.server.recorded(ref.id());
        assertThat(fixture.facebook.video(ref, access)).isEqualTo(new VideoLook.Found(ref.page()));
        fixture.server.forget(ref.id());
        assertThat(fixture.facebook.video(ref, access)).isInstanceOf(VideoLook.None.class);
        assertThat(look(ref).report().issues()).extracting(BroadcastIssue::code).containsExactly("liveVideoNotFound");
    }

    @Test
    void titleAndDescriptionAreSeenAndNothingElseOfOurs() {
        var details = new StreamDetails("Chess & tea", "Two\nlines \ud83d\ude00", "Games", Privacy.PUBLIC);
        var ref = opened(fixture.facebook.open(fixture.plan("1", details), access))
                .broadcast();

        assertThat(fixture.server.title(ref.id())).isEqualTo("Chess & tea");
        assertThat(fixture.server.description(ref.id())).isEqualTo("Two\nlines \ud83d\ude00");
        assertThat(fixture.server.labels(ref.id())).singleElement().asString().matches("livemeter-[0-9a-z]{20,30}");
    }

    @Test
    void aLostAnswerMakesNoSecondLiveVideo() {
        fixture.server.next("live_videos.create", Fault.unheard());
        assertThat(open("1"))
                .isInstanceOfSatisfying(
                        Opening.Failed.class,
                        failed -> assertThat(failed.trouble().retryable()).isTrue());
        assertThat(fixture.server.videos()).hasSize(1);

        var opened = opened(open("1"));

        assertThat(fixture.server.videos()).containsExactly(opened.broadcast().id());
        assertThat(opened(open("2")).broadcast().id())
                .isNotEqualTo(opened.broadcast().id());
    }

    @Test
    void whereNothingCanBeListedAnotherOneIsMade() {
        fixture.server.lists(false);

        assertThat(opened(open("1")).broadcast().id())
                .isNotEqualTo(opened(open("1")).broadcast().id());
    }

    @Test
    void whereTheListIsAwayNothingIsMade() {
        for (var attempt = 0; attempt < 3; attempt++) {
            fixture.server.next("live_videos.list", Fault.refused(500, 1, 0));
        }
        assertThat(open("1")).isInstanceOf(Opening.Failed.class);
        assertThat(fixture.server.videos()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIVE_NOW", "LIVE"})
    void isLiveWithTheFirstPictureWhateverWordIsReadBack(String word) {
        var ref = opened(open("1")).broadcast();
        fixture.server.status(ref.id(), word);
        assertThat(look(ref).report().phase()).isEqualTo(Phase.PREPARING);

        fixture.server.status(ref.id(), "LIVE_NOW");
        fixture.server.receive(fixture.server.key(ref.id()));
        fixture.server.status(ref.id(), word);
        assertThat(look(ref).report().phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void whatFacebookMeasuresAndNotesIsTold() {
        var ref = opened(open("1")).broadcast();
        fixture.server.receive(fixture.server.key(ref.id()));
        fixture.server.health(ref.id(), 2_000_000, 0);
        fixture.server.error(ref.id(), 1363120, "stream");
        fixture.server.error(ref.id(), 1363120, "stream");
        assertThat(look(ref).report().issues())
                .containsExactly(
                        new BroadcastIssue(
                                Severity.ERROR,
                                "noAudio",
                                "Facebook gets no sound, which it wants; check the encoder's audio source."),
                        new BroadcastIssue(
                                Severity.WARNING,
                                "stream",
                                "Facebook found something wrong with the stream (stream); Live Producer tells more."));
        fixture.server.lose(fixture.server.key(ref.id()));
        assertThat(look(ref).report().issues()).extracting(BroadcastIssue::code).containsExactly("noVideo", "stream");
    }

    @Test
    void oneThatIsADraftIsDeleted() {
        var ref = opened(open("1")).broadcast();
        fixture.server.status(ref.id(), "UNPUBLISHED");

        assertThat(fixture.facebook.end(ref, access)).isInstanceOf(Ending.Ended.class);
        assertThat(fixture.server.videos()).isEmpty();
    }

    @Test
    void aPageShowsNothingToSomeAlone() {
        var details = new StreamDetails("Chess", "", "", Privacy.PRIVATE);
        assertThat(fixture.facebook.open(fixture.plan("1", details), access))
                .isEqualTo(
                        new Opening.Failed(
                                new PlatformTrouble(
                                        false,
                                        null,
                                        "privacy",
                                        "What a Facebook page shows is seen by everybody; choose a public stream, or switch this destination off for it.")));
    }

    @Test
    void aProfileShowsToEverybodyOrToItsOwner() {
        try (var profiles = new FacebookFixture(FacebookSettings::withProfile)) {
            var own = profiles.access(profiles.connected());
            var shown = opened(profiles.facebook.open(profiles.plan("1"), own));
            assertThat(profiles.server.privacy(shown.broadcast().id())).isEqualTo("EVERYONE");
            var hidden = opened(profiles.facebook.open(
                    profiles.plan("2", new StreamDetails("Chess", "", "", Privacy.PRIVATE)), own));
            assertThat(profiles.server.privacy(hidden.broadcast().id())).isEqualTo("SELF");
            assertThat(profiles.facebook.open(
                            profiles.plan("3", new StreamDetails("Chess", "", "", Privacy.UNLISTED)), own))
                    .isInstanceOf(Opening.Failed.class);
            // Facebook has no labels there, so nothing tells them apart.
            assertThat(opened(profiles.facebook.open(profiles.plan("1"), own))
                            .broadcast()
                            .id())
                    .isNotEqualTo(shown.broadcast().id());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        400 | 100 | 0  | false | 100    | Facebook refused the request (error 100); look the number up in the reference of its Graph API.
        403 | 200 | 0  | false | 200    | Facebook does not let this account do that (error 200): connect it again and allow everything that is asked for. If that does not help, the page must be allowed to go live (60 days old, 100 followers), and Facebook must have reviewed the application.
        403 | 10  | 0  | false | 10     | Facebook does not let this account do that (error 10): connect it again and allow everything that is asked for. If that does not help, the page must be allowed to go live (60 days old, 100 followers), and Facebook must have reviewed the application.
        400 | 368 | 0  | false | 368    | Facebook has blocked this account or page for a while; its owner finds out why at Facebook, under Support Inbox.
        500 | 2   | 0  | true  | 2      | Facebook is in trouble itself (error 2); it is asked again later.
        503 | 999 | 0  | true  | 999    | Facebook is in trouble itself (error 999); it is asked again later.
        403 | 4   | 0  | true  | 4      | Facebook wants fewer requests from this application or page (error 4); it is asked again later.
        400 | 17  | 0  | true  | 17     | Facebook wants fewer requests from this application or page (error 17); it is asked again later.
        400 | 32  | 0  | true  | 32     | Facebook wants fewer requests from this application or page (error 32); it is asked again later.
        400 | 613 | 0  | true  | 613    | Facebook wants fewer requests from this application or page (error 613); it is asked again later.
        400 | 80001 | 0 | true | 80001  | Facebook wants fewer requests from this application or page (error 80001); it is asked again later.
        """)
    void errorsAreReadByTheirNumber(int status, int code, int subcode, boolean retryable, String word, String message) {
        fixture.server.next("live_videos.create", Fault.refused(status, code, subcode));

        assertThat(open("1")).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
            assertThat(failed.trouble().retryable()).isEqualTo(retryable);
            assertThat(failed.trouble().code()).isEqualTo(word);
            assertThat(failed.trouble().message()).isEqualTo(message);
        });
        assertThat(access.lost()).isEmpty();
    }

    @Test
    void aLimitStandsAsLongAsFacebookSays() {
        var ref = opened(open("1")).broadcast();
        fixture.server.next(
                "node",
                Fault.refused(400, 80001, 0)
                        .with(
                                "X-Business-Use-Case-Usage",
                                "{\"5001\":[{\"type\":\"pages\",\"call_count\":100,\"estimated_time_to_regain_access\":19},"
                                        + "{\"type\":\"x\",\"estimated_time_to_regain_access\":\"7\"}]}"));
        assertThat(fixture.facebook.advance(ref, access))
                .isInstanceOfSatisfying(
                        Look.Failed.class,
                        failed -> assertThat(failed.trouble().retryAfter()).isEqualTo(Duration.ofMinutes(19)));

        fixture.server.forgetAsked();
        assertThat(fixture.facebook.advance(ref, access)).isInstanceOf(Look.Failed.class);
        assertThat(fixture.server.asked()).isEmpty();

        fixture.time.skip(Duration.ofMinutes(19));
        assertThat(look(ref).report().phase()).isEqualTo(Phase.PREPARING);
    }

    @Test
    void aPageTokenThatEndedIsHadAgain() {
        var ref = opened(open("1")).broadcast();
        var old = access.token();
        fixture.server.end(old.reveal());

        assertThat(look(ref).report().phase()).isEqualTo(Phase.PREPARING);
        assertThat(access.token()).isNotEqualTo(old);
        assertThat(access.lost()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "458,Its owner removed this application at Facebook; connect the account again.",
        "460,The password of the Facebook account was changed; connect the account again.",
        "492,The person who connected the page may not manage it any more; connect it again as somebody who does."
    })
    void aTokenThatIsRefusedTwiceIsToldToTheAccount(int subcode, String why) {
        var ref = opened(open("1")).broadcast();
        fixture.server.next("node", Fault.refused(400, 190, subcode));
        fixture.server.end(access.token().reveal());
        // The page's token is asked for, and then refused as well.
        fixture.server.next("node", Fault.slow(Duration.ZERO));
        fixture.server.next("node", Fault.refused(400, 190, subcode));

        assertThat(fixture.facebook.advance(ref, access)).isInstanceOf(Look.Failed.class);
        assertThat(access.lost()).containsExactly(why);
    }

    @Test
    void whoMayNotGoLiveIsTold() {
        fixture.server.refuseLive("5001");

        assertThat(open("1")).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
            assertThat(failed.trouble().retryable()).isFalse();
            assertThat(failed.trouble().message()).contains("60 days old, 100 followers");
        });
    }

    @Test
    void anotherPagesLiveVideoIsNotThere() {
        var both = fixture.connected(fixture.chess, fixture.music);
        var ref = opened(fixture.facebook.open(fixture.plan("1"), fixture.access(both)))
                .broadcast();
        var music = fixture.access(both.besides().get(0));

        assertThat(seen(fixture.facebook.advance(ref, music)).report().phase()).isEqualTo(Phase.ENDED);
        assertThat(fixture.facebook.end(ref, music)).isInstanceOf(Ending.Ended.class);
        assertThat(look(ref).report().phase()).isEqualTo(Phase.PREPARING);
    }

    @Test
    void aSlowAnswerIsNotWaitedForForEver() {
        var ref = opened(open("1")).broadcast();
        fixture.server.next("node", Fault.slow(Duration.ofSeconds(2)));
        var quick = new FacebookApi(
                FacebookFixture.settings(fixture.server),
                fixture.facebook.byKey(),
                HttpLimits.standard().within(Duration.ofMillis(300), Duration.ofMillis(400)),
                fixture.time.surroundings(new Random(1)),
                http -> InMemoryPlatformChat.create(),
                () -> {});

        assertThat(quick.advance(ref, access))
                .isInstanceOfSatisfying(
                        Look.Failed.class,
                        failed -> assertThat(failed.trouble().code()).isEqualTo("timeout"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"\"",
                "{\"id\":\"../me\",\"secure_stream_url\":\"rtmps://h/rtmp/k\"}",
                "{\"id\":\"1\"}",
                "{\"id\":\"1\",\"secure_stream_url\":7}",
                "{\"id\":\"1\",\"secure_stream_url\":\"https://h/rtmp/k\"}",
                "{\"id\":\"1\",\"secure_stream_url\":\"rtmps:///rtmp/k\"}",
                "{\"id\":\"1\",\"secure_stream_url\":\"rtmps://h/k\"}",
                "{\"id\":\"1\",\"secure_stream_url\":\"rtmps://h/rtmp/\"}",
                "{\"id\":\"1\",\"secure_stream_url\":\"rtmps://h/rtmp/k y\"}",
                "{\"id\":\"1\",\"secure_stream_url\":\"rtmps://h/r t/k\"}"
            })
    void aStrangeAnswerOpensNothing(String answer) {
        fixture.server.next("live_videos.create", Fault.answered(200, answer));

        assertThat(open("1")).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
            assertThat(failed.trouble().retryable()).isTrue();
            assertThat(failed.trouble().code()).isEqualTo("malformed");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":7,\"live_views\":\"many\",\"ingest_streams\":{},\"errors\":[]}",
                "{\"status\":\"LIVE\",\"live_views\":-4,\"ingest_streams\":[1,{\"is_master\":1}],\"errors\":{\"data\":[7,{\"error_type\":\"<b>\"}]}}",
                "{\"status\":\"NEVER_HEARD_OF\",\"broadcast_start_time\":\"2026\"}"
            })
    void aStrangeLookIsNotLive(String answer) {
        var ref = opened(open("1")).broadcast();
        fixture.server.next("node", Fault.answered(200, answer));

        var report = look(ref).report();
        assertThat(report.phase()).isEqualTo(Phase.PREPARING);
        assertThat(report.issues()).allSatisfy(issue -> assertThat(issue.code()).isEqualTo("unknown"));
    }

    @Test
    void aHugeAnswerIsNotRead() {
        var ref = opened(open("1")).broadcast();
        fixture.server.next("node", Fault.answered(200, "{\"status\":\"" + "L".repeat(3 << 20) + "\"}"));

        assertThat(fixture.facebook.advance(ref, access))
                .isInstanceOfSatisfying(
                        Look.Failed.class,
                        failed -> assertThat(failed.trouble().code()).isEqualTo("too_long"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "http://www.facebook.com/",
                "https://facebook.com.other.example/",
                "//",
                "http://[",
                "\u0000",
                " "
            })
    void aStrangePageIsNotShown(String link) {
        fixture.server.next(
                "node",
                Fault.answered(
                        200,
                        jakarta.json.Json.createObjectBuilder()
                                .add("permalink_url", link)
                                .build()
                                .toString()));

        assertThat(opened(open("1")).broadcast().page()).isNull();
    }

    @Test
    void whatIsNoFacebookIdIsAskedNothing() {
        fixture.server.forgetAsked();
        var strange = new BroadcastRef("../me", "", null);

        assertThat(fixture.facebook.advance(strange, access)).isInstanceOf(Look.Failed.class);
        assertThat(fixture.facebook.end(strange, access)).isInstanceOf(Ending.Failed.class);
        assertThat(fixture.facebook.video(strange, access)).isInstanceOf(VideoLook.Failed.class);
        assertThat(fixture.server.asked()).isEmpty();
    }
}
