package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each push was given, where only the sum is counted. */
class PushSharesTest {

    private final PushShares<String> shares = new PushShares<>();

    @Test
    void whatComesGoesToAllWhileNothingIsMissing() {
        assertThat(shares.observe(1_000, 5_000, Map.of("a", false, "b", false))).isEqualTo(Map.of("a", 0L, "b", 0L));
        assertThat(shares.observe(1_500, 6_000, Map.of("a", true, "b", false))).isEqualTo(Map.of("a", 500L, "b", 500L));
        assertThat(shares.isOneLeftOut()).isFalse();
    }

    @Test
    void whatIsMissingIsLaidToWhoTakesNothing() {
        shares.observe(1_000, 2_000, Map.of("a", false, "b", false));
        assertThat(shares.observe(2_000, 3_000, Map.of("a", true, "b", false))).isEqualTo(Map.of("a", 0L, "b", 1_000L));
        assertThat(shares.isOneLeftOut()).isTrue();
    }

    @Test
    void whatIsMissingAndNobodysFaultIsNobodys() {
        shares.observe(1_000, 2_000, Map.of("a", false, "b", false));
        assertThat(shares.observe(2_000, 3_000, Map.of("a", false, "b", false)))
                .isEqualTo(Map.of("a", 1_000L, "b", 1_000L));
        assertThat(shares.isOneLeftOut()).isTrue();
    }

    @Test
    void aPartThatIsMissingIsThatOfWhoIsSlow() {
        shares.observe(1_000, 2_000, Map.of("slow", false, "good", false));
        assertThat(shares.observe(2_000, 3_500, Map.of("slow", true, "good", false)))
                .isEqualTo(Map.of("slow", 500L, "good", 1_000L));
        assertThat(shares.isOneLeftOut()).isFalse();
    }

    @Test
    void twoThatAreStuckShareWhatIsMissing() {
        shares.observe(1_000, 0, Map.of("a", false, "b", false, "c", false));
        assertThat(shares.observe(2_000, 1_000, Map.of("a", true, "b", true, "c", false)))
                .isEqualTo(Map.of("a", 0L, "b", 0L, "c", 1_000L));
    }

    @Test
    void oneAloneIsCountedAsItIsAndWhoLooksOnCountsForNobody() {
        shares.observe(1_000, 0, Map.of("a", true));
        assertThat(shares.observe(2_000, 900, Map.of("a", true))).isEqualTo(Map.of("a", 900L));
        assertThat(shares.observe(3_000, 2_900, Map.of("a", true))).isEqualTo(Map.of("a", 1_900L));
    }

    @Test
    void whoIsGoneIsForgotten() {
        shares.observe(1_000, 0, Map.of("a", false));
        shares.observe(2_000, 1_000, Map.of());
        assertThat(shares.observe(3_000, 2_000, Map.of("a", false))).isEqualTo(Map.of("a", 0L));
    }
}
