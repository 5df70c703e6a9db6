package dev.livemeter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.secret.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenNotationTest {

    @Test
    void givesTokensBackWhole() {
        for (var tokens : List.of(
                new AccountTokens(
                        Secret.of("ya29.a0\n-~ \u4e2d"),
                        Secret.of("-"),
                        Instant.parse("2026-11-22T07:17:20.123456789Z"),
                        Set.of("https://host/auth", "chat:read")),
                new AccountTokens(Secret.of("x"), null, null, Set.of()),
                new AccountTokens(Secret.of("x"), Secret.of("y"), null, Set.of(), "4711-tv.apps"))) {
            assertThat(TokenNotation.read(TokenNotation.write(tokens))).isEqualTo(tokens);
        }
    }

    @Test
    void readsAndWritesWhatWasThereBeforeThereWereSeveralClients() {
        var tokens = new AccountTokens(Secret.of("a"), null, null, Set.of());
        assertThat(TokenNotation.write(tokens).reveal()).isEqualTo("1\nYQ==\n-\n-\n");
        assertThat(TokenNotation.read(Secret.of("1\nYQ==\n-\n-\n"))).isEqualTo(tokens);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2\nYQ==\n-\n-\n", "1\nYQ==\n-\n-", "1\n%secret\n-\n-\n", "1\nYQ==\n-\nsecret\n"})
    void doesNotQuoteWhatItCannotRead(String text) {
        assertThatThrownBy(() -> TokenNotation.read(Secret.of(text)))
                .hasMessage(
                        "The tokens of an account were stored by another version of Livemeter and cannot be read; connect the account again.")
                .hasNoCause()
                .extracting("code")
                .isEqualTo("account.unreadable");
    }
}
