package dev.livemeter.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.recording.RecordingLink.Claim;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingLinkTest {

    private static final Instant END = Instant.parse("2026-03-01T12:00:00.750Z");

    private final MediaKey key = MediaKey.fresh(new SecureRandom());
    private final RecordingLink link = RecordingLink.make(new RecordingId("rec-0001"), END, key);

    @Test
    void saysWhatAndUntilWhenAndIsSigned() {
        var token = link.token().reveal();
        assertThat(token).matches("rec-0001\\.1772366400\\.[A-Za-z0-9_-]{43}");
        assertThat(link.expiresAt()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
        var claim = Claim.read(token).orElseThrow();
        assertThat(claim.id()).isEqualTo(new RecordingId("rec-0001"));
        assertThat(claim.expiresAt()).isEqualTo(link.expiresAt());
        assertThat(claim.isSignedBy(key)).isTrue();
        assertThat(link.toString()).doesNotContain(token);
    }

    @Test
    void isBoundToItsRecordingItsTimeAndItsKey() {
        var signature = link.token().reveal().substring("rec-0001.1772366400.".length());
        assertThat(signs("rec-0002.1772366400." + signature)).isFalse();
        assertThat(signs("rec-0001.1772366401." + signature)).isFalse();
        var other = signature.charAt(5) == 'A' ? 'B' : 'A';
        assertThat(signs("rec-0001.1772366400." + signature.substring(0, 5) + other + signature.substring(6)))
                .isFalse();
        assertThat(Claim.read(link.token().reveal()).orElseThrow().isSignedBy(MediaKey.fresh(new SecureRandom())))
                .isFalse();
    }

    private boolean signs(String token) {
        return Claim.read(token).orElseThrow().isSignedBy(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "rec-0001",
                "rec-0001.1772366400",
                "rec-0001.1772366400.short",
                "rec-0001.-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "rec-0001.9999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "../etc/pa.1772366400.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "rec-0001.1772366400.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "rec-0001.1772366400.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
            })
    void whatHasAnotherFormIsNoLink(String token) {
        assertThat(Claim.read(token)).isEmpty();
    }
}
