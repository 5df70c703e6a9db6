package dev.livemeter.money;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.RatingBasis.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("CanonicalDuration") // seconds, as the notation has them
class RatingBasisTest {

    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final RatingBasis basis = RatingBasis.startingAt(START, BERLIN, 3, ofMinutes(10));

    private static void refused(ThrowingCallable call, String code, String sentence) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(sentence);
    }

    @Test
    void countsWhatWasUsedElsewhereOnlyWhereItBeginsInTheSameMonth() {
        var covered = basis.covering(ofMinutes(1));
        assertThat(covered.beginningAt(START.plusSeconds(3600)))
                .isEqualTo(RatingBasis.startingAt(START.plusSeconds(3600), BERLIN, 3, ofMinutes(10))
                        .covering(ofMinutes(1)));
        // Midnight in Berlin is eleven hours later.
        var december = START.plusSeconds(11 * 3600);
        assertThat(covered.beginningAt(december))
                .isEqualTo(RatingBasis.startingAt(december, BERLIN, 3, Duration.ZERO)
                        .covering(ofMinutes(1)));
    }

    @Nested
    class GoingOn {

        @Test
        void aStepIsAppended() {
            var step = new Step(ofSeconds(5), 4, ofMinutes(10));
            assertThat(basis.with(step).steps()).containsExactly(new Step(Duration.ZERO, 3, ofMinutes(10)), step);
        }

        @Test
        void aStepThatTellsNothingNewIsDropped() {
            assertThat(basis.with(new Step(ofSeconds(5), 3, ofMinutes(10)))).isSameAs(basis);
            assertThat(basis.with(new Step(ofSeconds(5), 3, ofMinutes(11))).steps())
                    .hasSize(2);
            assertThat(basis.with(new Step(ofSeconds(5), 2, ofMinutes(10))).steps())
                    .hasSize(2);
        }

        @Test
        void theSameUseInANewMonthIsNew() {
            // 13:00 in Berlin: December begins after eleven hours.
            assertThat(basis.with(new Step(Duration.ofHours(11), 3, ofMinutes(10)))
                            .steps())
                    .hasSize(2);
            assertThat(basis.with(new Step(Duration.ofHours(11).minusNanos(1), 3, ofMinutes(10)))
                            .steps())
                    .hasSize(1);
        }

        @Test
        void aStepAtTheMomentOfTheLastTakesItsPlace() {
            var step = new Step(Duration.ZERO, 5, ofMinutes(10));
            assertThat(basis.with(step).steps()).containsExactly(step);
            var later = new Step(ofSeconds(7), 5, ofMinutes(20));
            assertThat(basis.with(new Step(ofSeconds(7), 4, ofMinutes(20)))
                            .with(later)
                            .steps())
                    .containsExactly(basis.steps().get(0), later);
        }

        @Test
        void aStepBeforeTheLastIsRefused() {
            var later = basis.with(new Step(ofSeconds(5), 4, ofMinutes(10)));
            for (var destinations : new int[] {4, 5}) {
                refused(
                        () -> later.with(new Step(ofSeconds(4), destinations, ofMinutes(10))),
                        "rating.late_step",
                        "The step at PT4S comes after the one at PT5S; what was rated stays as it was, so add steps in the order of time.");
            }
            refused(
                    () -> later.with(new Step(ofSeconds(4), 4, ofMinutes(10)), Tariff.perMinute("USD", "1")),
                    "rating.late_step",
                    "The step at PT4S comes after the one at PT5S; what was rated stays as it was, so add steps in the order of time.");
        }

        @Test
        void aTariffKeepsOnlyWhatItHasAPriceFor() {
            var plain = Tariff.perMinute("USD", "0.10");
            var tiers = plain.withTiers(Tier.of(ofMinutes(600), "20"));
            var factors = plain.withFactors(DestinationFactor.of(4, "1.2"));
            var otherUse = new Step(ofSeconds(5), 3, ofMinutes(11));
            var otherMonth = new Step(Duration.ofHours(11), 3, ofMinutes(10));
            var fourDestinations = new Step(ofSeconds(5), 4, ofMinutes(10));
            var twoDestinations = new Step(ofSeconds(5), 2, ofMinutes(10));

            assertThat(kept(plain, otherUse, otherMonth, fourDestinations, twoDestinations))
                    .isEmpty();
            assertThat(kept(tiers, otherUse, otherMonth, fourDestinations, twoDestinations))
                    .containsExactly(otherUse, otherMonth);
            assertThat(kept(
                            tiers.withTierModel(TierModel.OPENING_TIER),
                            otherUse,
                            otherMonth,
                            fourDestinations,
                            twoDestinations))
                    .isEmpty();
            assertThat(kept(factors, otherUse, otherMonth, fourDestinations, twoDestinations))
                    .containsExactly(fourDestinations);
        }

        private List<Step> kept(Tariff tariff, Step... steps) {
            return List.of(steps).stream()
                    .filter(step -> basis.with(step, tariff).steps().contains(step))
                    .toList();
        }

        @Test
        void aBasisHasRoomForFiftySteps() {
            var full = basis;
            for (var i = 1; i < RatingBasis.MOST_STEPS; i++) {
                assertThat(full.isFull()).isFalse();
                full = full.with(new Step(ofSeconds(i), 3 + i, ofMinutes(10)));
            }
            assertThat(full.steps()).hasSize(50);
            assertThat(full.isFull()).isTrue();
            var last = full;
            refused(
                    () -> last.with(new Step(ofSeconds(61), 1, ofMinutes(10))),
                    "rating.too_many_steps",
                    "The rating basis would have 51 steps; expected at most 50. Leave the session's destinations as they are, or start a new"
                            + " session.");
            assertThat(last.with(new Step(ofSeconds(49), 1, ofMinutes(10))).steps())
                    .hasSize(50);
        }
    }

    @Nested
    class Refusing {

        @Test
        void aStepThatMakesNoSense() {
            for (var from : new Duration[] {Duration.ofNanos(-1), Tariff.UNLIMITED.plusNanos(1)}) {
                refused(
                        () -> new Step(from, 1, Duration.ZERO),
                        "rating.malformed_step",
                        "The step takes effect at " + from + "; expected zero or more, and at most 36500 days.");
            }
            for (var destinations : new int[] {-1, 10_000}) {
                refused(
                        () -> new Step(Duration.ZERO, destinations, Duration.ZERO),
                        "rating.malformed_step",
                        "The step at PT0S is to " + destinations + " destinations; expected 0 to 9999.");
            }
            for (var used : new Duration[] {ofSeconds(-1), Tariff.UNLIMITED.plusSeconds(1)}) {
                refused(
                        () -> new Step(Duration.ZERO, 1, used),
                        "rating.malformed_step",
                        "The step at PT0S tells of " + used
                                + " used elsewhere; expected zero or more, and at most 36500 days.");
            }
            assertThat(new Step(Tariff.UNLIMITED, 9_999, Tariff.UNLIMITED.plusNanos(1)).usedElsewhere())
                    .isEqualTo(Tariff.UNLIMITED);
        }

        @Test
        void aBasisThatMakesNoSense() {
            var first = new Step(Duration.ZERO, 1, Duration.ZERO);
            var second = new Step(ofSeconds(1), 1, Duration.ZERO);
            for (var start : List.of("1969-12-31T23:59:59Z", "9000-01-01T00:00:00Z")) {
                refused(
                        () -> new RatingBasis(Instant.parse(start), BERLIN, List.of(first)),
                        "rating.malformed_basis",
                        "The session started at " + start + "; expected a year from 1970 to 8999.");
            }
            for (var steps : List.of(List.<Step>of(), List.of(second))) {
                refused(
                        () -> new RatingBasis(START, BERLIN, steps),
                        "rating.malformed_basis",
                        "The first step is missing; the first one takes effect at zero.");
            }
            refused(
                    () -> new RatingBasis(START, BERLIN, List.of(first, second, second)),
                    "rating.malformed_basis",
                    "The step at PT1S comes after the one at PT1S; list steps by rising time, each moment once.");
            var many = new ArrayList<Step>();
            for (var i = 0; i < 51; i++) {
                many.add(new Step(ofSeconds(i), 1, Duration.ZERO));
            }
            assertThatThrownBy(() -> new RatingBasis(START, BERLIN, many))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("rating.too_many_steps"));
            assertThat(new RatingBasis(Instant.EPOCH, BERLIN, List.of(first)).steps())
                    .containsExactly(first);
        }
    }

    @Nested
    class InOneLine {

        @Test
        void isWrittenAndReadBack() {
            var line = "2026-11-30T12:00:00Z Europe/Berlin 0/3/600 812.345/4/36060 900.000000001/0/0";
            var long0 = basis.with(new Step(Duration.ofMillis(812_345), 4, ofSeconds(36_060)))
                    .with(new Step(Duration.ofSeconds(900, 1), 0, Duration.ZERO));

            assertThat(long0.notation()).isEqualTo(line);
            assertThat(RatingBasis.parse(line)).isEqualTo(long0);
        }

        @Test
        void aRoundNumberOfSecondsKeepsItsZeros() {
            var hour = basis.with(new Step(Duration.ofHours(1), 10, ofMinutes(10)));
            assertThat(hour.notation()).isEqualTo("2026-11-30T12:00:00Z Europe/Berlin 0/3/600 3600/10/600");
        }

        @Test
        void theLongestFits() {
            var steps = new ArrayList<Step>();
            steps.add(new Step(Duration.ZERO, 9_999, Tariff.UNLIMITED));
            for (var i = 1; i < RatingBasis.MOST_STEPS; i++) {
                steps.add(new Step(Tariff.UNLIMITED.minusNanos(1_000_000_000L - i), 9_999, Tariff.UNLIMITED));
            }
            var longest = new RatingBasis(
                    Instant.parse("8999-12-31T23:59:59.999999999Z"),
                    ZoneId.of("America/Argentina/ComodRivadavia"),
                    steps,
                    RatingBasis.MOST_COVERED);

            assertThat(longest.notation()).hasSizeBetween(1_800, 2_000 - 8);
            assertThat(RatingBasis.parse(longest.notation())).isEqualTo(longest);
        }

        @ParameterizedTest
        @CsvSource({"Z", "+05:45", "UTC", "UTC+02:00", "America/St_Johns"})
        void zonesComeBackAsTheyWere(String zone) {
            var there = RatingBasis.startingAt(START, ZoneId.of(zone), 1, Duration.ZERO);
            assertThat(RatingBasis.parse(there.notation())).isEqualTo(there);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "''                                     | has '' at character 1; expected a moment in UTC such as 2026-11-21T06:44:00Z.",
                    "2026-11-30 UTC 0/1/0                   | has '2026-11-30' at character 1; expected a moment in UTC such as 2026-11-21T06:44:00Z.",
                    "2026-11-30T12:00:00Z                   | ends after character 20; expected a time zone such as Europe/Berlin.",
                    "2026-11-30T12:00:00Z Mars/Base 0/1/0   | has 'Mars/Base' at character 22; expected a time zone such as Europe/Berlin.",
                    "2026-11-30T12:00:00Z UTC               | ends after character 24; expected a step such as 812.345/4/36060.",
                    "2026-11-30T12:00:00Z UTC 0/1           | has '0/1' at character 26; expected a step such as 812.345/4/36060.",
                    "2026-11-30T12:00:00Z UTC 0/1/0 x       | has 'x' at character 32; expected a step such as 812.345/4/36060.",
                })
        void aFaultIsToldWithItsPlace(String text, String fault) {
            refused(
                    () -> RatingBasis.parse(text),
                    "rating.malformed_notation",
                    "The notation of a rating basis " + fault);
        }

        @Test
        void partsThatDoNotFitTogetherAreToldToo() {
            refused(
                    () -> RatingBasis.parse("2026-11-30T12:00:00Z UTC 5/1/0"),
                    "rating.malformed_basis",
                    "The first step is missing; the first one takes effect at zero.");
        }

        @Test
        void aZoneOfAnEndlessNameIsRefused() {
            ZoneRulesProvider.registerProvider(new LongNames());
            assertThat(RatingBasis.startingAt(START, ZoneId.of("Z".repeat(40)), 1, Duration.ZERO)
                            .zone())
                    .isEqualTo(ZoneId.of("Z".repeat(40)));
            refused(
                    () -> RatingBasis.startingAt(START, ZoneId.of("Z".repeat(41)), 1, Duration.ZERO),
                    "rating.malformed_basis",
                    "The name of the time zone has 41 characters; expected at most 40.");
        }
    }

    /** Zones as a host's own provider may add them to the JDK's. */
    private static final class LongNames extends ZoneRulesProvider {

        @Override
        protected Set<String> provideZoneIds() {
            return Set.of("Z".repeat(40), "Z".repeat(41));
        }

        @Override
        protected ZoneRules provideRules(String zoneId, boolean forCaching) {
            return ZoneOffset.UTC.getRules();
        }

        @Override
        protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
            return new TreeMap<>(Map.of("1", ZoneOffset.UTC.getRules()));
        }
    }
}
