package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.LiveSpan;
import dev.livemeter.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one platform had of a {@link SoldLine}. Time and money of a line are divided by how long each of the session's destinations was live during it, two at one platform counting twice; where none
 * was, by how long each was live in the whole session. What cannot be divided goes to the first platforms by name, a unit each. So the parts of a line sum to the line.
 *
 * @param platform of destinations that were live
 * @param sessions one in the first line of a session, for each platform that it went to at all
 * @param length of the line's
 */
public record SoldPart(
        SoldLine line, String platform, long sessions, Duration length, Money list, Money amount, Money earned) {

    /** All of a line, at the platforms that it names. */
    public static SoldPart whole(SoldLine line) {
        return new SoldPart(
                line,
                line.platforms(),
                line.number() == 0 ? 1 : 0,
                line.length(),
                line.list(),
                line.amount(),
                line.earned());
    }

    /**
     * The parts of all lines of a session, line by line, by the names of platforms; a line has no part for a platform that had nothing of it, but for the first line. None where it is not known that a
     * destination was live: then {@link SoldLine#platforms} is what is known.
     *
     * @param records how its destinations fared
     */
    public static List<SoldPart> of(Session session, List<DeliveryRecord> records) {
        var live = records.stream()
                .filter(record -> record.liveTime().compareTo(Duration.ZERO) > 0)
                .toList();
        if (live.isEmpty()) {
            return List.of();
        }
        var knowsWhen = live.stream().noneMatch(record -> record.spans().isEmpty());
        var inAll = new TreeMap<String, Long>();
        live.forEach(record -> inAll.merge(record.platform(), record.liveTime().toNanos(), Math::addExact));
        var lines = SoldLine.of(session);
        var parts = new ArrayList<SoldPart>();
        for (var line : lines) {
            var weights = knowsWhen && line.span().kind() != RatedSpan.Kind.MINIMUM
                    ? during(live, begin(line), end(line, lines))
                    : inAll;
            divide(line, isEmpty(weights) ? inAll : weights, parts);
        }
        return parts;
    }

    /** A platform may be live a moment before the meter starts. */
    private static Instant begin(SoldLine line) {
        return line.number() == 0 ? Instant.MIN : line.beganAt();
    }

    /** Where the next time begins; the last line has what is left, as a wall clock can run longer than the session's. */
    private static Instant end(SoldLine line, List<SoldLine> lines) {
        return lines.stream()
                .skip(line.number() + 1L)
                .filter(next -> next.span().kind() != RatedSpan.Kind.MINIMUM)
                .findFirst()
                .map(SoldLine::beganAt)
                .orElse(Instant.MAX);
    }

    private static Map<String, Long> during(List<DeliveryRecord> live, Instant begin, Instant end) {
        var weights = new TreeMap<String, Long>();
        for (var record : live) {
            var time = record.spans().stream()
                    .map((LiveSpan span) -> span.within(begin, end).toNanos())
                    .reduce(0L, Math::addExact);
            weights.merge(record.platform(), time, Math::addExact);
        }
        return weights;
    }

    private static boolean isEmpty(Map<String, Long> weights) {
        return weights.values().stream().allMatch(weight -> weight == 0);
    }

    private static void divide(SoldLine line, Map<String, Long> weights, List<SoldPart> to) {
        var all = weights.values().stream().reduce(0L, Math::addExact);
        var first = line.number() == 0;
        var before = 0L;
        for (var weight : weights.entrySet()) {
            if (weight.getValue() > 0 || first) {
                var slice = new Slice(before, Math.addExact(before, weight.getValue()), all);
                to.add(new SoldPart(
                        line,
                        weight.getKey(),
                        first ? 1 : 0,
                        slice.of(line.length()),
                        slice.of(line.list()),
                        slice.of(line.amount()),
                        slice.of(line.earned())));
                before = slice.after();
            }
        }
    }
}
