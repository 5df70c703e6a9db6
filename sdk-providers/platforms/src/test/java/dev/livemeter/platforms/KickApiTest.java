package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.KeptAccess;
import dev.livemeter.platforms.http.SkippingTime;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.standin.kick.KickServer;
import dev.livemeter.standin.kick.KickServer.Channel;
import dev.livemeter.testing.contract.ConnectsAccountsContract;
import dev.livemeter.testing.contract.HostsBroadcastsContract;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KickApiTest {

    private static final URI REDIRECT = URI.create("https://host.example/connected");
    private static final Secret VERIFIER = Secret.of("verifier-of-43-characters-or-more-0123456789-abc");

    private final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final KickServer server = KickServer.start(time);
    private final Channel alice = server.channel(123456, "Alice", "alice_plays");
    private final KickApi kick = provider();

    private KickApi provider() {
        server.redirect(REDIRECT);
        return new KickApi(
                RtmpPlatform.of(CatalogueEntry.KICK),
                KickSettings.of(KickServer.CLIENT_ID, Secret.of(KickServer.CLIENT_SECRET))
                        .at(server.root(), server.root()),
                time.surroundings(new Random(5)),
                HttpLimits.standard(),
                () -> {});
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Connection connect(String... scopes) {
        var page = kick.authorizationPage(REDIRECT, "state-0123456789", challenge());
        var code = server.allow(page, alice, Set.of(scopes)).getQuery().replaceAll("code=([^&]*).*", "$1");
        return kick.connect(code, REDIRECT, VERIFIER);
    }

    private static String challenge() {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(VERIFIER.reveal().getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private KeptAccess access() {
        return new KeptAccess(kick, "kick", (Connection.Connected) connect());
    }

    private BroadcastPlan plan(StreamDetails details) {
        return new BroadcastPlan(new SessionId("session-1"), new DestinationId("dst-1"), details, time.instant());
    }

    private Opening.Opened opened(AccountAccess access, String category) {
        var opening = kick.open(plan(new StreamDetails("An evening", "", category, Privacy.PUBLIC)), access);
        if (opening instanceof Opening.Failed failed) {
            throw new AssertionError(failed.trouble().toString());
        }
        return (Opening.Opened) opening;
    }

    private Look.Seen look(BroadcastRef ref, AccountAccess access) {
        return (Look.Seen) kick.advance(ref, access);
    }

    @Nested
    class OfAccountsByTheContract extends ConnectsAccountsContract {

        @Override
        protected ConnectsAccounts provider() {
            return kick;
        }

        @Override
        protected URI allow(URI page) {
            return server.allow(page, alice, Set.of());
        }

        @Override
        protected void endAccess(AccountTokens tokens) {
            server.expireTokens();
        }

        @Override
        protected void withdraw(AccountTokens tokens) {
            server.withdraw(alice);
        }

        @Override
        protected boolean takes(Secret access) {
            return server.takes(access.reveal());
        }

        @Override
        protected void goAway() {
            server.close();
        }
    }

    @Nested
    class OfBroadcastsByTheContract extends HostsBroadcastsContract {

        private final KickApi other = KickApiTest.this.provider();
        private final KeptAccess access = KickApiTest.this.access();

        @Override
        protected HostsBroadcasts provider() {
            return kick;
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
        protected boolean findsWhatItMade() {
            return false;
        }

        @Override
        protected void get(BroadcastRef broadcast) {
            assertThat(server.receive(alice.key())).isTrue();
        }

        @Override
        protected void loses(BroadcastRef broadcast) {
            server.lose(alice.key());
        }

        @Override
        protected void goAway() {
            server.close();
        }

        @Override
        protected BroadcastRef unknown() {
            return new BroadcastRef("999", "opened=1700000000", null);
        }
    }

    @Test
    void goesTheWholeWay() {
        var access = access();
        assertThat(access.account().identity()).isEqualTo(new PlatformIdentity("123456", "Alice"));

        var opened = opened(access, "chess");

        assertThat(alice.title()).isEqualTo("An evening");
        assertThat(alice.category()).isEqualTo(28);
        assertThat(opened.target().server())
                .isEqualTo(URI.create("rtmps://fa0000000000.global-contribute.live-video.invalid/app"));
        assertThat(opened.target().key().reveal()).isEqualTo(alice.key());
        assertThat(opened.broadcast().page()).isEqualTo(URI.create("https://kick.com/alice_plays"));
        assertThat(look(opened.broadcast(), access).nextIn()).isEqualTo(Duration.ofSeconds(10));

        server.receive(alice.key());
        server.viewers(alice, 12);
        var live = look(opened.broadcast(), access);
        assertThat(live.report().phase()).isEqualTo(Phase.LIVE);
        assertThat(live.report().viewers()).isEqualTo(12);
        assertThat(live.nextIn()).isEqualTo(Duration.ofSeconds(30));
        assertThat(kick.end(opened.broadcast(), access)).isInstanceOf(Ending.Ended.class);
        assertThat(kick).isNotInstanceOf(KeepsVideos.class).isNotInstanceOf(CarriesChat.class);
    }

    @Test
    void aCategoryThatKickDoesNotKnowKeepsNobodyFromStreaming() {
        var access = access();
        var opened = opened(access, "Che");

        assertThat(alice.category()).isEqualTo(15);
        assertThat(look(opened.broadcast(), access).report().issues())
                .extracting(BroadcastIssue::code)
                .containsExactly("category_unknown");
    }

    @Test
    void whatWasLiveBeforeIsAnotherStream() {
        var access = access();
        server.receive(alice.key());
        time.skip(Duration.ofMinutes(3));

        assertThat(look(opened(access, "").broadcast(), access).report().phase())
                .isEqualTo(Phase.PREPARING);
    }

    @Test
    void everybodySeesWhatKickShows() {
        assertThat(kick.open(plan(new StreamDetails("Secret", "", "", Privacy.PRIVATE)), access()))
                .isEqualTo(
                        new Opening.Failed(
                                new PlatformTrouble(
                                        false,
                                        null,
                                        "privacy",
                                        "Kick shows every stream to everybody; choose a public stream, or switch this destination off for it.")));
        assertThat(alice.title()).isEmpty();
    }

    @Test
    void whoAllowsTooLittleIsToldSoAndNothingStays() {
        assertThat(connect("user:read", "channel:read", "channel:write"))
                .isEqualTo(
                        new Connection.Refused(
                                "Kick was not allowed to tell server and stream key and to change title and category; connect the account again and allow all of it."));
        assertThat(server.asked()).contains("POST /oauth/revoke");
    }

    @Test
    void anEndedTokenIsRenewedOnceAndTheOldRefreshTokenIsWorthNothing() {
        var access = access();
        var old = access.tokens();
        time.skip(Duration.ofHours(2));

        assertThat(look(opened(access, "").broadcast(), access).report().phase())
                .isEqualTo(Phase.PREPARING);
        assertThat(access.tokens().refresh()).isNotEqualTo(old.refresh());
        assertThat(kick.renew(old)).isInstanceOf(Renewal.Lost.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400,false,http_400",
        "403,false,http_403",
        "404,false,http_404",
        "429,true,http_429",
        "500,true,http_500",
        "503,true,http_503"
    })
    void refusalsAreReadByTheirStatus(int status, boolean retryable, String code) {
        var access = access();
        for (var attempt = 0; attempt < 3; attempt++) {
            server.next("PATCH /public/v1/channels", status, "{\"data\":{},\"message\":\"Played by the test.\"}");
        }
        assertThat(kick.open(plan(StreamDetails.titled("An evening")), access))
                .isInstanceOfSatisfying(Opening.Failed.class, failed -> {
                    assertThat(failed.trouble().retryable()).isEqualTo(retryable);
                    assertThat(failed.trouble().code()).isEqualTo(code);
                    assertThat(failed.trouble().message()).doesNotContain("Played");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"data\":{}}",
                "{\"data\":[7]}",
                "{\"data\":[{\"broadcaster_user_id\":7,\"stream\":{\"url\":\"rtmps://h\",\"key\":\"k\"}}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":[]}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"url\":\"https://h\",\"key\":\"k\"}}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"url\":\"rtmps://h\",\"key\":\"\"}}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"url\":\"rtmps://h\",\"key\":\"k y\"}}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"url\":\"rtmps://[\",\"key\":\"k\"}}]}"
            })
    void aStrangeChannelOpensNothing(String answer) {
        var access = access();
        server.next("GET /public/v1/channels", 200, answer);

        assertThat(kick.open(plan(StreamDetails.titled("An evening")), access))
                .isInstanceOfSatisfying(
                        Opening.Failed.class,
                        failed -> assertThat(failed.trouble().code()).isEqualTo("incomplete"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"is_live\":\"true\",\"start_time\":\"2026-11-22T12:00:01Z\"}}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"is_live\":true,\"start_time\":\"now\"}}]}",
                "{\"data\":[{\"broadcaster_user_id\":123456,\"stream\":{\"is_live\":true}}]}",
                "{\"data\":null}"
            })
    void aStrangeLookIsNotLive(String answer) {
        var access = access();
        var ref = opened(access, "").broadcast();
        server.next("GET /public/v1/channels", 200, answer);

        assertThat(look(ref, access).report().phase()).isEqualTo(Phase.PREPARING);
    }

    @Test
    void aStrangeIdentityConnectsNothing() {
        server.next("GET /public/v1/users", 200, "{\"data\":[{\"user_id\":\"../1\",\"name\":\"x\"}]}");

        assertThat(connect())
                .isEqualTo(new Connection.Unavailable("Kick did not say whose account it is; connect it again."));
    }

    @Test
    void aBroadcastOfAnotherFormIsAStrangers() {
        assertThat(kick.advance(new BroadcastRef("1", "what", null), access()))
                .isInstanceOfSatisfying(
                        Look.Failed.class,
                        failed -> assertThat(failed.trouble().code()).isEqualTo("unknown_broadcast"));
    }
}
