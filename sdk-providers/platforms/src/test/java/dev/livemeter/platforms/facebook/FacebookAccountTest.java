package dev.livemeter.platforms.facebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsAccounts.Standing;
import dev.livemeter.standin.facebook.Fault;
import dev.livemeter.standin.facebook.Person.Page;
import dev.livemeter.testing.contract.ConnectsAccountsContract;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How people connect their pages, and how long that lasts. */
class FacebookAccountTest {

    private final FacebookFixture fixture = new FacebookFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Nested
    class ByTheContract extends ConnectsAccountsContract {

        @Override
        protected ConnectsAccounts provider() {
            return fixture.facebook;
        }

        @Override
        protected URI allow(URI page) {
            return fixture.server.allow(page, fixture.alice, Set.of(), fixture.chess);
        }

        @Override
        protected void endAccess(AccountTokens tokens) {
            fixture.server.end(tokens.access().reveal());
        }

        @Override
        protected void withdraw(AccountTokens tokens) {
            fixture.server.withdraw(fixture.alice);
        }

        @Override
        protected boolean takes(Secret access) {
            return fixture.server.takes(access.reveal());
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }
    }

    @Test
    void eachPageThatWasChosenIsAnAccount() {
        var connected = fixture.connected(fixture.chess, fixture.music);

        assertThat(connected.identity()).isEqualTo(new PlatformIdentity("5001", "Alice plays chess"));
        assertThat(connected.besides())
                .extracting(Connection.Connected::identity)
                .containsExactly(new PlatformIdentity("5002", "Alice's band"));
        assertThat(connected.tokens().scopes())
                .containsAll(FacebookSettings.PAGES)
                .doesNotContain(FacebookSettings.PROFILE);
        var other = connected.besides().get(0).tokens();
        assertThat(other.access()).isNotEqualTo(connected.tokens().access());
        assertThat(fixture.facebook.shareOnePermission(connected.tokens(), other))
                .isTrue();
        assertThat(fixture.facebook.shareOnePermission(
                        connected.tokens(), fixture.connected(fixture.chess).tokens()))
                .isFalse();
    }

    @Test
    void thePersonsOwnProfileIsAnAccountWhereTheSettingsWantIt() {
        try (var profiles = new FacebookFixture(FacebookSettings::withProfile)) {
            var connected = profiles.connected(profiles.chess);
            assertThat(connected.besides()).hasSize(1);
            var profile = connected.besides().get(0);
            assertThat(profile.identity()).isEqualTo(new PlatformIdentity("1001", "Alice"));
            assertThat(profile.tokens().scopes()).containsExactly("publish_video");
            assertThat(profile.tokens().expiresAt()).isBefore(connected.tokens().expiresAt());

            assertThat(profiles.connect(Set.of("publish_video")))
                    .isInstanceOfSatisfying(
                            Connection.Connected.class,
                            alone -> assertThat(alone.identity().id()).isEqualTo("1001"));
            assertThat(profiles.facebook.renew(profile.tokens())).isInstanceOf(Renewal.Lost.class);
        }
    }

    @Test
    void whoChoosesNoPageOrAllowsTooLittleIsToldSoAndNothingStays() {
        assertThat(fixture.connect(Set.of()))
                .isEqualTo(
                        new Connection.Refused(
                                "No page was chosen at Facebook that this person may post to; connect the account again and choose one."));
        assertThat(fixture.connect(Set.of("pages_show_list", "pages_read_engagement"), fixture.chess))
                .isEqualTo(
                        new Connection.Refused(
                                "Facebook was not allowed everything that going live needs (pages_manage_posts is missing); connect the account again and allow it."));
        assertThat(fixture.server.asked())
                .filteredOn("me.permissions.delete"::equals)
                .hasSize(2);
    }

    @Test
    void aPageThatThePersonMayNotPostToIsNoAccount() {
        Page read = fixture.alice.page("5003", "Somebody else's", Set.of("ANALYZE"));

        assertThat(fixture.connected(read, fixture.music).identity().id()).isEqualTo("5002");
        assertThat(fixture.connect(Set.of(), read)).isInstanceOf(Connection.Refused.class);
    }

    @Test
    void moreThanAPageOfPagesIsRead() {
        var pages = new Page[150];
        for (var i = 0; i < pages.length; i++) {
            pages[i] = fixture.alice.page(String.valueOf(6000 + i), "Page " + i);
        }
        assertThat(fixture.connected(pages).besides()).hasSize(149);
    }

    @Test
    void aWrongSecretIsTheOperatorsMatter() {
        var other = fixture.provider(settings -> new FacebookSettings(
                settings.appId(),
                Secret.of("another secret"),
                settings.version(),
                false,
                true,
                settings.lookEvery(),
                settings.chatEvery(),
                settings.api(),
                settings.page()));
        var page = other.authorizationPage(FacebookFixture.REDIRECT, "state-0123456789", FacebookFixture.challenge());
        var code = FacebookFixture.query(fixture.server.allow(page, fixture.alice, Set.of(), fixture.chess))
                .get("code");

        assertThat(other.connect(code, FacebookFixture.REDIRECT, FacebookFixture.VERIFIER))
                .isEqualTo(
                        new Connection.Unavailable(
                                "Facebook does not know this application so (invalid_client); whoever runs it must compare client id, client secret and redirect address with those at Facebook."));
    }

    @Test
    void anAccountIsLostADayBeforeItsPermissionEnds() {
        var tokens = fixture.connected(fixture.chess).tokens();
        var ends = Instant.parse("2026-11-22T12:00:00Z").plus(Duration.ofDays(90));
        assertThat(tokens.expiresAt()).isBetween(ends, ends.plusSeconds(60));

        fixture.time.skip(Duration.ofDays(59).minusHours(1));
        assertThat(fixture.facebook.validate(tokens)).isInstanceOf(Standing.Good.class);
        assertThat(fixture.facebook.renew(tokens)).isInstanceOf(Renewal.Renewed.class);

        // The person's token is over, the page's is not.
        fixture.time.skip(Duration.ofDays(29));
        assertThat(fixture.facebook.validate(tokens)).isInstanceOf(Standing.Good.class);

        fixture.time.skip(Duration.ofDays(1).plusHours(2));
        assertThat(fixture.facebook.validate(tokens)).isInstanceOf(Standing.Refused.class);
        assertThat(fixture.facebook.renew(tokens)).isInstanceOf(Renewal.Lost.class);
    }

    @Test
    void aProfilesPermissionEndsWithThePersonsToken() {
        try (var profiles = new FacebookFixture(FacebookSettings::withProfile)) {
            var tokens = profiles.connected().tokens();
            assertThat(profiles.facebook.validate(tokens)).isInstanceOf(Standing.Good.class);
            profiles.time.skip(Duration.ofDays(59).plusHours(1));
            assertThat(profiles.facebook.validate(tokens)).isInstanceOf(Standing.Refused.class);
            assertThat(profiles.facebook.renew(tokens))
                    .isEqualTo(
                            new Renewal.Lost(
                                    "Facebook gives permission for some weeks only, and these are over; connect the account again."));
        }
    }

    @Test
    void aPageThatIsNotChosenAgainIsLost() {
        var both = fixture.connected(fixture.chess, fixture.music);
        var music = both.besides().get(0).tokens();
        fixture.connected(fixture.chess);

        assertThat(fixture.server.takes(music.access().reveal())).isFalse();
        assertThat(fixture.facebook.validate(music)).isInstanceOf(Standing.Refused.class);
        assertThat(fixture.facebook.renew(music)).isInstanceOf(Renewal.Lost.class);
        assertThat(fixture.facebook.validate(both.tokens())).isInstanceOf(Standing.Good.class);
    }

    @Test
    void tokensOfAnotherFormAreLostAndRevokedNowhere() {
        var strange = new AccountTokens(Secret.of("abc"), Secret.of("page x"), null, Set.of());

        assertThat(fixture.facebook.renew(strange)).isInstanceOf(Renewal.Lost.class);
        fixture.facebook.revoke(strange);
        assertThat(fixture.server.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "true",
                "{\"data\":[]}",
                "{\"data\":{\"is_valid\":\"yes\",\"scopes\":{}}}",
                "{\"data\":{\"is_valid\":true,\"app_id\":\"1\",\"scopes\":[\"pages_show_list\"]}}",
                "{\"data\":{\"is_valid\":true,\"app_id\":\"471100471100471\",\"scopes\":[7,null,{}],\"expires_at\":1e99}}"
            })
    void aStrangeAnswerAboutATokenConnectsNothing(String answer) {
        for (var attempt = 0; attempt < 3; attempt++) {
            fixture.server.next("debug_token", Fault.answered(200, answer));
        }

        assertThat(fixture.connect(Set.of(), fixture.chess)).isNotInstanceOf(Connection.Connected.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[{\"id\":\"x/y\",\"name\":\"n\",\"access_token\":\"t\",\"tasks\":[\"CREATE_CONTENT\"]}]}",
                "{\"data\":[{\"id\":\"1\",\"name\":\"n\",\"access_token\":\"t t\",\"tasks\":[\"CREATE_CONTENT\"]}]}",
                "{\"data\":[{\"id\":\"1\",\"name\":\"n\",\"access_token\":\"t\",\"tasks\":\"CREATE_CONTENT\"}]}",
                "{\"data\":[[1],\"a\",null]}"
            })
    void aStrangeListOfPagesConnectsNothing(String answer) {
        fixture.server.next("me.accounts", Fault.answered(200, answer));

        assertThat(fixture.connect(Set.of(), fixture.chess)).isInstanceOf(Connection.Refused.class);
    }

    @Test
    void aTransientTroubleLeavesThePermissionAlone() {
        var tokens = fixture.connected(fixture.chess).tokens();
        for (var attempt = 0; attempt < 3; attempt++) {
            fixture.server.next("debug_token", Fault.refused(500, 2, 0));
        }
        assertThat(fixture.facebook.renew(tokens))
                .isEqualTo(
                        new Renewal.Unavailable("Facebook is in trouble itself (error 2); it is asked again later."));
    }
}
