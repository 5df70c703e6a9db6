package dev.livemeter.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.RatingBasis.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What holds for every tariff and every session, tried on many from a seed. A failure names the seed; repeat it with
 * {@code -Dlivemeter.test.seed=...}, and try more with {@code -Dlivemeter.test.cases=...}.
 */
class RatingPropertyTest {

    private static final int CASES = Integer.getInteger("livemeter.test.cases", 250);

    /** One tariff, one session, and the reference that they are compared with. */
    private record Case(RatingCases any, Tariff tariff, RatingBasis basis, Rating rating, String name) {

        static Case of(int number) {
            var any = new RatingCases(number);
            var tariff = any.tariff();
            var basis = any.basis();
            var name = "seed %d, case %d: %s; %s".formatted(any.seed, number, tariff.notation(), basis.notation());
            return new Case(any, tariff, basis, tariff.rate(basis), name);
        }

        NaiveRating reference() {
            return new NaiveRating(tariff, basis, Duration.ofSeconds(longest() + 1_000L));
        }

        Duration time() {
            return any.time(any.upTo(3) == 0 ? 300 : longest());
        }

        /** Short enough for the reference to count each increment. */
        private int longest() {
            return tariff.increment().subsequent().toSeconds() <= 90 ? 9_000 : 60_000;
        }
    }

    @Test
    void theCostIsThatOfTheRulesIncrementByIncrement() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var reference = it.reference();
            for (var i = 0; i < 8; i++) {
                var used = it.time();
                assertThat(it.rating().cost(used)).as("%s; %s", it.name(), used).isEqualTo(reference.cost(used));
            }
        }
    }

    @Test
    void whatIsAffordableIsPaidAndTheNextIncrementIsNot() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var reference = it.reference();
            for (var i = 0; i < 4; i++) {
                // What some time costs, to the micro-unit, and a little more or less.
                var budget = it.rating()
                        .cost(it.time())
                        .plus(Money.ofMicros("USD", it.any().upTo(3) - 1L));
                var paid = it.rating().affordable(budget);
                if (budget.isNegative()) {
                    assertThat(paid).isZero();
                } else if (paid.compareTo(reference.lastEnd()) < 0) {
                    assertThat(paid).as("%s; %s", it.name(), budget).isEqualTo(reference.affordable(budget));
                    assertThat(it.rating().cost(paid))
                            .as("%s; %s", it.name(), budget)
                            .isLessThanOrEqualTo(budget);
                    assertThat(it.rating().cost(it.rating().nextStepAfter(paid)))
                            .as("%s; %s", it.name(), budget)
                            .isGreaterThan(budget);
                } else {
                    assertThat(reference.cost(reference.lastEnd()))
                            .as("%s; %s", it.name(), budget)
                            .isLessThanOrEqualTo(budget);
                }
            }
        }
    }

    @Test
    void anySlicingIntoTicksAddsUpToTheSameSumAndNoTickIsNegative() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var end = it.time();
            var charged = Money.of("USD", "0");
            for (var at = Duration.ZERO; at.compareTo(end) < 0; ) {
                var next = at.plus(it.any().time(3_000));
                at = next.compareTo(end) < 0 ? next : end;
                var charge = it.rating().cost(at).minus(charged);
                assertThat(charge.isNegative()).as("%s; %s", it.name(), at).isFalse();
                charged = charged.plus(charge);
            }
            assertThat(charged)
                    .as("%s; %s", it.name(), end)
                    .isEqualTo(it.rating().cost(end));
        }
    }

    @Test
    void anExplanationHasNoGapAndAddsUpToTheCost() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var one = it.time();
            var other = it.time();
            var from = one.compareTo(other) < 0 ? one : other;
            var to = one.compareTo(other) < 0 ? other : one;
            var sum = Money.of("USD", "0");
            var spans = it.rating().explain(from, to);
            for (var i = 0; i < spans.size(); i++) {
                var span = spans.get(i);
                sum = sum.plus(span.amount());
                if (i > 0 && span.kind() == RatedSpan.Kind.TIME) {
                    assertThat(span.from())
                            .as(it.name())
                            .isEqualTo(spans.get(i - 1).to());
                    assertThat(span)
                            .as("%s: two that are alike", it.name())
                            .usingRecursiveComparison()
                            .comparingOnlyFields("kind", "month", "tier", "factor")
                            .isNotEqualTo(spans.get(i - 1));
                }
                assertThat(span.to()).as(it.name()).isGreaterThan(span.from());
                assertThat(span.sentence()).as(it.name()).endsWith(".");
            }
            assertThat(sum)
                    .as("%s; %s to %s", it.name(), from, to)
                    .isEqualTo(it.rating().cost(to).minus(it.rating().cost(from)));
        }
    }

    @Test
    void anotherStepChangesNothingThatHasEnded() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var last = it.basis().steps().get(it.basis().steps().size() - 1);
            var from = last.from().plus(it.any().time(2_000));
            var more = it.basis()
                    .with(new Step(
                            from, it.any().upTo(8), Duration.ofSeconds(it.any().upTo(9_000))));
            var after = it.tariff().rate(more);
            for (var end = it.tariff().free(); end.compareTo(from) <= 0; end = after.nextStepAfter(end)) {
                assertThat(after.cost(end))
                        .as("%s; %s", it.name(), end)
                        .isEqualTo(it.rating().cost(end));
            }
            // The increment in progress takes the higher factor, and so never becomes cheaper.
            assertThat(after.cost(from))
                    .as("%s; %s", it.name(), from)
                    .isGreaterThanOrEqualTo(it.rating().cost(from));
        }
    }

    @Test
    void aStepThatThisTariffHasNoPriceForChangesNothing() {
        var dropped = 0;
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var last = it.basis().steps().get(it.basis().steps().size() - 1);
            var step = new Step(
                    last.from().plus(it.any().time(2_000)),
                    it.any().upTo(8),
                    it.any().upTo(2) == 0
                            ? last.usedElsewhere()
                            : Duration.ofSeconds(it.any().upTo(9_000)));
            var kept = it.tariff().rate(it.basis().with(step));
            var thinned = it.basis().with(step, it.tariff());
            dropped += thinned.equals(it.basis()) ? 1 : 0;
            for (var i = 0; i < 8; i++) {
                var used = step.from().plus(it.any().time(9_000));
                assertThat(it.tariff().rate(thinned).cost(used))
                        .as("%s; %s; %s", it.name(), step, used)
                        .isEqualTo(kept.cost(used));
            }
        }
        assertThat(dropped).as("how many were dropped").isBetween(1, CASES - 1);
    }

    @Test
    void theUseOfEachMonthIsThatOfItsIncrements() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var reference = it.reference();
            var used = it.time();
            for (var month : reference.months()) {
                assertThat(it.rating().usedIn(month, used))
                        .as("%s; %s in %s", it.name(), used, month)
                        .isEqualTo(reference.usedIn(month, used));
            }
        }
    }

    @Test
    void aSessionRestartedAtTheEndOfAnIncrementCostsTheSameWithGraduatedTiers() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            // One kind of increment, no minimum and no free time: else each start has a price of its own.
            var step = it.tariff().increment().subsequent();
            var tariff = it.tariff()
                    .in(new Increment(step, step))
                    .withFree(Duration.ZERO)
                    .withMinimum(Money.of("USD", "0"))
                    .withTierModel(TierModel.GRADUATED);
            var first = it.basis().steps().get(0);
            var basis = new RatingBasis(it.basis().startedAt(), it.basis().zone(), List.of(first));
            var whole = tariff.rate(basis);
            var cut = step.multipliedBy(1 + it.any().upTo(200));
            var end = cut.plus(step.multipliedBy(1 + it.any().upTo(200)));
            var months = new ArrayList<>(new NaiveRating(tariff, basis, end).months());
            var cutMonth =
                    Months.month(Months.of(basis.startedAt(), basis.zone()).at(cut));
            var before = whole.usedIn(cutMonth, cut)
                    .plus(months.get(0).equals(cutMonth) ? first.usedElsewhere() : Duration.ZERO);
            var second = tariff.rate(
                    RatingBasis.startingAt(basis.startedAt().plus(cut), basis.zone(), first.destinations(), before));

            var difference = whole.cost(end)
                    .minus(whole.cost(cut).plus(second.cost(end.minus(cut))))
                    .micros();
            // Each session is rounded down once.
            assertThat(difference).as("%s; %s, %s", it.name(), cut, end).isBetween(0L, 1L);
        }
    }

    @Test
    void aPlainSessionIsOneOfOneDestinationWithinAMonth() {
        var month = RatingBasis.startingAt(Instant.parse("2026-12-01T00:00:00Z"), ZoneOffset.UTC, 1, Duration.ZERO);
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            var used = it.time();
            var budget = it.tariff().cost(used);
            assertThat(budget).as(it.name()).isEqualTo(it.tariff().rate(month).cost(used));
            if (it.tariff().rate(month).affordable(budget).compareTo(Duration.ofDays(31)) < 0) {
                assertThat(it.tariff().affordable(budget))
                        .as(it.name())
                        .isEqualTo(it.tariff().rate(month).affordable(budget));
            }
        }
    }

    @Test
    void bothNotationsAreReadBackAsTheyWere() {
        for (var number = 0; number < CASES; number++) {
            var it = Case.of(number);
            assertThat(Tariff.parse(it.tariff().notation())).isEqualTo(it.tariff());
            assertThat(RatingBasis.parse(it.basis().notation())).isEqualTo(it.basis());
            assertThat(it.tariff().notation()).matches("[ -~]{1,2000}");
            assertThat(it.basis().notation()).matches("[ -~]{1,2000}");
        }
    }
}
