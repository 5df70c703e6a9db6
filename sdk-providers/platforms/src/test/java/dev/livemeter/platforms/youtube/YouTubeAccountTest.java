package dev.livemeter.platforms.youtube;

import static dev.livemeter.platforms.youtube.YouTubeFixture.REDIRECT;
import static dev.livemeter.platforms.youtube.YouTubeFixture.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.ConnectsDevices.DevicePoll;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import dev.livemeter.standin.youtube.Fault;
import dev.livemeter.testing.contract.ConnectsDevicesContract;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Accounts, against a strict stand-in for Google's authorization server. */
class YouTubeAccountTest {

    private static final String YOUTUBE = "https://www.googleapis.com/auth/youtube";

    private YouTubeFixture fixture = new YouTubeFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Nested
    class ByBrowser {

        @Test
        void thePageAsksForTheOneScopeOfflineAndWithProof() {
            var page = fixture.youtube.authorizationPage(REDIRECT, "state-0123456789", YouTubeFixture.challenge());
            assertThat(YouTubeFixture.query(page))
                    .containsEntry("scope", YOUTUBE)
                    .containsEntry("access_type", "offline")
                    .containsEntry("prompt", "consent")
                    .containsEntry("response_type", "code")
                    .containsEntry("code_challenge_method", "S256")
                    .containsEntry("code_challenge", YouTubeFixture.challenge())
                    .containsEntry("state", "state-0123456789")
                    .containsEntry("redirect_uri", REDIRECT.toString());
        }

        @Test
        void aChannelIsConnected() {
            var connected = (Connection.Connected) fixture.connect(fixture.alice);
            assertThat(connected.identity()).isEqualTo(new PlatformIdentity("UC-alice", "Alice's channel"));
            assertThat(connected.tokens().scopes()).containsExactly(YOUTUBE);
            assertThat(connected.tokens().refresh()).isNotNull();
            assertThat(connected.tokens().expiresAt())
                    .isBetween(
                            fixture.time.instant().plusSeconds(3500),
                            fixture.time.instant().plusSeconds(3600));
            assertThat(connected.toString()).doesNotContain("ya29").doesNotContain("1//");
        }

        @Test
        void aCodeIsGoodForOneUseAndItsVerifierAlone() {
            var page = fixture.youtube.authorizationPage(REDIRECT, "state-0123456789", YouTubeFixture.challenge());
            var code = YouTubeFixture.query(fixture.server.allow(page, fixture.alice, Set.of()))
                    .get("code");
            var wrong = Secret.of("another-verifier-of-43-characters-or-more-0123456789");
            var refused = new Connection.Refused(
                    "Google does not take the code: it is good for one use and some minutes. Connect the account again.");
            assertThat(fixture.youtube.connect(code, REDIRECT, wrong)).isEqualTo(refused);
            assertThat(fixture.youtube.connect(code, REDIRECT, VERIFIER)).isInstanceOf(Connection.Connected.class);
            assertThat(fixture.youtube.connect(code, REDIRECT, VERIFIER)).isEqualTo(refused);
        }

        @Test
        void aPermissionThatDoesNotCoverYouTubeIsRefusedAndGivenBack() {
            assertThat(fixture.connect(fixture.alice, YOUTUBE + ".readonly"))
                    .isEqualTo(
                            new Connection.Refused(
                                    "The permission to manage YouTube was not given; connect the account again and leave its box ticked."));
            assertThat(fixture.server.standingGrants()).isZero();
        }

        @Test
        void anAccountWithoutAChannelIsRefusedAndGivenBack() {
            var bob = fixture.server.person("bob", "");
            bob.withoutChannel();
            assertThat(fixture.connect(bob))
                    .isEqualTo(
                            new Connection.Refused(
                                    "This Google account has no YouTube channel. Create one at YouTube, then connect the account again."));
            assertThat(fixture.server.standingGrants()).isZero();
        }

        @Test
        void aPermissionThatWorksIsKeptWhereTheChannelCouldNotBeAskedFor() {
            for (var attempt = 0; attempt < 3; attempt++) {
                fixture.server.next("channels.list", Fault.refused(503, "youtube.api", "backendError"));
            }
            assertThat(fixture.connect(fixture.alice)).isInstanceOf(Connection.Unavailable.class);
            assertThat(fixture.server.standingGrants()).isOne();
        }

        @Test
        void aServerInTroubleIsToldApartFromARefusal() {
            fixture.server.next("token", Fault.refused(503, "", "temporarily_unavailable"));
            assertThat(fixture.connect(fixture.alice))
                    .isEqualTo(new Connection.Unavailable(
                            "Google is in trouble itself (status 503); it is asked again later."));
        }

        @Test
        void aWrongClientSecretIsForWhoeverRunsIt() {
            fixture.server.next("token", Fault.refused(401, "", "invalid_client"));
            assertThat(fixture.connect(fixture.alice))
                    .isEqualTo(new Connection.Unavailable(
                            "Google does not know this application so (invalid_client); whoever runs it must compare client id,"
                                    + " client secret and redirect address with those at Google."));
        }
    }

    @Nested
    class Renewals {

        @Test
        void keepTheRefreshTokenWhereGoogleGivesNoOther() {
            var tokens = fixture.tokens(fixture.alice);
            var renewed = ((Renewal.Renewed) fixture.youtube.renew(tokens)).tokens();
            assertThat(renewed.access()).isNotEqualTo(tokens.access());
            assertThat(renewed.refresh()).isEqualTo(tokens.refresh());
            assertThat(renewed.scopes()).isEqualTo(tokens.scopes());
        }

        @Test
        void takeTheNewRefreshTokenWhereItRotates() {
            fixture.server.rotation(true);
            var tokens = fixture.tokens(fixture.alice);
            var renewed = ((Renewal.Renewed) fixture.youtube.renew(tokens)).tokens();
            assertThat(renewed.refresh()).isNotEqualTo(tokens.refresh());
            assertThat(fixture.youtube.renew(renewed)).isInstanceOf(Renewal.Renewed.class);
            assertThat(fixture.youtube.renew(tokens)).isInstanceOf(Renewal.Lost.class);
        }

        @Test
        void endWhenThePermissionIsTakenBack() {
            var tokens = fixture.tokens(fixture.alice);
            fixture.server.takeBack(fixture.alice);
            assertThat(fixture.youtube.renew(tokens))
                    .isEqualTo(new Renewal.Lost(
                            "Google takes the saved permission no more: it was taken back, or ended unused."
                                    + " Connect the account again."));
        }

        @Test
        void doNotEndBecauseOfATroubleOrAWrongSecret() {
            var tokens = fixture.tokens(fixture.alice);
            fixture.server.next("token", Fault.refused(500, "", "internal_failure"));
            assertThat(fixture.youtube.renew(tokens)).isInstanceOf(Renewal.Unavailable.class);
            fixture.server.next("token", Fault.refused(401, "", "invalid_client"));
            assertThat(fixture.youtube.renew(tokens)).isInstanceOf(Renewal.Unavailable.class);
            fixture.server.next("token", Fault.unheard());
            assertThat(fixture.youtube.renew(tokens)).isInstanceOf(Renewal.Unavailable.class);
            assertThat(fixture.youtube.renew(tokens)).isInstanceOf(Renewal.Renewed.class);
        }

        @Test
        void areNotAskedForTwiceAtOnce() {
            var tokens = fixture.tokens(fixture.alice);
            fixture.server.forgetAsked();
            fixture.server.next("token", Fault.refused(503, "", "temporarily_unavailable"));
            fixture.youtube.renew(tokens);
            assertThat(fixture.server.asked()).containsExactly("token");
        }

        @Test
        void needARefreshToken() {
            var tokens = fixture.tokens(fixture.alice);
            assertThat(fixture.youtube.renew(new AccountTokens(tokens.access(), null, null, tokens.scopes())))
                    .isInstanceOf(Renewal.Lost.class);
        }
    }

    @Test
    void aRevokedAccountIsForgottenThere() {
        var tokens = fixture.tokens(fixture.alice);
        assertThat(fixture.server.standingGrants()).isOne();
        fixture.youtube.revoke(tokens);
        assertThat(fixture.server.standingGrants()).isZero();
        fixture.youtube.revoke(tokens);
    }

    @Nested
    class ByDevice {

        @Test
        void aPersonEntersACode() {
            var started = started();
            assertThat(started.page()).isEqualTo(fixture.server.root().resolve("device"));
            assertThat(started.interval()).isEqualTo(Duration.ofSeconds(5));
            assertThat(started.expiresIn()).isEqualTo(Duration.ofMinutes(30));
            assertThat(poll(started)).isEqualTo(new DevicePoll.Pending(false));
            assertThat(poll(started)).isEqualTo(new DevicePoll.Pending(true));
            fixture.server.enter(started.userCode(), fixture.alice);
            fixture.time.skip(Duration.ofSeconds(10));
            var connected = (Connection.Connected) ((DevicePoll.Done) poll(started)).connection();
            assertThat(connected.identity().id()).isEqualTo("UC-alice");
        }

        @Test
        void aPersonWhoSaysNoIsToldSo() {
            var started = started();
            fixture.server.enter(started.userCode(), null);
            assertThat(poll(started))
                    .isEqualTo(new DevicePoll.Done(new Connection.Refused(
                            "The permission was not given at Google; connect the account again and allow it.")));
        }

        @Test
        void aCodeThatNobodyEntersEnds() {
            var started = started();
            fixture.time.skip(Duration.ofMinutes(31));
            assertThat(poll(started))
                    .isEqualTo(new DevicePoll.Done(new Connection.Refused(
                            "The code was not entered at Google in time; connect the account again.")));
        }

        @Test
        void aServerInTroubleIsAskedMoreSeldom() {
            var started = started();
            fixture.server.next("token", Fault.refused(503, "", "temporarily_unavailable"));
            assertThat(poll(started)).isEqualTo(new DevicePoll.Pending(true));
            fixture.server.next("device", Fault.refused(401, "", "invalid_client"));
            assertThat(fixture.youtube.startDevice()).isInstanceOf(DeviceStart.Unavailable.class);
        }

        private DeviceStart.Started started() {
            return (DeviceStart.Started) fixture.youtube.startDevice();
        }

        private DevicePoll poll(DeviceStart.Started started) {
            return fixture.youtube.pollDevice(started.deviceCode());
        }
    }

    @Nested
    class AsOneThatConnectsDevices extends ConnectsDevicesContract {

        @Override
        protected ConnectsDevices provider() {
            return fixture.youtube;
        }

        @Override
        protected void enter(String userCode) {
            fixture.server.enter(userCode, fixture.alice);
        }

        @Override
        protected boolean takes(Secret access) {
            return fixture.server.takes(access.reveal());
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }

        @Override
        protected void pass(Duration time) {
            fixture.time.skip(time);
        }
    }

    @Nested
    class ByAClientForDevices {

        private static final String TV = "471100-tv.apps.googleusercontent.com";

        @BeforeEach
        void haveTwoClients() {
            fixture.close();
            fixture = new YouTubeFixture(settings -> settings.deviceClient(TV, Secret.of("GOCSPX-tv-secret")));
            fixture.server.deviceClient(TV, "GOCSPX-tv-secret");
        }

        private AccountTokens ofADevice() {
            var started = (DeviceStart.Started) fixture.youtube.startDevice();
            fixture.server.enter(started.userCode(), fixture.alice);
            fixture.time.skip(Duration.ofSeconds(10));
            var done = (DevicePoll.Done) fixture.youtube.pollDevice(started.deviceCode());
            return ((Connection.Connected) done.connection()).tokens();
        }

        @Test
        void bothWaysWorkAndTokensAreRenewedByTheClientThatTheyWereHadBy() {
            var ofPage = fixture.tokens(fixture.alice);
            var ofDevice = ofADevice();
            assertThat(ofPage.client()).isEmpty();
            assertThat(ofDevice.client()).isEqualTo(TV);

            for (var tokens : List.of(ofPage, ofDevice)) {
                var renewed = ((Renewal.Renewed) fixture.youtube.renew(tokens)).tokens();
                assertThat(renewed.client()).isEqualTo(tokens.client());
                assertThat(fixture.youtube.renew(renewed)).isInstanceOf(Renewal.Renewed.class);
            }
            // As they would be without that mark.
            assertThat(fixture.youtube.renew(ofDevice.of(""))).isInstanceOf(Renewal.Unavailable.class);
        }

        @Test
        void whatWasHadByEitherIsRevoked() {
            var ofDevice = ofADevice();
            assertThat(fixture.server.standingGrants()).isOne();
            fixture.youtube.revoke(ofDevice);
            assertThat(fixture.server.standingGrants()).isZero();
        }

        @Test
        void aClientThatIsConfiguredNoMoreLosesNoAccount() {
            var ofDevice = ofADevice();
            var without = fixture.provider(settings -> settings);
            assertThat(without.renew(ofDevice))
                    .isEqualTo(
                            new Renewal.Unavailable(
                                    "The account was connected on a device by the client " + TV
                                            + ", which is configured no more; give it as device-client-id again, or connect the account again."));
            without.revoke(ofDevice);
            assertThat(fixture.server.standingGrants()).isZero();
        }
    }
}
