package dev.livemeter.testing.simulation;

import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.TierModel;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of price as they are written down, one increment after the other: exact to the end, rounded down once. Knows nothing of how the code
 * under test rates. Not for zones that set their clocks back across the midnight that begins a month.
 */
final class RatingModel {

    /** No simulated session lasts longer. */
    private static final long HORIZON = 200_000;

    private final Tariff tariff;
    private final RatingBasis basis;
    private final List<Destinations.Change> destinations;
    private final Duration free;
    private final Map<YearMonth, Long> sold = new HashMap<>();
    private long[] starts = new long[64];
    private long[] ends = new long[64];
    private long[] weights = new long[64];
    private int known;
    private long paidFor = -1;
    private long paid;
    private Instant monthEnds = Instant.MIN;
    private YearMonth month = YearMonth.of(1970, 1);

    /**
     * @param destinations what counts, whatever the basis says of them
     */
    RatingModel(Tariff tariff, RatingBasis basis, List<Destinations.Change> destinations) {
        this.tariff = tariff;
        this.basis = basis;
        this.destinations = destinations;
        // What bundles cover costs nothing either, and is no use of the month.
        this.free = tariff.free().plus(basis.covered());
    }

    boolean isOf(RatingBasis otherBasis, List<Destinations.Change> otherDestinations) {
        return basis.equals(otherBasis) && destinations.equals(otherDestinations);
    }

    /** Micro-units for a session of that length. */
    long cost(long nanos) {
        if (nanos <= free.toNanos()) {
            return 0;
        }
        while (known == 0 || starts[known - 1] * 1_000_000_000L < nanos) {
            append();
        }
        // The last increment that begins before that moment.
        var index = Arrays.binarySearch(starts, 0, known, Math.floorDiv(nanos - 1, 1_000_000_000L));
        return micros(index >= 0 ? index : -index - 2);
    }

    /** Nanoseconds that so many micro-units pay in full. */
    long paid(long micros) {
        if (micros != paidFor) {
            paid = paidBy(micros);
            paidFor = micros;
        }
        return paid;
    }

    private long paidBy(long micros) {
        if (micros < tariff.minimum().micros()) {
            return free.toNanos();
        }
        if (tariff.rate().price().isZero()) {
            return HORIZON * 1_000_000_000L;
        }
        var low = 0;
        while (known == 0 || (micros(known - 1) <= micros && ends[known - 1] < HORIZON)) {
            append();
        }
        var high = known - 1;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (micros(middle) > micros) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return starts[low] * 1_000_000_000L;
    }

    private long micros(int index) {
        var units = tariff.rate().price().micros();
        if (units == 0 || weights[index] < Long.MAX_VALUE / units) {
            var whole = tariff.rate().per().toSeconds() * 10_000_000;
            return Math.max(
                    Math.multiplyExact(units, weights[index]) / whole,
                    tariff.minimum().micros());
        }
        var price = BigInteger.valueOf(tariff.rate().price().micros());
        var per = BigInteger.valueOf(tariff.rate().per().toSeconds()).multiply(BigInteger.valueOf(10_000_000));
        var exact = price.multiply(BigInteger.valueOf(weights[index])).divide(per);
        return Math.max(exact.longValueExact(), tariff.minimum().micros());
    }

    private void append() {
        if (known == starts.length) {
            starts = Arrays.copyOf(starts, known * 2);
            ends = Arrays.copyOf(ends, known * 2);
            weights = Arrays.copyOf(weights, known * 2);
        }
        var start = known == 0 ? free.toSeconds() : ends[known - 1];
        var step =
                known == 0 ? tariff.increment().initial() : tariff.increment().subsequent();
        var length = step.toSeconds();
        var in = month(start);
        starts[known] = start;
        ends[known] = start + length;
        weights[known] = (known == 0 ? 0 : weights[known - 1])
                + length * permille(start, start + length) * (10_000 - discount(start, in));
        sold.merge(in, length, Long::sum);
        known++;
    }

    private int permille(long start, long end) {
        return Destinations.highestPermille(tariff, destinations, start * 1_000_000_000L, end * 1_000_000_000L);
    }

    private int discount(long start, YearMonth in) {
        var position = basis.steps().get(0).usedElsewhere().toSeconds();
        if (tariff.tierModel() == TierModel.GRADUATED) {
            position = sold.getOrDefault(in, 0L);
            for (var i = basis.steps().size() - 1; i >= 0; i--) {
                var step = basis.steps().get(i);
                if (step.from().toNanos() <= start * 1_000_000_000L) {
                    var of = YearMonth.from(basis.startedAt().plus(step.from()).atZone(basis.zone()));
                    position += of.equals(in) ? step.usedElsewhere().toSeconds() : 0;
                    break;
                }
            }
        }
        var discount = 0;
        for (var tier : tariff.tiers()) {
            discount = tier.from().toSeconds() <= position ? tier.discountBasisPoints() : discount;
        }
        return discount;
    }

    private YearMonth month(long second) {
        var moment = basis.startedAt().plusSeconds(second);
        if (!moment.isBefore(monthEnds)) {
            month = YearMonth.from(moment.atZone(basis.zone()));
            monthEnds = month.plusMonths(1).atDay(1).atStartOfDay(basis.zone()).toInstant();
        }
        return month;
    }
}
