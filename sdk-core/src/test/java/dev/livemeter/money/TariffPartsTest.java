package dev.livemeter.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("CanonicalDuration") // minutes, as tariffs and bills say them
class TariffPartsTest {

    private static final Duration TOO_LONG = Tariff.UNLIMITED.plusSeconds(1);

    private final Tariff plain = Tariff.perMinute("USD", "0.10");
    private final Tariff rich = plain.in(Increment.parse("30/6"))
            .withFree(Duration.ofSeconds(90))
            .withMinimum(Money.of("USD", "0.5"))
            .withTiers(Tier.of(Duration.ofMinutes(600), "20"), Tier.of(Duration.ofSeconds(180_001), "40.05"))
            .withTierModel(TierModel.OPENING_TIER)
            .withFactors(DestinationFactor.of(1, "0.5"), DestinationFactor.of(4, "1.2"));

    private static void refused(ThrowingCallable call, String code, String sentence) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(sentence);
    }

    @Nested
    class Building {

        @Test
        void eachPartIsKept() {
            assertThat(rich)
                    .isEqualTo(new Tariff(
                            new Rate(Money.of("USD", "0.10"), Duration.ofMinutes(1)),
                            new Increment(Duration.ofSeconds(30), Duration.ofSeconds(6)),
                            Duration.ofSeconds(90),
                            Money.of("USD", "0.50"),
                            TierModel.OPENING_TIER,
                            List.of(
                                    new Tier(Duration.ofSeconds(36_000), 2_000),
                                    new Tier(Duration.ofSeconds(180_001), 4_005)),
                            List.of(new DestinationFactor(1, 500), new DestinationFactor(4, 1_200))));
        }

        @Test
        void aPlainTariffHasNothingElse() {
            assertThat(plain)
                    .isEqualTo(new Tariff(
                            plain.rate(),
                            Increment.MINUTES,
                            Duration.ZERO,
                            Money.of("USD", "0"),
                            TierModel.GRADUATED,
                            List.of(),
                            List.of()));
        }

        @Test
        void printsAsPeopleSayIt() {
            assertThat(rich)
                    .hasToString(
                            "0.10 USD per minute, in steps of 30/6 s, the first 90 s free, at least 0.50 USD, 20 % off from 600 min"
                                    + " a month, 40.05 % off from 180001 s a month (as it is when the session begins), x 0.5 from 1"
                                    + " destination, x 1.2 from 4 destinations");
            assertThat(plain.withTierModel(TierModel.OPENING_TIER)).hasToString("0.10 USD per minute, by the minute");
            assertThat(plain.withTiers(Tier.of(Duration.ZERO, "10")))
                    .hasToString("0.10 USD per minute, by the minute, 10 % off from 0 s a month");
            assertThat(new Rate(Money.of("USD", "1"), Duration.ofHours(1))).hasToString("1.00 USD per 3600 s");
        }
    }

    @Nested
    class Refusing {

        @Test
        void aFreeTimeThatIsNone() {
            for (var free :
                    new Duration[] {Duration.ofSeconds(-1), Duration.ofMillis(1500), Duration.ofSeconds(1_000_000)}) {
                refused(
                        () -> plain.withFree(free),
                        "tariff.malformed_free_time",
                        "The free time " + free + " is not a whole number of seconds from 0 to 999999.");
            }
            assertThat(plain.withFree(Duration.ofSeconds(999_999)).free()).isEqualTo(Duration.ofSeconds(999_999));
        }

        @Test
        void aMinimumThatDoesNotFit() {
            refused(
                    () -> plain.withMinimum(Money.of("EUR", "0.50")),
                    "tariff.currency_mismatch",
                    "The minimum 0.50 EUR is not in the currency of the price 0.10 USD; give both in one.");
            refused(
                    () -> plain.withMinimum(Money.of("USD", "-0.50")),
                    "tariff.negative_price",
                    "The minimum -0.50 USD is negative; it is zero or more.");
        }

        @Test
        void tiersOutOfOrder() {
            var first = Tier.of(Duration.ofMinutes(600), "20");
            refused(
                    () -> plain.withTiers(Tier.of(Duration.ofMinutes(3000), "40"), first),
                    "tariff.malformed_tier",
                    "The tier '20 % off from 600 min a month' comes after '40 % off from 3000 min a month'; list tiers by rising"
                            + " time, each once.");
            refused(
                    () -> plain.withTiers(first, first),
                    "tariff.malformed_tier",
                    "The tier '20 % off from 600 min a month' comes after '20 % off from 600 min a month'; list tiers by rising"
                            + " time, each once.");
        }

        @Test
        void factorsOutOfOrder() {
            var four = DestinationFactor.of(4, "1.2");
            refused(
                    () -> plain.withFactors(DestinationFactor.of(6, "1.4"), four),
                    "tariff.malformed_factor",
                    "The factor 'x 1.2 from 4 destinations' comes after 'x 1.4 from 6 destinations'; list factors by rising"
                            + " destinations, each once.");
            refused(
                    () -> plain.withFactors(four, four),
                    "tariff.malformed_factor",
                    "The factor 'x 1.2 from 4 destinations' comes after 'x 1.2 from 4 destinations'; list factors by rising"
                            + " destinations, each once.");
        }

        @Test
        void tooManyOfThem() {
            var tiers = IntStream.range(0, 21)
                    .mapToObj(i -> new Tier(Duration.ofSeconds(i), i))
                    .toArray(Tier[]::new);
            refused(
                    () -> plain.withTiers(tiers),
                    "tariff.too_many_tiers",
                    "The tariff has 21 tiers; expected at most 20.");
            var factors = IntStream.range(1, 22)
                    .mapToObj(i -> new DestinationFactor(i, i))
                    .toArray(DestinationFactor[]::new);
            refused(
                    () -> plain.withFactors(factors),
                    "tariff.too_many_factors",
                    "The tariff has 21 factors; expected at most 20.");
        }

        @Test
        void aTierThatIsNone() {
            for (var from : new Duration[] {Duration.ofSeconds(-1), Duration.ofMillis(1), TOO_LONG}) {
                refused(
                        () -> new Tier(from, 0),
                        "tariff.malformed_tier",
                        "The tier begins at " + from
                                + " of use; expected whole seconds, zero or more, and at most 36500 days.");
            }
            for (var discount : new int[] {-1, 10_001}) {
                refused(
                        () -> new Tier(Duration.ofMinutes(1), discount),
                        "tariff.malformed_tier",
                        "The discount of the tier from 1 min is " + discount
                                + " basis points; expected 0 to 10000, which is 100 %.");
            }
            refused(
                    () -> Tier.of(Duration.ZERO, "20%"),
                    "tariff.malformed_tier",
                    "The discount '20%' is not a plain percent with at most 2 decimals; write it such as 20 or 12.5.");
            assertThat(new Tier(Tariff.UNLIMITED, 10_000).discountBasisPoints()).isEqualTo(10_000);
        }

        @Test
        void aFactorThatIsNone() {
            for (var from : new int[] {0, 10_000}) {
                refused(
                        () -> new DestinationFactor(from, 1_000),
                        "tariff.malformed_factor",
                        "The factor holds from " + from + " destinations on; expected 1 to 9999.");
            }
            for (var permille : new int[] {-1, 100_001}) {
                refused(
                        () -> new DestinationFactor(4, permille),
                        "tariff.malformed_factor",
                        "The factor from 4 destinations on is " + permille
                                + " thousandths; expected 0 to 100000, which is 100 times the price.");
            }
            refused(
                    () -> DestinationFactor.of(4, "1.2345"),
                    "tariff.malformed_factor",
                    "The factor '1.2345' is not a plain decimal with at most 3 decimals; write it such as 1.2.");
            assertThat(new DestinationFactor(9_999, 100_000).permille()).isEqualTo(100_000);
        }

        @Test
        void aRateOrAnIncrementOfAnAge() {
            refused(
                    () -> new Rate(Money.of("USD", "1"), TOO_LONG),
                    "tariff.malformed_span",
                    "The span PT876000H1S of a rate is longer than 36500 days.");
            refused(
                    () -> new Rate(Money.of("USD", "1"), Duration.ofMillis(999)),
                    "tariff.malformed_span",
                    "The span PT0.999S of a rate is not a whole number of seconds, at least one.");
            refused(
                    () -> new Rate(Money.of("USD", "1"), Duration.ofMillis(1_001)),
                    "tariff.malformed_span",
                    "The span PT1.001S of a rate is not a whole number of seconds, at least one.");
            refused(
                    () -> new Increment(Duration.ofSeconds(1), Duration.ofSeconds(1_000_000)),
                    "tariff.malformed_increment",
                    "The step PT277H46M40S of an increment is longer than 999999 s.");
            refused(
                    () -> new Increment(Duration.ofSeconds(0), Duration.ofSeconds(1)),
                    "tariff.malformed_increment",
                    "The step PT0S of an increment is not a whole number of seconds, at least one.");
            assertThat(new Rate(Money.of("USD", "1"), Tariff.UNLIMITED).per()).isEqualTo(Tariff.UNLIMITED);
            assertThat(Increment.parse("999999/999999")).hasToString("999999/999999");
        }
    }

    @Nested
    class InOneLine {

        private static final String RICH =
                "0.10 USD/60s 30/6 free=90s minimum=0.50 tiers=36000s:20%,180001s:40.05% tier-model=opening-tier factors=1:0.5,4:1.2";

        @Test
        void isWrittenAndReadBack() {
            assertThat(rich.notation()).isEqualTo(RICH);
            assertThat(Tariff.parse(RICH)).isEqualTo(rich);
            assertThat(plain.notation()).isEqualTo("0.10 USD/60s 60/60");
            assertThat(Tariff.parse("0.10 USD/60s 60/60")).isEqualTo(plain);
        }

        @Test
        void theLargestFits() {
            var tiers = IntStream.range(0, 20)
                    .mapToObj(i -> new Tier(Tariff.UNLIMITED.minusSeconds(19L - i), 9_999))
                    .toArray(Tier[]::new);
            var factors = IntStream.range(0, 20)
                    .mapToObj(i -> new DestinationFactor(9_980 + i, 99_999))
                    .toArray(DestinationFactor[]::new);
            var largest = new Tariff(
                            new Rate(Money.ofMicros("USD", Long.MAX_VALUE), Tariff.UNLIMITED),
                            Increment.parse("999999/999999"))
                    .withFree(Duration.ofSeconds(999_999))
                    .withMinimum(Money.ofMicros("USD", Long.MAX_VALUE))
                    .withTiers(tiers)
                    .withFactors(factors)
                    .withTierModel(TierModel.OPENING_TIER);

            assertThat(largest.notation()).hasSizeLessThan(1_000);
            assertThat(Tariff.parse(largest.notation())).isEqualTo(largest);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "''                                  | has '' at character 1; expected a price such as 0.10.",
                    "free USD/60s 60/60                  | has 'free' at character 1; expected a price such as 0.10.",
                    "' 0.10 USD/60s 60/60'               | has '' at character 1; expected a price such as 0.10.",
                    "0.10                                | ends after character 4; expected a currency and a span such as USD/60s.",
                    "0.10 USD                            | has 'USD' at character 6; expected a currency and a span such as USD/60s.",
                    "0.10 USD/60s                        | ends after character 12; expected an increment in seconds such as 60/60.",
                    "0.10 USD/60s 60/0                   | has '60/0' at character 14; expected an increment in seconds such as 60/60.",
                    "0.10 USD/60s 60/60 free=30          | has 'free=30' at character 20; expected a free time such as free=30s.",
                    "0.10 USD/60s 60/60 minimum=-1       | has 'minimum=-1' at character 20; expected a least charge such as minimum=0.50.",
                    "0.10 USD/60s 60/60 tiers=9s:5       | has 'tiers=9s:5' at character 20; expected tiers such as tiers=36000s:20%,180000s:40%.",
                    "0.10 USD/60s 60/60 tier-model=x     | has 'tier-model=x' at character 20; expected tier-model=opening-tier, or nothing for graduated tiers.",
                    "0.10 USD/60s 60/60 factors=4        | has 'factors=4' at character 20; expected factors such as factors=4:1.2,6:1.4.",
                    "0.10 USD/60s 60/60 x                | has 'x' at character 20; expected the end, or one of free=, minimum=, tiers=, tier-model=, factors=, each once and in this order.",
                    "0.10 USD/60s 60/60 factors=4:1 free=1s | has 'free=1s' at character 32; expected the end, or one of free=, minimum=, tiers=, tier-model=, factors=, each once and in this order.",
                })
        void aFaultIsToldWithItsPlace(String text, String fault) {
            refused(() -> Tariff.parse(text), "tariff.malformed_notation", "The notation of a tariff " + fault);
        }

        @ParameterizedTest
        @CsvSource({
            "0.10 XQX/60s 60/60,money.unknown_currency",
            "0.10 USD/0s 60/60,tariff.malformed_span",
            "0.10 USD/60s 60/60 tiers=1s:101%,tariff.malformed_tier",
            "0.10 USD/60s 60/60 factors=0:1,tariff.malformed_factor",
            "9999999999999 USD/60s 60/60,money.overflow",
        })
        void whatDoesNotFitTogetherIsToldToo(String text, String code) {
            assertThatThrownBy(() -> Tariff.parse(text))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code));
        }

        @Test
        void aLineThatIsTooLongIsNotRead() {
            refused(
                    () -> Tariff.parse("0".repeat(2_001)),
                    "tariff.malformed_notation",
                    "The notation of a tariff has 2001 characters; expected at most 2000.");
            refused(
                    () -> Tariff.parse("0".repeat(2_000)),
                    "tariff.malformed_notation",
                    "The notation of a tariff has '" + "0".repeat(40)
                            + "...' at character 1; expected a price such as 0.10.");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"0.10  USD/60s 60/60", " 0.10 USD/60s 60/60", "0.10 USD/60s 60/60 ", "0.10\tUSD/60s 60/60"})
        void spacesCount(String text) {
            assertThatThrownBy(() -> Tariff.parse(text))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("tariff.malformed_notation"));
        }
    }
}
