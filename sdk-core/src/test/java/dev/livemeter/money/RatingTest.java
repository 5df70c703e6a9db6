package dev.livemeter.money;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.RatingBasis.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("CanonicalDuration") // minutes, as tariffs and bills say them
class RatingTest {

    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Instant MID_MONTH = Instant.parse("2026-11-10T12:00:00Z");

    private final Tariff tariff = Tariff.perMinute("USD", "0.10")
            .withTiers(Tier.of(ofMinutes(600), "20"), Tier.of(ofMinutes(3000), "40"))
            .withFactors(DestinationFactor.of(4, "1.2"), DestinationFactor.of(6, "1.4"));
    private final Tariff byOpening = tariff.withTierModel(TierModel.OPENING_TIER);

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    private static RatingBasis after(Duration usedElsewhere) {
        return RatingBasis.startingAt(MID_MONTH, UTC, 1, usedElsewhere);
    }

    @Nested
    class Tiers {

        @Test
        void the601stMinuteIsTheFirstOfTheSecondTier() {
            var rating = tariff.rate(after(Duration.ZERO));

            assertThat(rating.cost(ofMinutes(600))).isEqualTo(usd("60.00"));
            assertThat(rating.cost(ofMinutes(601))).isEqualTo(usd("60.08"));
            assertThat(rating.cost(ofMinutes(3000))).isEqualTo(usd("252.00"));
            assertThat(rating.cost(ofMinutes(3001))).isEqualTo(usd("252.06"));
        }

        @ParameterizedTest
        @CsvSource({"PT9H59M,0.10", "PT9H59M59S,0.10", "PT10H,0.08", "PT49H59M59S,0.08", "PT50H,0.06"})
        void useInOtherSessionsCounts(Duration elsewhere, String minute) {
            assertThat(tariff.rate(after(elsewhere)).cost(ofMinutes(1))).isEqualTo(usd(minute));
            assertThat(byOpening.rate(after(elsewhere)).cost(ofMinutes(1))).isEqualTo(usd(minute));
        }

        @Test
        void sixtyHoursCostTheSameInOnePieceAndInThree() {
            var whole = tariff.rate(after(Duration.ZERO)).cost(Duration.ofHours(60));
            var pieces = tariff.rate(after(Duration.ZERO))
                    .cost(ofMinutes(601))
                    .plus(tariff.rate(after(ofMinutes(601))).cost(ofMinutes(2400)))
                    .plus(tariff.rate(after(ofMinutes(3001))).cost(ofMinutes(599)));

            assertThat(whole).isEqualTo(usd("288.00"));
            assertThat(pieces).isEqualTo(whole);
        }

        @Test
        void withTheOpeningTierSixtyHoursAreDearerInOnePiece() {
            var whole = byOpening.rate(after(Duration.ZERO)).cost(Duration.ofHours(60));
            var pieces = byOpening
                    .rate(after(Duration.ZERO))
                    .cost(ofMinutes(601))
                    .plus(byOpening.rate(after(ofMinutes(601))).cost(ofMinutes(2400)))
                    .plus(byOpening.rate(after(ofMinutes(3001))).cost(ofMinutes(599)));

            assertThat(whole).isEqualTo(usd("360.00"));
            assertThat(pieces).isEqualTo(usd("288.04"));
        }

        @Test
        void aTierFromZeroHoldsFromTheStart() {
            var half = Tariff.perMinute("USD", "0.10").withTiers(Tier.of(Duration.ZERO, "50"));
            assertThat(half.cost(ofMinutes(3))).isEqualTo(usd("0.15"));
        }

        @Test
        void anIncrementThatBeginsInATierIsWhollyInIt() {
            var tenMinutes = tariff.in(Increment.parse("600/600"));
            var rating = tenMinutes.rate(after(ofMinutes(595)));

            assertThat(rating.cost(ofMinutes(10))).isEqualTo(usd("1.00"));
            assertThat(rating.cost(ofMinutes(11))).isEqualTo(usd("1.80"));
        }

        @Test
        void theInitialIncrementCountsAsUse() {
            var mixed = tariff.in(Increment.parse("600/60")).rate(after(ofMinutes(590)));

            assertThat(mixed.cost(ofMinutes(10))).isEqualTo(usd("1.00"));
            assertThat(mixed.cost(ofMinutes(11))).isEqualTo(usd("1.08"));
        }
    }

    @Nested
    class MonthEnds {

        private final RatingBasis basis = RatingBasis.startingAt(
                Instant.parse("2026-11-30T22:58:30Z"), ZoneId.of("Europe/Berlin"), 1, ofMinutes(700));

        @Test
        void anIncrementBelongsToTheMonthItBeginsIn() {
            var rating = tariff.rate(basis);

            // 23:58:30 and 23:59:30 in Berlin are in November, at 0.08; from 0:00:30 on it is December.
            assertThat(rating.cost(ofMinutes(2))).isEqualTo(usd("0.16"));
            assertThat(rating.cost(ofMinutes(3))).isEqualTo(usd("0.26"));
            assertThat(rating.cost(ofMinutes(602))).isEqualTo(usd("60.16"));
            assertThat(rating.cost(ofMinutes(603))).isEqualTo(usd("60.24"));
        }

        @Test
        void theUseIsCountedInEachMonth() {
            var rating = tariff.rate(basis);

            assertThat(rating.usedIn(YearMonth.of(2026, 11), ofMinutes(10))).isEqualTo(ofMinutes(2));
            assertThat(rating.usedIn(YearMonth.of(2026, 12), Duration.ofMillis(540_001)))
                    .isEqualTo(ofMinutes(8));
            assertThat(rating.usedIn(YearMonth.of(2026, 11), ofSeconds(1))).isEqualTo(ofMinutes(1));
            assertThat(rating.usedIn(YearMonth.of(2026, 11), Duration.ZERO)).isZero();
            assertThat(rating.usedIn(YearMonth.of(2027, 1), ofMinutes(10))).isZero();
        }

        @Test
        void withTheOpeningTierTheMonthDoesNotMatter() {
            assertThat(byOpening.rate(basis).cost(ofMinutes(100))).isEqualTo(usd("8.00"));
        }

        @Test
        void useElsewhereInTheNewMonthCountsFromItsStepOn() {
            var more = basis.with(new Step(ofSeconds(150), 1, ofMinutes(3000)));

            assertThat(tariff.rate(more).cost(ofMinutes(3))).isEqualTo(usd("0.26"));
            assertThat(tariff.rate(more).cost(ofMinutes(4))).isEqualTo(usd("0.32"));
        }

        @Test
        void anotherZoneHasItsMonthEndAtAnotherMoment() {
            var inNewYork = new RatingBasis(basis.startedAt(), ZoneId.of("America/New_York"), basis.steps());
            assertThat(tariff.rate(inNewYork).cost(ofMinutes(3))).isEqualTo(usd("0.24"));
        }

        @Test
        void affordableLooksBeyondTheMonthEnd() {
            assertThat(tariff.rate(basis).affordable(usd("0.259999"))).isEqualTo(ofMinutes(2));
            assertThat(tariff.rate(basis).affordable(usd("0.26"))).isEqualTo(ofMinutes(3));
        }

        @Test
        void aChangeOfClocksChangesNoDuration() {
            var berlin = ZoneId.of("Europe/Berlin");
            for (var night : List.of("2026-03-29T00:30:00", "2026-10-25T00:30:00")) {
                var start = LocalDateTime.parse(night).atZone(berlin).toInstant();
                var rating = tariff.rate(RatingBasis.startingAt(start, berlin, 1, Duration.ZERO));
                assertThat(rating.cost(Duration.ofHours(5))).isEqualTo(usd("30.00"));
            }
        }

        @Test
        void aMonthThatHasBegunDoesNotEndAgainWhenClocksAreSetBack() {
            // In St John's, the minute after the midnight that began November 2009 was followed by 23:01 of October.
            var zone = ZoneId.of("America/St_Johns");
            var midnight = Instant.parse("2009-11-01T02:30:00Z");
            assertThat(midnight.plusSeconds(90).atZone(zone).getMonthValue()).isEqualTo(10);

            var before = tariff.rate(RatingBasis.startingAt(midnight.minusSeconds(60), zone, 1, ofMinutes(600)));
            assertThat(before.usedIn(YearMonth.of(2009, 10), ofMinutes(90))).isEqualTo(ofMinutes(1));
            assertThat(before.usedIn(YearMonth.of(2009, 11), ofMinutes(90))).isEqualTo(ofMinutes(89));

            var within = tariff.rate(RatingBasis.startingAt(midnight.plusSeconds(120), zone, 1, ofMinutes(600)));
            assertThat(within.usedIn(YearMonth.of(2009, 11), ofMinutes(90))).isEqualTo(ofMinutes(90));
            assertThat(within.cost(ofMinutes(90))).isEqualTo(usd("7.20"));
        }

        @Test
        void aFractionOfASecondBeforeMidnightIsStillTheOldMonth() {
            var start = Instant.parse("2026-11-30T23:59:58.999999999Z");
            var rating = tariff.in(Increment.SECONDS).rate(RatingBasis.startingAt(start, UTC, 1, Duration.ZERO));

            assertThat(rating.usedIn(YearMonth.of(2026, 11), ofSeconds(10))).isEqualTo(ofSeconds(2));
            var exact = tariff.in(Increment.SECONDS)
                    .rate(RatingBasis.startingAt(start.plusNanos(1), UTC, 1, Duration.ZERO));
            assertThat(exact.usedIn(YearMonth.of(2026, 11), ofSeconds(10))).isEqualTo(ofSeconds(1));
        }
    }

    @Nested
    class Factors {

        @ParameterizedTest
        @CsvSource({"0,0.10", "1,0.10", "3,0.10", "4,0.12", "5,0.12", "6,0.14", "9,0.14"})
        void theNumberOfDestinationsDecides(int destinations, String minute) {
            var rating = tariff.rate(RatingBasis.startingAt(MID_MONTH, UTC, destinations, Duration.ZERO));
            assertThat(rating.cost(ofMinutes(1))).isEqualTo(usd(minute));
        }

        @Test
        void theHighestWithinAnIncrementCounts() {
            var basis = after(Duration.ZERO)
                    .with(new Step(ofSeconds(70), 6, Duration.ZERO))
                    .with(new Step(ofSeconds(80), 4, Duration.ZERO))
                    .with(new Step(ofSeconds(90), 1, Duration.ZERO));
            var rating = tariff.rate(basis);

            assertThat(rating.cost(ofMinutes(1))).isEqualTo(usd("0.10"));
            assertThat(rating.cost(ofMinutes(2))).isEqualTo(usd("0.24"));
            assertThat(rating.cost(ofMinutes(3))).isEqualTo(usd("0.34"));
        }

        @Test
        void aStepAtTheEndOfAnIncrementBelongsToTheNextOne() {
            var added = tariff.rate(after(Duration.ZERO).with(new Step(ofMinutes(1), 6, Duration.ZERO)));
            assertThat(added.cost(ofMinutes(1))).isEqualTo(usd("0.10"));
            assertThat(added.cost(ofMinutes(2))).isEqualTo(usd("0.24"));

            var justBefore =
                    tariff.rate(after(Duration.ZERO).with(new Step(ofMinutes(1).minusNanos(1), 6, Duration.ZERO)));
            assertThat(justBefore.cost(ofMinutes(1))).isEqualTo(usd("0.14"));
        }

        @Test
        void aDestinationGoneWithinAnIncrementIsPaidToItsEnd() {
            var many = RatingBasis.startingAt(MID_MONTH, UTC, 6, Duration.ZERO);
            var justAfter = tariff.rate(many.with(new Step(ofMinutes(1).plusNanos(1), 1, Duration.ZERO)));
            assertThat(justAfter.cost(ofMinutes(2))).isEqualTo(usd("0.28"));

            var exactly = tariff.rate(many.with(new Step(ofMinutes(1), 1, Duration.ZERO)));
            assertThat(exactly.cost(ofMinutes(2))).isEqualTo(usd("0.24"));
        }

        @Test
        void aFactorIsTakenBeforeTheDiscountAndNothingIsRoundedBetween() {
            var odd = Tariff.perMinute("USD", "0.000001")
                    .withTiers(Tier.of(Duration.ZERO, "33.33"))
                    .withFactors(DestinationFactor.of(1, "1.501"));
            // 1.501 x 0.6667 = 1.0007167 millionths a minute
            assertThat(odd.cost(ofMinutes(1000))).isEqualTo(usd("0.001000"));
            assertThat(odd.cost(ofMinutes(10_000_000))).isEqualTo(usd("10.007167"));
        }
    }

    @Nested
    class FreeTimeAndMinimum {

        private final Tariff call = Tariff.perMinute("USD", "0.60")
                .in(Increment.SECONDS)
                .withFree(ofSeconds(30))
                .withMinimum(usd("0.25"));

        @ParameterizedTest
        @CsvSource({
            "PT0S,0",
            "PT30S,0",
            "PT30.000000001S,0.25",
            "PT31S,0.25",
            "PT55S,0.25",
            "PT56S,0.26",
            "PT90S,0.60",
            "PT-5S,0"
        })
        void theFirstSecondsAreFreeAndTheRestCostsTheMinimumAtLeast(Duration used, String cost) {
            assertThat(call.cost(used)).isEqualTo(usd(cost));
        }

        @ParameterizedTest
        @CsvSource({"-0.01,PT0S", "0,PT30S", "0.249999,PT30S", "0.25,PT55S", "0.259999,PT55S", "0.26,PT56S"})
        void affordableKnowsThem(String budget, Duration time) {
            assertThat(call.affordable(usd(budget))).isEqualTo(time);
        }

        @ParameterizedTest
        @CsvSource({"PT0S,PT31S", "PT29S,PT31S", "PT30S,PT31S", "PT30.5S,PT31S", "PT31S,PT32S"})
        void theNextStepIsOneThatIsSold(Duration paid, Duration next) {
            assertThat(call.nextStepAfter(paid)).isEqualTo(next);
            assertThat(call.rate(after(Duration.ZERO)).nextStepAfter(paid)).isEqualTo(next);
        }

        @Test
        void theFirstIncrementBeginsAfterTheFreeTime() {
            var minutes = call.in(Increment.parse("60/10"));
            assertThat(minutes.cost(ofSeconds(90))).isEqualTo(usd("0.60"));
            assertThat(minutes.cost(ofSeconds(91))).isEqualTo(usd("0.70"));
            assertThat(minutes.nextStepAfter(ofSeconds(90))).isEqualTo(ofSeconds(100));
        }

        @Test
        void freeTimeIsNoUseOfTheMonth() {
            var rating = tariff.withFree(ofMinutes(5)).rate(after(ofMinutes(595)));
            assertThat(rating.usedIn(YearMonth.of(2026, 11), ofMinutes(5))).isZero();
            assertThat(rating.usedIn(YearMonth.of(2026, 11), ofMinutes(6))).isEqualTo(ofMinutes(1));
            assertThat(rating.cost(ofMinutes(11))).isEqualTo(usd("0.58"));
        }

        @Test
        void aMinimumIsDueWhereTheRateIsZero() {
            var flat = Tariff.perMinute("USD", "0").withMinimum(usd("1.00"));
            assertThat(flat.cost(ofSeconds(1))).isEqualTo(usd("1.00"));
            assertThat(flat.affordable(usd("0.99"))).isZero();
            assertThat(flat.affordable(usd("1.00"))).isEqualTo(Tariff.UNLIMITED);
        }
    }

    @Nested
    class Limits {

        @Test
        void aTierThatIsFreeLastsUntilTheMonthEnds() {
            var flat = Tariff.perMinute("USD", "0.10").withTiers(Tier.of(ofMinutes(600), "100"));
            var rating =
                    flat.rate(RatingBasis.startingAt(Instant.parse("2026-11-30T00:00:00Z"), UTC, 1, Duration.ZERO));

            assertThat(rating.affordable(usd("59.99"))).isEqualTo(ofMinutes(599));
            assertThat(rating.affordable(usd("60.00"))).isEqualTo(ofMinutes(1440));
            assertThat(rating.cost(ofMinutes(1441))).isEqualTo(usd("60.10"));
        }

        @Test
        void aBudgetThatEndsExactlyWhereTimeBecomesFreeReachesBeyond() {
            // One unit of weight is worth a micro-unit, so the budget can end to the point.
            var flat = new Tariff(new Rate(usd("10"), ofSeconds(1)), Increment.SECONDS)
                    .withTiers(Tier.of(ofSeconds(600), "100"));
            assertThat(flat.affordable(usd("6000"))).isEqualTo(Tariff.UNLIMITED);
            assertThat(flat.affordable(usd("5999.999999"))).isEqualTo(ofSeconds(599));
        }

        @Test
        void whatABudgetPaysIsExactWhereverItsWeightFits() {
            var flat = new Tariff(new Rate(usd("0.01"), ofSeconds(1)), Increment.SECONDS);
            // the weight of up to 922,337.203684 fits into 64 bits, that of more does not
            assertThat(flat.affordable(usd("922337.199999"))).isEqualTo(ofSeconds(92_233_719));
            assertThat(flat.affordable(usd("922337.20"))).isEqualTo(ofSeconds(92_233_720));
            assertThat(flat.affordable(usd("922337.209999"))).isEqualTo(ofSeconds(92_233_720));
            assertThat(flat.affordable(usd("922337.21"))).isEqualTo(ofSeconds(92_233_721));
            assertThat(flat.affordable(Money.ofMicros("USD", Long.MAX_VALUE))).isEqualTo(Tariff.UNLIMITED);
        }

        @Test
        void anIncrementThatReachesBeyondAHundredYearsEndsThere() {
            var odd = new Tariff(new Rate(usd("0.000001"), ofSeconds(1)), Increment.parse("7/7"));
            // 3,153,600,000 s are 450,514,285 increments of 7 s and a part of one more.
            var whole = usd("3153.599995");
            assertThat(odd.affordable(whole)).isEqualTo(ofSeconds(3_153_599_995L));
            assertThat(odd.affordable(usd("3153.600002"))).isEqualTo(Tariff.UNLIMITED);
            assertThat(odd.cost(Tariff.UNLIMITED)).isEqualTo(usd("3153.600002"));
        }

        @Test
        void whatNeverEndsIsUnlimited() {
            var flat = Tariff.perMinute("USD", "0.10").withTiers(Tier.of(ofMinutes(600), "100"));
            assertThat(flat.affordable(usd("60.00"))).isEqualTo(Tariff.UNLIMITED);
            assertThat(flat.cost(Tariff.UNLIMITED)).isEqualTo(usd("60.00"));
            assertThat(flat.rate(after(Duration.ZERO)).affordable(usd("100000.00")))
                    .isEqualTo(Tariff.UNLIMITED);
            var cheap = Tariff.perMinute("USD", "0.000001");
            assertThat(cheap.affordable(Money.ofMicros("USD", Long.MAX_VALUE))).isEqualTo(Tariff.UNLIMITED);
            assertThat(cheap.affordable(usd("52.559999"))).isEqualTo(Tariff.UNLIMITED.minusMinutes(1));
            assertThat(cheap.affordable(usd("52.56"))).isEqualTo(Tariff.UNLIMITED);
        }

        @Test
        void aNightOfAHundredYearsIsRatedMonthByMonth() {
            var rating =
                    tariff.rate(RatingBasis.startingAt(Instant.parse("2027-01-01T00:00:00Z"), UTC, 1, Duration.ZERO));
            // 44640 minutes of January: 600 at 0.10, 2400 at 0.08, the rest at 0.06
            assertThat(rating.cost(Duration.ofDays(31))).isEqualTo(usd("2750.40"));
            assertThat(rating.cost(Tariff.UNLIMITED)).isGreaterThan(usd("3150000.00"));
            assertThat(rating.affordable(rating.cost(Tariff.UNLIMITED))).isEqualTo(Tariff.UNLIMITED);
        }

        @Test
        void overflowIsTold() {
            var dear = Tariff.perMinute("USD", "9000000000000");
            assertThat(dear.cost(ofMinutes(1))).isEqualTo(usd("9000000000000"));
            assertThatThrownBy(() -> dear.cost(ofMinutes(2)))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("money.overflow"))
                    .hasMessage(
                            "The amount 120 s at 9000000000000.00 USD per minute is beyond what can be counted exactly"
                                    + " (9223372036854).");
            assertThat(dear.affordable(Money.ofMicros("USD", Long.MAX_VALUE))).isEqualTo(ofMinutes(1));
        }

        @Test
        void sumsBeyondALongAreExact() {
            // 3 h 20 min at a hundred times a price in the millions: the product has 27 digits.
            var dear = new Tariff(new Rate(usd("1234567.654321"), ofSeconds(7)), Increment.SECONDS)
                    .withFactors(DestinationFactor.of(1, "100"));
            assertThat(dear.cost(ofSeconds(12_001))).isEqualTo(usd("211657805992.947442"));
            assertThat(dear.affordable(usd("211657805992.947442"))).isEqualTo(ofSeconds(12_001));
            assertThat(dear.affordable(usd("211657805992.947441"))).isEqualTo(ofSeconds(12_000));
        }

        @Test
        void theProductMayFillALongAndNoMore() {
            // price x weight just below 2^63, then just above it: both ways of reckoning
            var tariff = new Tariff(new Rate(Money.ofMicros("USD", 922_337_203_685L), ofSeconds(1)), Increment.SECONDS);
            assertThat(tariff.cost(ofSeconds(1))).isEqualTo(Money.ofMicros("USD", 922_337_203_685L));
            assertThat(tariff.cost(ofSeconds(2))).isEqualTo(Money.ofMicros("USD", 1_844_674_407_370L));
            assertThat(tariff.cost(ofSeconds(3))).isEqualTo(Money.ofMicros("USD", 2_767_011_611_055L));
        }

        @Test
        void timeBeyondAHundredYearsIsNotRated() {
            assertThat(tariff.cost(Tariff.UNLIMITED).isPositive()).isTrue();
            assertThatThrownBy(() -> tariff.cost(Tariff.UNLIMITED.plusNanos(1)))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("tariff.beyond_range"))
                    .hasMessage("A session of PT876000H0.000000001S is to be rated; expected at most 36500 days.");
        }
    }
}
