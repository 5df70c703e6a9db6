package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.platforms.http.SkippingTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));

    private Pace pace(QuotaLedger quota) {
        return new Pace(time, quota, Duration.ofMinutes(1));
    }

    @Test
    void aBroadcastThatNeverBeginsIsLookedAtEverMoreSeldom() {
        var pace = pace(QuotaLedger.unlimited(time));
        var looks = 0;
        for (var passed = Duration.ZERO; passed.compareTo(Duration.ofHours(1)) < 0; looks++) {
            var next = pace.next("b", Phase.PREPARING);
            assertThat(next).isBetween(Duration.ofSeconds(5), Duration.ofMinutes(1));
            passed = passed.plus(next);
            time.skip(next);
        }
        assertThat(looks).isLessThan(140);
        assertThat(pace.next("b", Phase.PREPARING)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void forTwoMinutesItIsWaitedForWithAllThatIsLeft() {
        var pace = pace(QuotaLedger.unlimited(time));
        assertThat(pace.routine("b")).isFalse();
        assertThat(pace.next("b", Phase.PREPARING)).isEqualTo(Duration.ofSeconds(5));
        time.skip(Duration.ofSeconds(110));
        assertThat(pace.next("b", Phase.PREPARING)).isEqualTo(Duration.ofSeconds(5));
        assertThat(pace.routine("b")).isFalse();
        time.skip(Duration.ofSeconds(10));
        assertThat(pace.routine("b")).isTrue();
        // YouTube gets the stream at last: it is about to be live.
        pace.autoStartFailed("b");
        assertThat(pace.routine("b")).isFalse();
        assertThat(pace.next("b", Phase.PREPARING)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whereUnitsRunShortItIsLookedAtAsSeldomAsOneThatIsLive() {
        var pace = pace(new QuotaLedger(time, ZoneOffset.UTC, 100, 50, Map.of(), 1));
        pace.next("b", Phase.PREPARING);
        time.skip(Duration.ofMinutes(3));
        assertThat(pace.next("b", Phase.PREPARING)).isEqualTo(Duration.ofMinutes(10));
    }
}
