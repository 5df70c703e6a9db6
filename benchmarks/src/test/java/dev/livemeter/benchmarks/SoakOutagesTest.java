package dev.livemeter.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.benchmarks.SoakOutages.Kind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SoakOutagesTest {

    private static final Instant BROKE = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant WELL = BROKE.plusSeconds(8);

    private final SoakOutages outages = new SoakOutages();

    private void breaks(Kind kind) {
        outages.begin(kind, BROKE);
        outages.end(WELL);
    }

    @Test
    void encodersMayBeTurnedAwayUntilTheLastHasComeBack() {
        breaks(Kind.AWAY);
        assertThat(outages.mayTurnAway(BROKE.minusMillis(1))).isFalse();
        assertThat(outages.mayTurnAway(BROKE)).isTrue();
        assertThat(outages.mayTurnAway(WELL.plusSeconds(29))).isTrue();
        assertThat(outages.mayTurnAway(WELL.plusSeconds(30))).isFalse();
    }

    @Test
    void whatGoesOnIsFeltHoweverLong() {
        outages.begin(Kind.AWAY, BROKE);
        assertThat(outages.mayTurnAway(BROKE.plusSeconds(3600))).isTrue();
    }

    @Test
    void aStreamOutlivesTheAbsenceOfTheApplicationUnlessItIsYoung() {
        breaks(Kind.AWAY);
        assertThat(outages.mayThrowOut(BROKE.minusSeconds(10), BROKE.plusSeconds(1)))
                .isFalse();
        assertThat(outages.mayThrowOut(BROKE.minusSeconds(9), BROKE.plusSeconds(1)))
                .isTrue();
        assertThat(outages.mayThrowOut(BROKE.plusSeconds(2), BROKE.plusSeconds(3)))
                .as("it came while nobody was let in")
                .isTrue();
    }

    @Test
    void theNextOutageWaitsUntilAllStreamsAreAnsweredForAgain() {
        breaks(Kind.AWAY);
        assertThat(outages.isRecovering(WELL.plusSeconds(17))).isTrue();
        assertThat(outages.isRecovering(WELL.plusSeconds(18))).isFalse();
    }

    @Test
    void noStreamOutlivesNginx() {
        breaks(Kind.BROKEN);
        assertThat(outages.mayThrowOut(BROKE.minusSeconds(600), BROKE.plusSeconds(1)))
                .isTrue();
        assertThat(outages.mayThrowOut(BROKE.minusSeconds(600), WELL.plusSeconds(30)))
                .isFalse();
        assertThat(outages.away()).isEmpty();
    }

    @Test
    void onlyStreamsFromShortlyBeforeAreHit() {
        breaks(Kind.AWAY);
        assertThat(outages.away()).hasSize(1).allSatisfy(outage -> {
            assertThat(outage.hits(BROKE.minusSeconds(9))).isTrue();
            assertThat(outage.hits(BROKE.minusSeconds(10))).isFalse();
            assertThat(outage.hits(BROKE.plusMillis(1))).isFalse();
        });
    }

    @Test
    void whatHasToBeDoneInUndisturbedTimeWaitsForOutages() {
        breaks(Kind.BROKEN);
        var span = Duration.ofSeconds(60);
        assertThat(outages.by(WELL.plusSeconds(30), span)).isEqualTo(WELL.plusSeconds(90));
        assertThat(outages.by(BROKE.minusSeconds(60), span)).isEqualTo(BROKE);
        assertThat(outages.by(BROKE.minusSeconds(50), span)).isEqualTo(BROKE.plusSeconds(10 + 8 + 30));
        assertThat(outages.by(WELL.plusSeconds(20), span)).isEqualTo(WELL.plusSeconds(90));
    }
}
