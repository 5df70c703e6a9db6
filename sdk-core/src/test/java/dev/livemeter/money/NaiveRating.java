package dev.livemeter.money;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of rating as they are written down, increment by increment; slow, and made to be compared with. */
final class NaiveRating {

    /** One increment that was begun, and the exact sum of all up to it as a numerator. */
    record Row(Duration start, Duration end, YearMonth month, BigInteger total) {}

    private final Tariff tariff;
    private final RatingBasis basis;
    private final List<Row> rows = new ArrayList<>();
    private final Map<YearMonth, Duration> sold = new HashMap<>();

    NaiveRating(Tariff tariff, RatingBasis basis, Duration until) {
        this.tariff = tariff;
        this.basis = basis;
        var total = BigInteger.ZERO;
        for (var start = tariff.free(); start.compareTo(until) < 0; ) {
            var step = rows.isEmpty()
                    ? tariff.increment().initial()
                    : tariff.increment().subsequent();
            var end = start.plus(step);
            var month = month(start);
            total = total.add(BigInteger.valueOf(tariff.rate().price().micros())
                    .multiply(BigInteger.valueOf(step.toSeconds()))
                    .multiply(BigInteger.valueOf(permille(start, end)))
                    .multiply(BigInteger.valueOf(10_000 - discount(start, month))));
            rows.add(new Row(start, end, month, total));
            sold.merge(month, step, Duration::plus);
            start = end;
        }
    }

    Money cost(Duration used) {
        if (used.compareTo(tariff.free()) <= 0) {
            return Money.zero(tariff.currency());
        }
        var found = rows.get(0);
        for (var row : rows) {
            if (row.start().compareTo(used) < 0) {
                found = row;
            }
        }
        return rounded(found.total());
    }

    Duration affordable(Money budget) {
        var end = tariff.free();
        for (var row : rows) {
            if (rounded(row.total()).compareTo(budget) > 0) {
                return end;
            }
            end = row.end();
        }
        throw new AssertionError("The reference was made for a shorter time.");
    }

    Duration usedIn(YearMonth month, Duration used) {
        return rows.stream()
                .filter(row -> row.start().compareTo(used) < 0 && used.compareTo(tariff.free()) > 0)
                .filter(row -> row.month().equals(month))
                .map(row -> row.end().minus(row.start()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    Duration lastEnd() {
        return rows.get(rows.size() - 1).end();
    }

    List<YearMonth> months() {
        return rows.stream().map(Row::month).distinct().toList();
    }

    private Money rounded(BigInteger total) {
        var per = BigInteger.valueOf(tariff.rate().per().toSeconds()).multiply(BigInteger.valueOf(10_000_000));
        return Money.ofMicros(
                        tariff.currency().getCurrencyCode(), total.divide(per).longValueExact())
                .max(tariff.minimum());
    }

    private int permille(Duration start, Duration end) {
        var highest = -1;
        for (var i = 0; i < basis.steps().size(); i++) {
            var step = basis.steps().get(i);
            var beginsBeforeTheEnd = step.from().compareTo(end) < 0;
            var endsAfterTheStart = i + 1 == basis.steps().size()
                    || basis.steps().get(i + 1).from().compareTo(start) > 0;
            if (beginsBeforeTheEnd && endsAfterTheStart) {
                var permille = 1000;
                for (var factor : tariff.factors()) {
                    permille = step.destinations() >= factor.from() ? factor.permille() : permille;
                }
                highest = Math.max(highest, permille);
            }
        }
        return highest;
    }

    private int discount(Duration start, YearMonth month) {
        var position = basis.steps().get(0).usedElsewhere();
        if (tariff.tierModel() == TierModel.GRADUATED) {
            position = Duration.ZERO;
            for (var step : basis.steps()) {
                if (step.from().compareTo(start) <= 0) {
                    position = month(step.from()).equals(month) ? step.usedElsewhere() : Duration.ZERO;
                }
            }
            position = position.plus(sold.getOrDefault(month, Duration.ZERO));
        }
        var discount = 0;
        for (var tier : tariff.tiers()) {
            discount = tier.from().compareTo(position) <= 0 ? tier.discountBasisPoints() : discount;
        }
        return discount;
    }

    /** The latest month that any moment of the two hours before, by the minute, lies in: a month that began does not end again. */
    private YearMonth month(Duration elapsed) {
        var moment = basis.startedAt().plus(elapsed);
        var month = at(moment);
        if (moment.atZone(basis.zone()).toLocalDate().lengthOfMonth()
                == moment.atZone(basis.zone()).getDayOfMonth()) {
            for (var minutes = 1; minutes <= 120; minutes++) {
                var earlier = at(moment.minusSeconds(60L * minutes));
                month = earlier.isAfter(month) ? earlier : month;
            }
        }
        return month;
    }

    private YearMonth at(Instant moment) {
        return YearMonth.from(moment.atZone(basis.zone()));
    }
}
