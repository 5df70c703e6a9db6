package dev.livemeter.benchmarks;

import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rating;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** The price of a session in one piece, against adding its increments up one by one. */
final class RatingSpeed implements Part {

    private static final Tariff TARIFF = Tariff.perMinute("USD", "0.10")
            .in(Increment.SECONDS)
            .withTiers(Tier.of(Duration.ofHours(10), "20"), Tier.of(Duration.ofHours(50), "40"));
    private static final Duration BEFORE = Duration.ofMinutes(580);
    private static final int AT_ONCE = 100;

    @Override
    public String name() {
        return "rating";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        report.condition("One thread; sold by the second, two tiers, " + BEFORE.toMinutes()
                + " minutes used before; both sums are compared");
        var basis = RatingBasis.startingAt(Instant.parse("2026-11-02T10:00:00Z"), ZoneOffset.UTC, 1, BEFORE);
        var rating = TARIFF.rate(basis);
        var contest = new Contest(ProcessorTime::own);
        for (var minutes : new int[] {1, 60, 240}) {
            var used = Duration.ofMinutes(minutes);
            var cost = rating.cost(used);
            var naive = naiveCost(used);
            NaiveBooks.requireEqual("The cost of " + used, cost.micros(), naive);
            contest.enter(
                    closed(minutes), () -> nanos(plan, () -> rating.cost(used).micros(), cost.micros()));
            contest.enter(looped(minutes), () -> nanos(plan, () -> naiveCost(used), naive));
            contest.enter(
                    affordable(minutes),
                    () -> nanos(plan, () -> rating.affordable(cost).toNanos(), affordableNanos(rating, cost)));
        }
        contest.run(plan.rounds(), plan.seed(), report);
        contest.names().forEach(name -> report.figure("memory", name, "ns", contest.of(name)));
        for (var minutes : new int[] {1, 60, 240}) {
            report.figure(
                    "memory",
                    looped(minutes) + " / " + closed(minutes),
                    "x",
                    contest.ratio(looped(minutes), closed(minutes)));
        }
    }

    private static String closed(int minutes) {
        return "cost of " + minutes + " min";
    }

    private static String looped(int minutes) {
        return "cost of " + minutes + " min by increments";
    }

    private static String affordable(int minutes) {
        return "how long the price of " + minutes + " min lasts";
    }

    private static long affordableNanos(Rating rating, Money cost) {
        return rating.affordable(cost).toNanos();
    }

    /** Increment by increment; whole numbers, and rounded once as well, for the sums have to be the same. */
    private static long naiveCost(Duration used) {
        var weights = 0L;
        var position = BEFORE.toSeconds();
        var seconds = used.toSeconds();
        for (var second = 0L; second < seconds; second++) {
            var discount = 0;
            for (var tier : TARIFF.tiers()) {
                if (position >= tier.from().toSeconds()) {
                    discount = tier.discountBasisPoints();
                }
            }
            weights += 10_000 - discount;
            position++;
        }
        var rate = TARIFF.rate();
        return BigInteger.valueOf(rate.price().micros())
                .multiply(BigInteger.valueOf(weights))
                .divide(BigInteger.valueOf(10_000 * rate.per().toSeconds()))
                .longValueExact();
    }

    private interface Price {
        long price();
    }

    /** Nanoseconds for one; every answer is looked at, so that none can be left out. */
    private static double nanos(Plan plan, Price price, long expected) {
        var length = plan.turn().dividedBy(4).toNanos();
        var from = System.nanoTime();
        var now = from;
        var done = 0L;
        while (now - from < length) {
            for (var i = 0; i < AT_ONCE; i++) {
                NaiveBooks.requireEqual("The price", price.price(), expected);
            }
            done += AT_ONCE;
            now = System.nanoTime();
        }
        return (double) (now - from) / done;
    }
}
