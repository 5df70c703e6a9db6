package dev.livemeter.testing.simulation;

import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.money.TierModel;
import dev.livemeter.session.FailureHandling;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Random;

/**
 * What is fixed in a world, drawn from its seed.
 *
 * @param start what the clocks show at first; near the end of a month or a change of clocks
 * @param nodes 1: it is alone on its stores; else they share them
 * @param stepwise whether wallet and sessions are settled one after the other
 */
record Rules(Instant start, ZoneId zone, int nodes, boolean stepwise, SessionPolicy policy, List<Tariff> tariffs) {

    static final int PAYERS = 4;
    static final int PAYEES = 3;
    static final int SLOTS = 6;

    private static final List<String> STARTS = List.of(
            "2026-11-30T22:50:00Z",
            "2026-02-28T23:40:00Z",
            "2026-03-29T00:45:00Z",
            "2026-10-25T00:30:00Z",
            "2026-11-01T05:40:00Z",
            "2026-12-31T18:20:00Z",
            "2026-06-15T12:00:00Z");
    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata");

    static Rules of(long seed) {
        var random = new Random(seed);
        return new Rules(
                Instant.parse(pick(random, STARTS)),
                ZoneId.of(pick(random, ZONES)),
                random.nextInt(4) == 0 ? 1 : 2,
                random.nextInt(3) == 0,
                policy(random),
                List.of(
                        perSecond(random),
                        perSecond(random),
                        perMinute(random),
                        withEverything(random),
                        withEverything(random)));
    }

    /** A tariff after its price changed. */
    static Tariff repriced(Tariff tariff, int variant) {
        var price = Money.ofMicros("USD", 1 + (long) variant * 7_919 % 4_000_000);
        return new Tariff(
                new dev.livemeter.money.Rate(price, tariff.rate().per()),
                tariff.increment(),
                tariff.free(),
                tariff.minimum(),
                tariff.tierModel(),
                tariff.tiers(),
                tariff.factors());
    }

    private static SessionPolicy policy(Random random) {
        var quota = Duration.ofSeconds(5 + random.nextInt(60));
        var settle = Duration.ofMillis(1_000 + random.nextInt(20_000));
        return SessionPolicy.builder(Currency.getInstance("USD"))
                .minimumToStart(Money.ofMicros("USD", random.nextInt(2) * 500_000L))
                .lowBalanceBelow(Money.ofMicros("USD", random.nextInt(3) * 1_000_000L))
                .quota(quota)
                .renewBefore(quota.dividedBy(2 + random.nextInt(4)))
                .settleEvery(settle)
                .proveEvery(Duration.ofMillis(Math.max(500, settle.toMillis() / (1 + random.nextInt(4)))))
                .grace(Duration.ofSeconds((long) random.nextInt(2) * random.nextInt(12)))
                .finalUnit(pick(random, List.of(FinalUnitAction.values())))
                .topUpPage(URI.create("https://shop.example/coins"))
                .restrictFor(Duration.ofSeconds(5 + random.nextInt(90)))
                .failureHandling(pick(random, List.of(FailureHandling.values())))
                .continueFor(Duration.ofSeconds(random.nextInt(90)))
                .maxDuration(Duration.ofSeconds(random.nextInt(3) == 0 ? 60 + random.nextInt(600) : 0))
                .build();
    }

    private static Tariff perSecond(Random random) {
        return Tariff.perMinute("USD", "0.01")
                .in(Increment.SECONDS)
                .withFree(Duration.ofSeconds((long) random.nextInt(2) * random.nextInt(20)))
                .withMinimum(Money.ofMicros("USD", random.nextInt(3) == 0 ? random.nextInt(300_000) : 0))
                .in(Increment.parse(random.nextInt(3) == 0 ? "7/3" : "1/1"))
                .in(Increment.SECONDS)
                .withTierModel(TierModel.GRADUATED)
                .withFactors(DestinationFactor.of(3, "1.333"))
                .withTiers(Tier.of(Duration.ofSeconds(90 + random.nextInt(300)), "12.5"));
    }

    private static Tariff perMinute(Random random) {
        return Tariff.perMinute("USD", random.nextInt(3) + "." + (10 + random.nextInt(90)));
    }

    private static Tariff withEverything(Random random) {
        var tariff = Tariff.perMinute("USD", (1 + random.nextInt(6)) + ".000" + random.nextInt(1000))
                .in(Increment.parse(pick(random, List.of("1/1", "60/1", "7/3", "30/6"))))
                .withTierModel(random.nextBoolean() ? TierModel.GRADUATED : TierModel.OPENING_TIER)
                .withTiers(
                        Tier.of(Duration.ofSeconds(60 + random.nextInt(200)), "20"),
                        Tier.of(Duration.ofSeconds(400 + random.nextInt(400)), "40.01"))
                .withFactors(DestinationFactor.of(2, "1.2"), DestinationFactor.of(4, "0.75"))
                .withFree(Duration.ofSeconds(random.nextInt(3) * 5L));
        return tariff.withMinimum(Money.ofMicros("USD", (long) random.nextInt(2) * random.nextInt(500_000)));
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
