package dev.livemeter.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.RatedSpan.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sessions of which bundles of minutes cover the first time. */
final class CoveredRatingTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Tariff TARIFF = Tariff.perMinute("USD", "0.60");

    @Test
    void costsNothingAsLongAsItIsCovered() {
        var rating = TARIFF.withMinimum(usd("2.00")).rate(covered(90));
        assertThat(rating.cost(seconds(90))).isEqualTo(usd("0.00"));
        // The least charge is for a session that has used more than is covered.
        assertThat(rating.cost(seconds(91))).isEqualTo(usd("2.00"));
        assertThat(rating.affordable(usd("1.99"))).isEqualTo(seconds(90));
        assertThat(rating.nextStepAfter(Duration.ZERO)).isEqualTo(seconds(150));
    }

    @Test
    void isSoldInIncrementsFromTheEndOfWhatIsCovered() {
        var rating = TARIFF.rate(covered(90));
        assertThat(rating.cost(seconds(150))).isEqualTo(usd("0.60"));
        assertThat(rating.cost(seconds(151))).isEqualTo(usd("1.20"));
    }

    @Test
    void usesTheFreeTimeFirst() {
        var rating = TARIFF.withFree(seconds(30)).rate(covered(60));
        assertThat(rating.coveredOf(seconds(30))).isZero();
        assertThat(rating.coveredOf(Duration.ofMillis(30_001))).isEqualTo(seconds(1));
        assertThat(rating.coveredOf(seconds(90))).isEqualTo(seconds(60));
        assertThat(rating.coveredOf(seconds(9_000))).isEqualTo(seconds(60));
        assertThat(rating.cost(seconds(90))).isEqualTo(usd("0.00"));
    }

    @Test
    void saysWhichSecondsBundlesCovered() {
        var rating = TARIFF.withFree(seconds(60)).rate(covered(120));
        assertThat(rating.explain(Duration.ZERO, seconds(200)))
                .extracting(RatedSpan::sentence)
                .containsExactly(
                        "Minute 1: free at the start of a session.",
                        "Minutes 2 to 3: covered by bundled minutes.",
                        "Minute 4, March 2026: 0.60 USD per minute makes 0.60 USD.");
        var part = rating.explain(seconds(100), Duration.ofMillis(130_500)).get(0);
        assertThat(part.kind()).isEqualTo(Kind.COVERED);
        assertThat(part.isCovered()).isTrue();
        assertThat(part.from()).isEqualTo(seconds(100));
        assertThat(part.to()).isEqualTo(seconds(131));
        assertThat(part.amount()).isEqualTo(usd("0.00"));
    }

    @Test
    void isNoUseOfTheMonth() {
        var tariff = TARIFF.withTiers(Tier.of(Duration.ofMinutes(2), "50"));
        var rating = tariff.rate(covered(600));
        var used = seconds(600 + 180);
        assertThat(rating.usedIn(YearMonth.of(2026, 3), used)).isEqualTo(seconds(180));
        assertThat(rating.cost(used)).isEqualTo(usd("1.50"));
    }

    @Test
    void addsUpHoweverItIsSliced() {
        var random = new Random(40);
        for (var i = 0; i < 500; i++) {
            var tariff = TARIFF.in(new Increment(seconds(1 + random.nextInt(90)), seconds(1 + random.nextInt(90))))
                    .withFree(seconds(random.nextInt(50)))
                    .withMinimum(usd("0." + (10 + random.nextInt(90))))
                    .withTiers(Tier.of(seconds(60 + random.nextInt(600)), "20"));
            var basis = covered(random.nextInt(2_000));
            var rating = tariff.rate(basis);
            var sameFree = tariff.withFree(tariff.free().plus(basis.covered())).rate(basis.covering(Duration.ZERO));
            var at = Duration.ZERO;
            var amount = usd("0.00");
            var covered = Duration.ZERO;
            while (at.toSeconds() < 3_000) {
                var to = at.plusMillis(1 + random.nextInt(400_000));
                for (var span : rating.explain(at, to)) {
                    amount = amount.plus(span.amount());
                    covered = span.isCovered() ? covered.plus(span.length()) : covered;
                }
                at = to;
                assertThat(amount).isEqualTo(rating.cost(at)).isEqualTo(sameFree.cost(at));
                assertThat(covered).isEqualTo(rating.coveredOf(at));
                assertThat(rating.affordable(amount)).isEqualTo(sameFree.affordable(amount));
            }
        }
    }

    @Test
    void keepsWhatIsCoveredWhateverChangesOnTheWay() {
        var berlin = RatingBasis.startingAt(START, ZoneId.of("Europe/Berlin"), 1, Duration.ZERO)
                .covering(seconds(90));
        var stepped = berlin.with(new RatingBasis.Step(seconds(5), 4, Duration.ZERO));
        assertThat(stepped.covered()).isEqualTo(seconds(90));
        assertThat(berlin.beginningAt(START.plusSeconds(5)).covered()).isEqualTo(seconds(90));
        assertThat(berlin.beginningAt(Instant.parse("2026-04-01T12:00:00Z")).covered())
                .isEqualTo(seconds(90));
        assertThat(stepped.notation()).isEqualTo("2026-03-01T12:00:00Z Europe/Berlin covered=90s 0/1/0 5/4/0");
        assertThat(RatingBasis.parse(stepped.notation())).isEqualTo(stepped);
        assertThat(RatingBasis.parse("2026-03-01T12:00:00Z Z 0/1/0").covered()).isZero();
    }

    @Test
    void coversWholeSecondsOfWhichATariffCanHaveSoMany() {
        for (var wrong : new Duration[] {seconds(-1), Duration.ofMillis(500), seconds(1_000_000)}) {
            assertThatThrownBy(() -> covered(0).covering(wrong))
                    .isInstanceOf(LivemeterException.class)
                    .hasMessage("Bundles cover " + wrong
                            + " of the session; expected a whole number of seconds from 0 to 999999.");
        }
        assertThatThrownBy(() -> RatingBasis.parse("2026-03-01T12:00:00Z Z covered=1m 0/1/0"))
                .hasMessage(
                        "The notation of a rating basis has 'covered=1m' at character 24; expected covered time such"
                                + " as covered=3600s.");
    }

    private static RatingBasis covered(int seconds) {
        return RatingBasis.startingAt(START, ZoneOffset.UTC, 1, Duration.ZERO).covering(seconds(seconds));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
