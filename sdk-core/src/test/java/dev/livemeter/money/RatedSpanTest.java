package dev.livemeter.money;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.RatingBasis.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("CanonicalDuration") // minutes, as tariffs and bills say them
class RatedSpanTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final Tariff tariff = Tariff.perMinute("USD", "0.10")
            .withTiers(Tier.of(ofMinutes(600), "20"), Tier.of(ofMinutes(3000), "40"))
            .withFactors(DestinationFactor.of(4, "1.2"), DestinationFactor.of(6, "1.4"));

    private static RatingBasis basis(Duration usedElsewhere) {
        return RatingBasis.startingAt(Instant.parse("2026-11-10T12:00:00Z"), BERLIN, 1, usedElsewhere);
    }

    @Test
    void aBillTellsWhichMinutesAtWhichRateAndWhy() {
        var rating = tariff.rate(basis(ofMinutes(580))
                .with(new Step(ofSeconds(1815), 4, ofMinutes(580)))
                .with(new Step(ofSeconds(2700), 1, ofMinutes(580)))
                .with(new Step(ofSeconds(2710), 3, ofMinutes(590))));

        assertThat(rating.explain(Duration.ZERO, ofMinutes(60)))
                .extracting(RatedSpan::sentence)
                .containsExactly(
                        "Minutes 1 to 20, November 2026: 0.10 USD per minute makes 2.00 USD.",
                        "Minutes 21 to 30, November 2026: 0.10 USD per minute, less 20 % after 600 min in the month, makes 0.80 USD.",
                        "Minutes 31 to 45, November 2026: 0.10 USD per minute, times 1.2 from 4 destinations on, less 20 % after 600 min in"
                                + " the month, makes 1.44 USD.",
                        "Minutes 46 to 60, November 2026: 0.10 USD per minute, less 20 % after 600 min in the month, makes 1.20 USD.");
        assertThat(rating.explain(Duration.ZERO, ofMinutes(60)))
                .extracting(RatedSpan::destinations)
                .containsExactly(1, 1, 4, 3);
        assertThat(rating.cost(ofMinutes(60))).isEqualTo(Money.of("USD", "5.44"));
    }

    @Test
    void theListPriceHasTheFactorAndNotTheDiscount() {
        var rating = tariff.rate(basis(ofMinutes(580)).with(new Step(ofSeconds(1815), 4, ofMinutes(580))));

        assertThat(rating.explain(ofMinutes(10), ofMinutes(45)))
                .extracting(span ->
                        span.listPrice().amount() + " less " + span.discount().amount())
                .containsExactly("1.00 less 0.00", "1.00 less 0.20", "1.80 less 0.36");
    }

    @Test
    void ofStepsWithinAnIncrementTheOneWithMostDestinationsIsShown() {
        var rating = tariff.rate(basis(Duration.ZERO)
                .with(new Step(ofSeconds(10), 4, Duration.ZERO))
                .with(new Step(ofSeconds(20), 5, Duration.ZERO))
                .with(new Step(ofSeconds(30), 4, Duration.ZERO)));

        assertThat(rating.explain(Duration.ZERO, ofSeconds(1)))
                .singleElement()
                .extracting(RatedSpan::destinations)
                .isEqualTo(5);
    }

    @Test
    void whatComesAfterTheSpanIsNotShown() {
        var rating = tariff.rate(RatingBasis.startingAt(Instant.parse("2026-11-10T12:00:00Z"), BERLIN, 4, Duration.ZERO)
                .with(new Step(ofMinutes(10), 5, Duration.ZERO))
                .with(new Step(ofMinutes(20), 4, Duration.ZERO)));

        assertThat(rating.explain(Duration.ZERO, ofMinutes(10)))
                .extracting(RatedSpan::destinations)
                .containsExactly(4);
        assertThat(rating.explain(Duration.ZERO, ofMinutes(30)))
                .extracting(RatedSpan::destinations)
                .containsExactly(5);
    }

    @Test
    void timeThatIsNoWholeMinuteIsToldByTheClock() {
        var rating = Tariff.perMinute("USD", "0.60").in(Increment.SECONDS).rate(basis(Duration.ZERO));
        assertThat(rating.explain(ofSeconds(2 * 3600 + 5 * 60 + 7), Duration.ofHours(3))
                        .get(0)
                        .sentence())
                .isEqualTo("2:05:07 to 3:00:00, November 2026: 0.60 USD per minute makes 32.93 USD.");
        assertThat(rating.explain(ofSeconds(3600), ofSeconds(3669)).get(0).sentence())
                .isEqualTo("1:00:00 to 1:01:09, November 2026: 0.60 USD per minute makes 0.69 USD.");
        assertThat(rating.explain(ofSeconds(600), ofSeconds(610)).get(0).sentence())
                .isEqualTo("0:10:00 to 0:10:10, November 2026: 0.60 USD per minute makes 0.10 USD.");
    }

    @Test
    void aSpanCarriesWhatDecidedIt() {
        var span = tariff.rate(new RatingBasis(
                        Instant.parse("2026-11-10T12:00:00Z"),
                        BERLIN,
                        List.of(new Step(Duration.ZERO, 7, ofMinutes(3000)))))
                .explain(ofSeconds(30), ofSeconds(121))
                .get(0);

        assertThat(span)
                .isEqualTo(new RatedSpan(
                        RatedSpan.Kind.TIME,
                        ofMinutes(1),
                        ofMinutes(3),
                        YearMonth.of(2026, 11),
                        tariff.rate(),
                        Tier.of(ofMinutes(3000), "40"),
                        TierModel.GRADUATED,
                        DestinationFactor.of(6, "1.4"),
                        7,
                        Money.of("USD", "0.28"),
                        Money.of("USD", "0.168")));
        assertThat(span.length()).isEqualTo(ofMinutes(2));
        assertThat(span.discount()).isEqualTo(Money.of("USD", "0.112"));
        assertThat(span.isFree()).isFalse();
    }

    @Test
    void aMonthEndPartsASpan() {
        var rating =
                tariff.rate(RatingBasis.startingAt(Instant.parse("2026-12-31T22:58:30Z"), BERLIN, 1, Duration.ZERO));

        assertThat(rating.explain(Duration.ZERO, ofMinutes(5)))
                .extracting(RatedSpan::sentence)
                .containsExactly(
                        "Minutes 1 to 2, December 2026: 0.10 USD per minute makes 0.20 USD.",
                        "Minutes 3 to 5, January 2027: 0.10 USD per minute makes 0.30 USD.");
    }

    @Test
    void theOpeningTierIsToldAsSuch() {
        var rating = tariff.withTierModel(TierModel.OPENING_TIER).rate(basis(ofMinutes(600)));
        assertThat(rating.explain(Duration.ZERO, ofMinutes(1)).get(0).sentence())
                .isEqualTo(
                        "Minute 1, November 2026: 0.10 USD per minute, less 20 % for a session that begins after 600 min in the"
                                + " month, makes 0.08 USD.");
    }

    @Test
    void aDiscountForAllAndAFactorForAllNeedNoReason() {
        var rating = Tariff.perMinute("USD", "0.10")
                .withTiers(Tier.of(Duration.ZERO, "12.5"))
                .withFactors(DestinationFactor.of(1, "2"))
                .rate(basis(Duration.ZERO));
        assertThat(rating.explain(Duration.ZERO, ofMinutes(1)).get(0).sentence())
                .isEqualTo(
                        "Minute 1, November 2026: 0.10 USD per minute, times 2 from 1 destination on, less 12.5 %, makes 0.175 USD.");
    }

    @Test
    void aFactorWithoutADiscountReadsWell() {
        var rating =
                tariff.rate(RatingBasis.startingAt(Instant.parse("2026-11-10T12:00:00Z"), BERLIN, 4, Duration.ZERO));
        assertThat(rating.explain(Duration.ZERO, ofMinutes(1)).get(0).sentence())
                .isEqualTo(
                        "Minute 1, November 2026: 0.10 USD per minute, times 1.2 from 4 destinations on, makes 0.12 USD.");
    }

    @Test
    void freeTimeAndTheMinimumAreSpansOfTheirOwn() {
        var call = Tariff.perMinute("USD", "0.60")
                .in(Increment.SECONDS)
                .withFree(ofSeconds(30))
                .withMinimum(Money.of("USD", "0.25"));
        var rating = call.rate(basis(Duration.ZERO));

        assertThat(rating.explain(Duration.ZERO, ofSeconds(40)))
                .extracting(RatedSpan::sentence)
                .containsExactly(
                        "0:00:00 to 0:00:30: free at the start of a session.",
                        "0:00:30 to 0:00:40, November 2026: 0.60 USD per minute makes 0.10 USD.",
                        "A session costs at least 0.25 USD: 0.15 USD more.");
        assertThat(rating.explain(ofSeconds(40), ofSeconds(3_630)))
                .extracting(RatedSpan::sentence)
                .containsExactly(
                        "0:00:40 to 1:00:30, November 2026: 0.60 USD per minute makes 35.90 USD.",
                        "Of the least charge of 0.25 USD, taken before, 0.15 USD counts towards this.");
        assertThat(rating.explain(ofSeconds(10), ofSeconds(20)))
                .extracting(RatedSpan::sentence)
                .containsExactly("0:00:10 to 0:00:20: free at the start of a session.");
        assertThat(rating.explain(ofSeconds(30), ofSeconds(55)))
                .extracting(RatedSpan::kind)
                .containsExactly(RatedSpan.Kind.TIME);
        assertThat(rating.explain(ofSeconds(20), ofSeconds(20))).isEmpty();
    }

    @Test
    void onlyTimeSoldHasADiscount() {
        var call = tariff.withFree(ofSeconds(30)).withMinimum(Money.of("USD", "0.25"));
        var spans = call.rate(basis(ofMinutes(600))).explain(Duration.ZERO, ofSeconds(90));

        assertThat(spans).extracting(RatedSpan::isFree).containsExactly(true, false, false);
        assertThat(spans).extracting(span -> span.discount().amount()).containsExactly("0.00", "0.02", "0.00");
        assertThat(spans.get(2).listPrice()).isEqualTo(Money.of("USD", "0.25"));
        assertThat(spans.get(2).month()).isEqualTo(YearMonth.of(2026, 11));
        assertThat(spans.get(2).destinations()).isEqualTo(1);
    }

    @Test
    void theLastMicroUnitGoesToTheSpanInWhichItIsReached() {
        var rating = Tariff.perMinute("USD", "0.10").in(Increment.SECONDS).rate(basis(Duration.ZERO));

        assertThat(rating.explain(Duration.ZERO, ofSeconds(1)).get(0).amount()).isEqualTo(Money.of("USD", "0.001666"));
        assertThat(rating.explain(ofSeconds(1), ofSeconds(2)).get(0).amount()).isEqualTo(Money.of("USD", "0.001667"));
        assertThat(rating.explain(ofSeconds(2), ofSeconds(3)).get(0).amount()).isEqualTo(Money.of("USD", "0.001667"));
    }

    @Test
    void aSpanBackwardsIsRefused() {
        assertThatThrownBy(() -> tariff.rate(basis(Duration.ZERO)).explain(ofSeconds(2), ofSeconds(1)))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("tariff.beyond_range"))
                .hasMessage("The span to explain ends at PT1S, before it begins at PT2S; give the earlier first.");
    }
}
