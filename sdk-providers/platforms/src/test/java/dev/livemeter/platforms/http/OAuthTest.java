package dev.livemeter.platforms.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What token endpoints answer that no client should believe. */
class OAuthTest {

    private final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final ScriptedServer server = new ScriptedServer();
    private final OAuth oauth = new OAuth(
            new PlatformHttp(
                    Dialect.plain("Somewhere"),
                    HttpLimits.standard(),
                    time.surroundings(new Random(7)),
                    Budgets.generous(time),
                    new CallCounts("somewhere", QuotaLedger.unlimited(time))),
            new OAuthSettings(
                    "client",
                    null,
                    Set.of("things"),
                    server.endpoint(),
                    Map.of(),
                    server.endpoint(),
                    null,
                    null,
                    "scope",
                    OAuthSettings::standardError));

    @AfterEach
    void close() {
        server.close();
    }

    private TokenAnswer exchange() {
        return oauth.exchange("code", URI.create("https://host.example/connected"), Secret.of("verifier"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"abc\\ndef\"}",
                "{\"access_token\":\"abc\\u00e9\"}",
                "{\"access_token\":\"abc def\"}",
                "{\"access_token\":\"\"}",
                "{\"access_token\":\"abc\",\"refresh_token\":\"def\\u0007\"}",
            })
    void tokensThatFitNoHeaderAreNotTaken(String answer) {
        server.then(200, answer);
        var taken = exchange();
        assertThat(taken).isInstanceOf(TokenAnswer.Unavailable.class);
        assertThat(((TokenAnswer.Unavailable) taken).trouble().code()).isEqualTo("malformed");
        assertThat(taken.toString()).doesNotContain("abc", "def");
    }

    @Test
    void anEmptyRefreshTokenLeavesTheOneFromBefore() {
        server.then(200, "{\"access_token\":\"abc\",\"refresh_token\":\"\"}")
                .then(200, "{\"access_token\":\"abc\",\"refresh_token\":\"\"}");
        assertThat(((TokenAnswer.Granted) exchange()).tokens().refresh()).isNull();
        var before = new AccountTokens(Secret.of("old"), Secret.of("lasting"), null, Set.of("things"));
        assertThat(((TokenAnswer.Granted) oauth.refresh(before)).tokens().refresh())
                .isEqualTo(Secret.of("lasting"));
    }
}
