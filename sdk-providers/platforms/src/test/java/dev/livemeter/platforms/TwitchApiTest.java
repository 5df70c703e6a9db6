package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.identity.UserId;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.SkippingTime;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsAccounts.Standing;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.ConnectsDevices.DevicePoll;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.standin.twitch.TwitchServer;
import dev.livemeter.testing.contract.ConnectsDevicesContract;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TwitchApiTest {

    private static final URI REDIRECT = URI.create("https://studio.example/back");
    private static final Secret VERIFIER = Secret.of("v".repeat(43));
    private static final String ALICE = "141981764";

    private final SkippingTime time = new SkippingTime(Instant.now());
    private TwitchServer server;
    private TwitchApi twitch;

    @BeforeEach
    void start() {
        server = TwitchServer.start();
        server.user(ALICE, "alice", "Alice");
        twitch = twitch(settings());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TwitchSettings settings() {
        return TwitchSettings.of(TwitchServer.CLIENT_ID, Secret.of(TwitchServer.CLIENT_SECRET))
                .at(server.identity(), server.api(), server.ingests())
                .shownAt(server.root());
    }

    private TwitchApi twitch(TwitchSettings settings) {
        return new TwitchApi(
                RtmpPlatform.of(CatalogueEntry.TWITCH),
                settings,
                null,
                time.surroundings(new Random(1)),
                HttpLimits.standard().within(Duration.ofSeconds(3), Duration.ofSeconds(8)),
                () -> {});
    }

    private Connection connect(Set<String> allowed) {
        return twitch.connect(server.code(ALICE, REDIRECT, allowed), REDIRECT, VERIFIER);
    }

    private AccountTokens tokens() {
        return ((Connection.Connected) connect(TwitchSettings.NEEDED)).tokens();
    }

    /** Somebody's account, which renews its token as the core does. */
    private final class Access implements AccountAccess {

        private final List<String> lost = new ArrayList<>();
        private AccountTokens tokens;

        private Access(AccountTokens tokens) {
            this.tokens = tokens;
        }

        @Override
        public PlatformAccount account() {
            return new PlatformAccount(
                    new AccountId("acc"),
                    UserId.of("alice"),
                    "twitch",
                    new PlatformIdentity(ALICE, "Alice"),
                    tokens.scopes(),
                    PlatformAccount.State.CONNECTED,
                    "",
                    Instant.EPOCH);
        }

        @Override
        public Secret token() {
            return tokens.access();
        }

        @Override
        public Secret tokenAfter(Secret refused) {
            if (twitch.renew(tokens) instanceof Renewal.Renewed renewed) {
                tokens = renewed.tokens();
            }
            return tokens.access();
        }

        @Override
        public void needsAuthorization(String why) {
            lost.add(why);
        }
    }

    private Access access() {
        return new Access(tokens());
    }

    private static BroadcastPlan plan(String title, String category, Privacy privacy) {
        return new BroadcastPlan(
                new SessionId("ses-12345678"),
                new DestinationId("dst-1"),
                new StreamDetails(title, "", category, privacy),
                Instant.EPOCH);
    }

    private static BroadcastPlan plan(String title, String category) {
        return plan(title, category, Privacy.PUBLIC);
    }

    private Opening.Opened opened(AccountAccess access) {
        return (Opening.Opened) twitch.open(plan("Evening", ""), access);
    }

    private PlatformTrouble failed(Opening opening) {
        assertThat(opening).isInstanceOf(Opening.Failed.class);
        return ((Opening.Failed) opening).trouble();
    }

    @Nested
    class Accounts {

        @Test
        void thePageAsksForWhatIsNeeded() {
            var page = twitch.authorizationPage(REDIRECT, "state-1", "challenge");
            assertThat(page.getPath()).isEqualTo("/oauth2/authorize");
            assertThat(page.getRawQuery())
                    .contains("client_id=" + TwitchServer.CLIENT_ID)
                    .contains("scope=channel%3Amanage%3Abroadcast+channel%3Aread%3Astream_key")
                    .contains("state=state-1")
                    .contains("response_type=code")
                    .doesNotContain(TwitchServer.CLIENT_SECRET);
        }

        @Test
        void aCodeConnectsOnce() {
            var code = server.code(ALICE, REDIRECT, TwitchSettings.NEEDED);
            var connection = twitch.connect(code, REDIRECT, VERIFIER);
            assertThat(connection).isInstanceOf(Connection.Connected.class);
            assertThat(((Connection.Connected) connection).identity()).isEqualTo(new PlatformIdentity(ALICE, "Alice"));
            assertThat(((Connection.Connected) connection).tokens().scopes())
                    .containsExactlyInAnyOrderElementsOf(TwitchSettings.NEEDED);
            assertThat(twitch.connect(code, REDIRECT, VERIFIER))
                    .isEqualTo(
                            new Connection.Refused(
                                    "Twitch does not take this permission, as it is too old or was used already; connect the account again."));
        }

        @Test
        void halfAPermissionIsTold() {
            assertThat(connect(Set.of("channel:read:stream_key")))
                    .isEqualTo(
                            new Connection.Refused(
                                    "Twitch was not allowed to tell the stream key and to change title and category; connect the account again and allow both."));
        }

        @Test
        void aWrongSecretIsTheOperatorsMatter() {
            twitch = twitch(TwitchSettings.of(TwitchServer.CLIENT_ID, Secret.of("another"))
                    .at(server.identity(), server.api(), server.ingests()));
            assertThat(connect(TwitchSettings.NEEDED))
                    .isInstanceOfSatisfying(
                            Connection.Unavailable.class,
                            unavailable -> assertThat(unavailable.message())
                                    .contains("invalid_client")
                                    .doesNotContain("another"));
        }

        @Test
        void refreshTokensAreUsedOnce() {
            var tokens = tokens();
            var renewed = twitch.renew(tokens);
            assertThat(renewed).isInstanceOf(Renewal.Renewed.class);
            var next = ((Renewal.Renewed) renewed).tokens();
            assertThat(next.refresh()).isNotEqualTo(tokens.refresh());
            assertThat(twitch.renew(tokens))
                    .isEqualTo(new Renewal.Lost(
                            "Twitch does not take the saved permission any more; connect the account again."));
            assertThat(twitch.renew(next)).isInstanceOf(Renewal.Renewed.class);
        }

        @Test
        void twitchWantsTokensValidatedEachHour() {
            var tokens = tokens();
            assertThat(twitch.validationInterval()).contains(Duration.ofHours(1));
            assertThat(twitch.validate(tokens)).isEqualTo(new Standing.Good());
            server.disconnect(ALICE);
            assertThat(twitch.validate(tokens)).isEqualTo(new Standing.Refused());
            for (var attempt = 0; attempt < 3; attempt++) {
                server.trouble("/validate", 503, 0);
            }
            assertThat(twitch.validate(tokens)).isInstanceOf(Standing.Unavailable.class);
        }

        @Test
        void aTokenIsRevoked() {
            var tokens = tokens();
            twitch.revoke(tokens);
            assertThat(server.knows(tokens.access().reveal())).isFalse();
            twitch.revoke(tokens);
        }

        @Test
        void aDeviceConnectsWithoutABrowser() {
            var started = (DeviceStart.Started) twitch.startDevice();
            assertThat(started.interval()).isEqualTo(Duration.ofSeconds(5));
            assertThat(started.page().toString()).startsWith(server.root() + "activate?device-code=");
            assertThat(twitch.pollDevice(started.deviceCode())).isEqualTo(new DevicePoll.Pending(false));
            // A moment of trouble is no answer.
            server.trouble("/oauth2/token", 503, 0);
            assertThat(twitch.pollDevice(started.deviceCode())).isEqualTo(new DevicePoll.Pending(true));
            server.enter(started.userCode(), ALICE);
            var poll = (DevicePoll.Done) twitch.pollDevice(started.deviceCode());
            assertThat(poll.connection()).isInstanceOf(Connection.Connected.class);
            assertThat(twitch.pollDevice(started.deviceCode()))
                    .isInstanceOfSatisfying(
                            DevicePoll.Done.class,
                            done -> assertThat(done.connection()).isInstanceOf(Connection.Refused.class));
        }
    }

    @Nested
    class Broadcasts {

        @Test
        void openingSetsTheChannelAndGivesKeyAndServer() {
            server.ingest(
                    "EU: Deprecated",
                    0,
                    true,
                    "rtmp://old.example/app/{stream_key}",
                    "rtmps://old.example/app/{stream_key}");
            server.ingest("EU: Depracated", 0, false, "rtmp://older.example/app/{stream_key}", "");
            server.ingest(
                    "US West",
                    1,
                    false,
                    "rtmp://sfo.example/app/{stream_key}",
                    "rtmps://sfo.example:443/app/{stream_key}");
            server.ingest(
                    "EU: Frankfurt",
                    5,
                    true,
                    "rtmp://fra.example/app/{stream_key}",
                    "rtmps://fra.example:443/app/{stream_key}");
            var opening = twitch.open(plan("Evening", "software and game development"), access());
            var opened = (Opening.Opened) opening;
            assertThat(opened.target())
                    .isEqualTo(
                            new PushTarget(URI.create("rtmp://fra.example/app"), Secret.of(server.streamKey(ALICE))));
            assertThat(opened.broadcast().page()).isEqualTo(server.watch(ALICE));
            assertThat(server.channel(ALICE)).containsExactly("Evening", "1469308723");
            assertThat(opening.toString()).doesNotContain(server.streamKey(ALICE));
        }

        @Test
        void theServerThatIsRankedFirstIsTakenWhereNoneIsTheDefault() {
            server.ingest("B", 2, false, "rtmp://two.example/app/{stream_key}", "rtmps://two.example/app/{stream_key}");
            server.ingest("A", 1, false, "rtmp://one.example/app/{stream_key}", "rtmps://one.example/app/{stream_key}");
            server.ingest("broken", 0, false, "http://none.example/{stream_key}", "not an address");
            assertThat(opened(access()).target().server()).isEqualTo(URI.create("rtmp://one.example/app"));
            twitch = twitch(settings().encrypted());
            assertThat(opened(access()).target().server()).isEqualTo(URI.create("rtmps://one.example/app"));
        }

        @Test
        void theListIsAskedForOnceInAnHour() {
            server.ingest("A", 1, true, "rtmp://one.example/app/{stream_key}", "");
            var access = access();
            opened(access);
            opened(access);
            assertThat(server.requests().stream().filter("GET /ingests"::equals))
                    .hasSize(1);
            time.skip(Duration.ofMinutes(61));
            opened(access);
            assertThat(server.requests().stream().filter("GET /ingests"::equals))
                    .hasSize(2);
        }

        @Test
        void withoutAListStreamsGoWhereTheyAlwaysCan() {
            assertThat(opened(access()).target().server()).isEqualTo(URI.create("rtmp://live.twitch.tv/app"));
        }

        @Test
        void aCategoryThatTwitchDoesNotKnowKeepsNobodyFromStreaming() {
            var access = access();
            twitch.open(plan("Before", "Music"), access);
            var opened = (Opening.Opened) twitch.open(plan("Evening", "Knitting"), access);
            assertThat(server.channel(ALICE)).containsExactly("Evening", "26936");
            var seen = (Look.Seen) twitch.advance(opened.broadcast(), access);
            assertThat(seen.report().issues()).extracting(BroadcastIssue::code).containsExactly("category_unknown");
        }

        @Test
        void whatIsNotForEverybodyIsNotShown() {
            assertThat(failed(twitch.open(plan("Secret", "", Privacy.UNLISTED), access())))
                    .isEqualTo(
                            new PlatformTrouble(
                                    false,
                                    null,
                                    "privacy",
                                    "Twitch shows every stream to everybody; choose a public stream, or switch this destination off for it."));
            assertThat(server.requests()).noneMatch(request -> request.contains("/helix/channels"));
        }

        @Test
        void aTokenThatEndedIsRenewedOnTheWay() {
            var access = access();
            server.expireAccess(ALICE);
            assertThat(twitch.open(plan("Evening", ""), access)).isInstanceOf(Opening.Opened.class);
            assertThat(access.lost).isEmpty();
        }

        @Test
        void whoDisconnectedTheApplicationMustConnectAgain() {
            var access = access();
            server.disconnect(ALICE);
            assertThat(failed(twitch.open(plan("Evening", ""), access)).retryable())
                    .isFalse();
            assertThat(access.lost).hasSize(1);
        }

        @Test
        void aScopeThatIsMissingNeedsAuthorization() {
            var access = new Access(new AccountTokens(
                    Secret.of(server.token(ALICE, Set.of())),
                    Secret.of(server.refreshToken(ALICE, Set.of())),
                    null,
                    Set.of()));
            assertThat(failed(twitch.open(plan("Evening", ""), access)).code()).isEqualTo("missing_scope");
            assertThat(access.lost).hasSize(1);
            // No renewal brings what was never allowed.
            assertThat(server.requests()).doesNotContain("POST /oauth2/token");
        }

        @Test
        void withoutTheScopesOfTheChatThereIsNone() {
            assertThat(twitch.hasChat()).isTrue();
            assertThat(twitch(settings().withoutChat()).hasChat()).isFalse();
        }

        @Test
        void tooManyRequestsArePausedAsTwitchAsks() {
            var access = access();
            server.leave(0);
            var trouble = failed(twitch.open(plan("Evening", ""), access));
            assertThat(trouble.retryable()).isTrue();
            assertThat(trouble.retryAfter()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(31));
        }

        @Test
        void whatPassesIsTriedAgain() {
            server.trouble("/helix/channels", 503, 0);
            server.trouble("/helix/streams/key", 500, 0);
            assertThat(twitch.open(plan("Evening", ""), access())).isInstanceOf(Opening.Opened.class);
        }

        @Test
        void aTwitchThatHangsIsNotWaitedForLong() {
            var access = access();
            for (var attempt = 0; attempt < 3; attempt++) {
                server.trouble("/helix/channels", 0, 20_000);
            }
            var began = System.nanoTime();
            assertThat(failed(twitch.open(plan("Evening", ""), access)).retryable())
                    .isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(14));
        }

        @Test
        void aStreamIsLiveOnceChannelShowsIt() {
            var access = access();
            var ref = opened(access).broadcast();
            assertThat(twitch.advance(ref, access))
                    .isEqualTo(new Look.Seen(
                            new BroadcastReport(Phase.PREPARING, List.of(), null), Duration.ofSeconds(10)));
            server.goLive(ALICE, time.instant(), 17, true);
            assertThat(twitch.advance(ref, access))
                    .isEqualTo(new Look.Seen(new BroadcastReport(Phase.LIVE, List.of(), 17L), Duration.ofSeconds(30)));
            assertThat(twitch.end(ref, access)).isEqualTo(new Ending.Ended());
        }

        @Test
        void theStreamOfYesterdayIsNotThisOne() {
            var access = access();
            var ref = opened(access).broadcast();
            server.goLive(ALICE, time.instant().minus(Duration.ofHours(20)), 5, true);
            assertThat(((Look.Seen) twitch.advance(ref, access)).report().phase())
                    .isEqualTo(Phase.PREPARING);
            assertThat(twitch.video(ref, access)).isEqualTo(new VideoLook.NotYet());
        }

        @Test
        void theReferenceIsUnderstoodByAnotherProcess() {
            var access = access();
            var ref = opened(access).broadcast();
            server.goLive(ALICE, time.instant(), 1, false);
            var later = twitch(settings());
            var read = new BroadcastRef(ref.id(), ref.handle(), ref.page());
            assertThat(((Look.Seen) later.advance(read, access)).report().phase())
                    .isEqualTo(Phase.LIVE);
            assertThat(later.advance(new BroadcastRef("x", "something else", null), access))
                    .isInstanceOf(Look.Failed.class);
        }
    }

    @Nested
    class Videos {

        @Test
        void theVideoOfThatStreamIsFound() {
            var access = access();
            server.goLive(ALICE, time.instant().minus(Duration.ofDays(1)), 1, true);
            var ref = opened(access).broadcast();
            server.goLive(ALICE, time.instant().plusSeconds(20), 1, true);
            var first = twitch.video(ref, access);
            assertThat(first)
                    .isInstanceOfSatisfying(
                            VideoLook.Found.class,
                            found -> assertThat(found.page().toString()).startsWith(server.root() + "videos/"));
            server.goLive(ALICE, time.instant().plusSeconds(4000), 1, true);
            assertThat(twitch.video(ref, access)).isEqualTo(first);
        }

        @Test
        void whoKeepsNoVideosHasNone() {
            var access = access();
            var ref = opened(access).broadcast();
            server.goLive(ALICE, time.instant(), 1, false);
            assertThat(twitch.video(ref, access)).isEqualTo(new VideoLook.NotYet());
            time.skip(Duration.ofMinutes(31));
            assertThat(twitch.video(ref, access))
                    .isEqualTo(
                            new VideoLook.None(
                                    "Twitch kept no video of this stream; switch on 'Store past broadcasts' in the Creator Dashboard to have one of the next."));
        }
    }

    @Test
    void peopleWatchAtTwitchUnlessTheSettingsSayOtherwise() {
        assertThat(TwitchSettings.of("client", null).site()).isEqualTo(URI.create("https://www.twitch.tv/"));
    }

    @Test
    void settingsShowNoSecret() {
        assertThat(settings().toString()).doesNotContain(TwitchServer.CLIENT_SECRET);
    }

    @Nested
    class AsOneThatConnectsDevices extends ConnectsDevicesContract {

        @Override
        protected ConnectsDevices provider() {
            return twitch;
        }

        @Override
        protected void enter(String userCode) {
            server.enter(userCode, ALICE);
        }

        @Override
        protected boolean takes(Secret access) {
            return server.knows(access.reveal());
        }

        @Override
        protected void goAway() {
            server.close();
        }

        @Override
        protected void pass(Duration span) {
            time.skip(span);
        }
    }

    @Test
    void countsWhatItAsks() {
        tokens();
        var totals = new HashMap<String, Long>();
        twitch.describe(new MetricSink() {
            @Override
            public void gauge(String name, String unit, String description, DoubleSupplier value) {
                throw new AssertionError("Twitch has no quota to show, and there is " + name);
            }

            @Override
            public void total(String name, String unit, String description, LongSupplier total) {
                totals.put(name, total.getAsLong());
            }
        });
        // The code's exchange, and whose account it is.
        assertThat(totals).containsEntry("livemeter.platform.twitch.answered", 2L);
        assertThat(totals).containsEntry("livemeter.platform.twitch.refused", 0L);
    }
}
