package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.IdSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AccessTokensTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final PeerId PEER = PeerId.of("alice");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00.500Z"));
    private final InstantSource time = now::get;
    private final AccessTokens tokens = tokens("a".repeat(32));

    private AccessTokens tokens(String key) {
        return new AccessTokens(key.getBytes(StandardCharsets.UTF_8), time, IdSource.random());
    }

    @Test
    void aTokenIsGoodForItsIdUntilItExpires() {
        var token = tokens.issue(ALICE, PEER, Duration.ofMinutes(1));
        assertThat(token.expiresAt()).isEqualTo(Instant.parse("2026-03-01T12:01:00.500Z"));
        assertThat(tokens.check(token.value().reveal(), PEER))
                .contains(new AccessTokens.Claim(ALICE, token.expiresAt()));
        assertThat(tokens.check(token.value().reveal(), PeerId.of("bob"))).isEmpty();
        now.set(Instant.parse("2026-03-01T12:01:00.499Z"));
        assertThat(tokens.check(token.value().reveal(), PEER)).isPresent();
        now.set(Instant.parse("2026-03-01T12:01:00.500Z"));
        assertThat(tokens.check(token.value().reveal(), PEER)).isEmpty();
    }

    @Test
    void nothingOfATokenCanBeChanged() {
        var token = tokens.issue(ALICE, PEER, Duration.ofMinutes(1)).value().reveal();
        for (var i = 0; i < token.length(); i++) {
            var other = token.charAt(i) == 'A' ? 'B' : 'A';
            var changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(tokens.check(changed, PEER)).as("character " + i).isEmpty();
        }
        assertThat(tokens.check(token + "A", PEER)).isEmpty();
        assertThat(tokens.check("", PEER)).isEmpty();
        assertThat(tokens("b".repeat(32)).check(token, PEER)).isEmpty();
        assertThat(tokens("a".repeat(32)).check(token, PEER)).isPresent();
    }

    @Test
    void aRenewedTokenIsAnotherOneEvenInTheSameMoment() {
        var first = tokens.issue(ALICE, PEER, Duration.ofMinutes(1)).value().reveal();
        var second = tokens.issue(ALICE, PEER, Duration.ofMinutes(1)).value().reveal();
        assertThat(second).isNotEqualTo(first);
        assertThat(tokens.check(first, PEER)).isPresent().isEqualTo(tokens.check(second, PEER));
    }

    @Test
    void tokensOfEarlierReleasesAreGoodUntilTheyExpire() {
        // For alice until 2026-03-01T12:01:00Z, made of the key by hand.
        var earlier = "YWxpY2U.1772366460.iayT6SojsD2vXNZcmkSwJYwnJ0JSsvKSEj-y6NAUmXs";
        assertThat(tokens.check(earlier, PEER))
                .contains(new AccessTokens.Claim(ALICE, Instant.parse("2026-03-01T12:01:00Z")));
        assertThat(tokens.check(earlier, PeerId.of("bob"))).isEmpty();
        assertThat(tokens("b".repeat(32)).check(earlier, PEER)).isEmpty();
        now.set(Instant.parse("2026-03-01T12:01:00Z"));
        assertThat(tokens.check(earlier, PEER)).isEmpty();
    }

    @Test
    void aTokenPrintsWithoutItsValue() {
        var token = tokens.issue(ALICE, PEER, Duration.ofMinutes(1));
        assertThat(token.toString()).doesNotContain(token.value().reveal());
    }
}
