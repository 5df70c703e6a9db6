package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsAccounts.Standing;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider keeps that {@link ConnectsAccounts}: the rules of {@code docs/contracts/connects-accounts.md}. Extend it, supply the provider and a platform to try it on, inherit
 * the tests.
 */
@Timeout(180)
public abstract class ConnectsAccountsContract {

    private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    private static final String STATE = "c3RhdGU-_" + "x".repeat(600);

    /** For those who extend it. */
    protected ConnectsAccountsContract() {}

    /** The provider under test; the same one at each call within a test. */
    protected abstract ConnectsAccounts provider();

    /** Where the platform is told to send people back to; one that it allows. */
    protected URI redirect() {
        return URI.create("https://host.example/connected");
    }

    /**
     * A person, always the same one, opens the page and allows it.
     *
     * @return where the platform sends their browser
     */
    protected abstract URI allow(URI page);

    /** The platform takes the access token no more, as after its time; it does take the refresh token. */
    protected abstract void endAccess(AccountTokens tokens);

    /** The person takes back what they allowed. */
    protected abstract void withdraw(AccountTokens tokens);

    /** Whether the platform takes the access token. */
    protected abstract boolean takes(Secret access);

    /** The platform cannot be reached, or cannot answer, from now on. */
    protected abstract void goAway();

    private URI page() {
        return provider().authorizationPage(redirect(), STATE, challenge());
    }

    private Connection connect(String code) {
        return provider().connect(code, redirect(), VERIFIER);
    }

    private Connection.Connected connected() {
        return (Connection.Connected) connect(code());
    }

    private String code() {
        var code = parameter(allow(page()), "code");
        assertThat(code).isNotNull();
        return code == null ? "" : code;
    }

    @Test
    @Rule("CNA-01")
    void thePageCarriesWhatComesBack() {
        var page = page();

        assertThat(page.getScheme()).isIn("https", "http");
        assertThat(parameter(page, "state")).isEqualTo(STATE);
        assertThat(parameter(page, "redirect_uri")).isEqualTo(redirect().toString());
        assertThat(parameter(page, "response_type")).isEqualTo("code");
        assertThat(page).isEqualTo(page());
        assertThat(page.toString()).doesNotContain(VERIFIER.reveal());
        assertThat(parameter(allow(page), "state")).isEqualTo(STATE);
    }

    @Test
    @Rule("CNA-02")
    void connectsWhoAllowedIt() {
        var connected = connected();

        assertThat(connected.identity().id()).isNotBlank();
        assertThat(connected.identity().name()).isNotBlank();
        assertThat(takes(connected.tokens().access())).isTrue();
    }

    @Test
    @Rule("CNA-03")
    void takesACodeOnceAndNoneThatWasMadeUp() {
        var code = code();
        assertThat(connect(code)).isInstanceOf(Connection.Connected.class);

        for (var wrong : new String[] {code, "made-up-secret"}) {
            assertThat(connect(wrong))
                    .isInstanceOfSatisfying(
                            Connection.Refused.class,
                            refused -> assertThat(refused.message())
                                    .endsWith(".")
                                    .contains(" ")
                                    .doesNotContain(wrong));
        }
    }

    @Test
    @Rule("CNA-04")
    void knowsAPersonAgain() {
        assertThat(connected().identity()).isEqualTo(connected().identity());
    }

    @Test
    @Rule("CNA-05")
    void renewsWhatHasEnded() {
        var old = connected().tokens();
        endAccess(old);
        assertThat(takes(old.access())).isFalse();

        var renewed = provider().renew(old);

        assertThat(renewed).isInstanceOfSatisfying(Renewal.Renewed.class, yes -> {
            assertThat(yes.tokens().access()).isNotEqualTo(old.access());
            assertThat(takes(yes.tokens().access())).isTrue();
        });
    }

    @Test
    @Rule("CNA-06")
    void tellsThatAPersonTookItBack() {
        var tokens = connected().tokens();
        withdraw(tokens);

        assertThat(provider().renew(tokens))
                .isInstanceOfSatisfying(
                        Renewal.Lost.class,
                        lost -> assertThat(lost.message())
                                .endsWith(".")
                                .contains(" ")
                                .doesNotContain(tokens.access().reveal()));
    }

    @Test
    @Rule("CNA-07")
    void tellsThatThePlatformIsAwayAndThrowsNothing() {
        var code = code();
        var tokens = connected().tokens();
        goAway();

        assertThat(connect(code)).isInstanceOf(Connection.Unavailable.class);
        assertThat(provider().renew(tokens)).isInstanceOf(Renewal.Unavailable.class);
        assertThatCode(() -> provider().revoke(tokens)).doesNotThrowAnyException();
        if (provider().validationInterval().isPresent()) {
            assertThat(provider().validate(tokens)).isInstanceOf(Standing.Unavailable.class);
        }
    }

    @Test
    @Rule("CNA-08")
    void revokesOnceAndForAll() {
        var tokens = connected().tokens();

        provider().revoke(tokens);
        provider().revoke(tokens);

        assertThat(takes(tokens.access())).isFalse();
    }

    @Test
    @Rule("CNA-09")
    void validatesWhereThePlatformWantsIt() {
        var tokens = connected().tokens();
        assertThat(provider().validate(tokens)).isInstanceOf(Standing.Good.class);
        if (provider().validationInterval().isPresent()) {
            endAccess(tokens);
            assertThat(provider().validate(tokens)).isInstanceOf(Standing.Refused.class);
        }
    }

    @Test
    @Rule("CNA-10")
    void showsNoTokenWhenPrinted() {
        var connected = connected();
        var tokens = connected.tokens();
        var renewed = provider().renew(tokens);
        var refresh = tokens.refresh();

        for (var printed : new Object[] {connected, tokens, renewed, provider()}) {
            assertThat(printed.toString()).doesNotContain(tokens.access().reveal());
            if (refresh != null) {
                assertThat(printed.toString()).doesNotContain(refresh.reveal());
            }
        }
    }

    private static @Nullable String parameter(URI address, String name) {
        return Arrays.stream(address.getRawQuery().split("&"))
                .filter(part -> part.startsWith(name + "="))
                .map(part -> URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElse(null);
    }

    private static String challenge() {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(VERIFIER.reveal().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
