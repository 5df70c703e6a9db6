package dev.livemeter.money;

import dev.livemeter.money.RatingBasis.Step;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Tariffs, bases and times from a seed: many small numbers, so that boundaries are met, and now and then a large one. */
final class RatingCases {

    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("UTC"),
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("America/New_York"),
            ZoneId.of("Asia/Kathmandu"),
            ZoneId.of("Pacific/Kiritimati"),
            ZoneId.of("America/St_Johns"),
            ZoneId.of("-11:30"));

    // Ends of months, a leap day, days on which clocks are changed, one of them across the end of a month.
    private static final List<LocalDateTime> MOMENTS = List.of(
            LocalDateTime.parse("2026-10-31T23:00:00"),
            LocalDateTime.parse("2026-11-15T12:00:00"),
            LocalDateTime.parse("2026-12-31T22:59:59.5"),
            LocalDateTime.parse("2028-02-29T20:00:00.000000001"),
            LocalDateTime.parse("2026-03-29T01:30:00"),
            LocalDateTime.parse("2026-10-25T01:30:00"),
            LocalDateTime.parse("2009-10-31T22:00:00"));

    final long seed = Long.getLong("livemeter.test.seed", new Random().nextLong());
    private final Random random;

    RatingCases(int number) {
        this.random = new Random(seed * 31 + number);
    }

    int upTo(int bound) {
        return random.nextInt(bound);
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    /** A tariff whose parts are there or not. */
    Tariff tariff() {
        var longest = oneIn(3) ? 9_000 : 90;
        var increment = new Increment(seconds(1, longest), oneIn(2) ? seconds(1, longest) : Duration.ofSeconds(60));
        if (oneIn(2)) {
            increment = new Increment(increment.subsequent(), increment.subsequent());
        }
        var price = oneIn(8) ? 100_000_000_000L + random.nextInt() : random.nextInt(oneIn(4) ? 20 : 500_000);
        var tariff = new Tariff(new Rate(Money.ofMicros("USD", price), seconds(1, 100)), increment);
        if (oneIn(3)) {
            tariff = tariff.withFree(seconds(0, 200));
        }
        if (oneIn(3)) {
            tariff = tariff.withMinimum(Money.ofMicros("USD", random.nextInt(2_000_000)));
        }
        if (!oneIn(4)) {
            tariff = tariff.withTiers(tiers());
        }
        if (oneIn(4)) {
            tariff = tariff.withTierModel(TierModel.OPENING_TIER);
        }
        if (!oneIn(3)) {
            tariff = tariff.withFactors(factors());
        }
        return tariff;
    }

    private Tier[] tiers() {
        var starts = new TreeSet<Integer>();
        for (var i = upTo(4); i >= 0; i--) {
            starts.add(oneIn(4) ? 0 : 60 * upTo(100) + (oneIn(3) ? upTo(60) : 0));
        }
        return starts.stream()
                .map(from -> new Tier(Duration.ofSeconds(from), oneIn(8) ? 10_000 : upTo(10_000)))
                .toArray(Tier[]::new);
    }

    private DestinationFactor[] factors() {
        var starts = new TreeSet<Integer>();
        for (var i = upTo(3); i >= 0; i--) {
            starts.add(1 + upTo(6));
        }
        return starts.stream()
                .map(from -> new DestinationFactor(from, oneIn(8) ? 0 : 500 + 100 * upTo(15)))
                .toArray(DestinationFactor[]::new);
    }

    RatingBasis basis() {
        var zone = ZONES.get(upTo(ZONES.size()));
        var startedAt = MOMENTS.get(upTo(MOMENTS.size())).atZone(zone).toInstant();
        if (oneIn(3)) {
            startedAt = startedAt.plusNanos(random.nextLong(14_000_000_000_000L));
        }
        var steps = new ArrayList<Step>();
        var from = Duration.ZERO;
        for (var i = upTo(oneIn(3) ? 12 : 3); i >= 0; i--) {
            steps.add(new Step(from, upTo(8), Duration.ofSeconds(oneIn(3) ? 0 : 60L * upTo(100))));
            from = from.plus(time(1 + upTo(20_000))).plusNanos(1);
        }
        return new RatingBasis(startedAt, zone, steps);
    }

    /** Up to that many seconds, half of the times whole ones or minutes. */
    Duration time(int seconds) {
        var whole = 1 + upTo(seconds);
        return switch (upTo(4)) {
            case 0 -> Duration.ofSeconds(whole);
            case 1 -> Duration.ofSeconds(60L * (1 + whole / 60));
            default -> Duration.ofSeconds(whole, upTo(1_000_000_000));
        };
    }

    private Duration seconds(int least, int most) {
        return Duration.ofSeconds(least + (long) upTo(most - least + 1));
    }
}
