package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides a session's price besides its length: when it began, whose calendar counts, and what changed on the way. Immutable.
 *
 * @param startedAt when the meter started, by the wall clock; years 1970 to 8999
 * @param zone whose calendar months count
 * @param steps by rising {@code from}, the first at zero; 1 to {@value #MOST_STEPS}
 * @param covered how much of the session is paid already, by bundles of minutes: its first time after the free time costs nothing and is no use of the
 *     month. Whole seconds, 0 to 999999
 */
public record RatingBasis(Instant startedAt, ZoneId zone, List<Step> steps, Duration covered) {

    /** How many steps a basis can have, so that its notation stays below 2,000 characters. */
    public static final int MOST_STEPS = 50;

    /** The most of a session that bundles can cover, together with the free time. */
    public static final Duration MOST_COVERED = Duration.ofSeconds(Increment.LONGEST_SECONDS);

    private static final Instant FIRST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9000-01-01T00:00:00Z");
    private static final int LONGEST_ZONE = 40;

    /**
     * Something that decides the price from a moment of the session on.
     *
     * @param from elapsed metered time at which it takes effect
     * @param destinations how many the stream is passed on to, 0 to 9999
     * @param usedElsewhere what the payer has used in other sessions in the month in which {@code from} lies; a fraction of a second is
     *     dropped, as time is sold in whole ones
     */
    public record Step(Duration from, int destinations, Duration usedElsewhere) {

        public Step {
            usedElsewhere = Duration.ofSeconds(usedElsewhere.toSeconds());
            if (from.isNegative() || from.compareTo(Tariff.UNLIMITED) > 0) {
                throw new LivemeterException(
                        "rating.malformed_step",
                        "The step takes effect at " + from + "; expected zero or more, and at most "
                                + Tariff.UNLIMITED.toDays() + " days.");
            }
            if (destinations < 0 || destinations > DestinationFactor.MOST_DESTINATIONS) {
                throw new LivemeterException(
                        "rating.malformed_step",
                        "The step at " + from + " is to " + destinations + " destinations; expected 0 to "
                                + DestinationFactor.MOST_DESTINATIONS + ".");
            }
            if (usedElsewhere.isNegative() || usedElsewhere.compareTo(Tariff.UNLIMITED) > 0) {
                throw new LivemeterException(
                        "rating.malformed_step",
                        "The step at " + from + " tells of " + usedElsewhere
                                + " used elsewhere; expected zero or more, and at most " + Tariff.UNLIMITED.toDays()
                                + " days.");
            }
        }
    }

    /**
     * A basis in all its parts.
     *
     * @throws LivemeterException {@code rating.*}: what does not fit together, in a sentence
     */
    public RatingBasis {
        steps = List.copyOf(steps);
        if (startedAt.isBefore(FIRST) || !startedAt.isBefore(LAST)) {
            throw new LivemeterException(
                    "rating.malformed_basis",
                    "The session started at " + startedAt + "; expected a year from 1970 to 8999.");
        }
        if (zone.getId().length() > LONGEST_ZONE) {
            throw new LivemeterException(
                    "rating.malformed_basis",
                    "The name of the time zone has " + zone.getId().length() + " characters; expected at most "
                            + LONGEST_ZONE + ".");
        }
        if (steps.isEmpty() || !steps.get(0).from().isZero()) {
            throw new LivemeterException(
                    "rating.malformed_basis", "The first step is missing; the first one takes effect at zero.");
        }
        requireRoom(steps.size());
        if (covered.getSeconds() < 0 || covered.getNano() != 0 || covered.compareTo(MOST_COVERED) > 0) {
            throw new LivemeterException(
                    "rating.malformed_basis",
                    "Bundles cover " + covered + " of the session; expected a whole number of seconds from 0 to "
                            + MOST_COVERED.toSeconds() + ".");
        }
        for (var i = 1; i < steps.size(); i++) {
            var before = steps.get(i - 1).from();
            var from = steps.get(i).from();
            if (before.compareTo(from) >= 0) {
                throw new LivemeterException(
                        "rating.malformed_basis",
                        "The step at " + from + " comes after the one at " + before
                                + "; list steps by rising time, each moment once.");
            }
        }
    }

    /** A basis of a session that no bundle covers anything of. */
    public RatingBasis(Instant startedAt, ZoneId zone, List<Step> steps) {
        this(startedAt, zone, steps, Duration.ZERO);
    }

    /** A session that begins with so many destinations, after so much use in other sessions of the month. */
    public static RatingBasis startingAt(Instant startedAt, ZoneId zone, int destinations, Duration usedElsewhere) {
        return new RatingBasis(startedAt, zone, List.of(new Step(Duration.ZERO, destinations, usedElsewhere)));
    }

    /**
     * The same of a session that has not used anything yet and begins at that moment. Where a month began in between, nothing is taken to be used of it
     * elsewhere.
     */
    public RatingBasis beginningAt(Instant moment) {
        var sameMonth = YearMonth.from(moment.atZone(zone)).equals(YearMonth.from(startedAt.atZone(zone)));
        return sameMonth
                ? new RatingBasis(moment, zone, steps, covered)
                : startingAt(moment, zone, last().destinations(), Duration.ZERO).covering(covered);
    }

    /** The same of a session of which bundles cover so much. */
    public RatingBasis covering(Duration time) {
        return new RatingBasis(startedAt, zone, steps, time);
    }

    /**
     * The same with one more step, at or after the last one. A step at the moment of the last one takes its place; a step that tells
     * nothing new is dropped, so that a repeat changes nothing.
     *
     * @throws LivemeterException {@code rating.late_step} before the last one; {@code rating.too_many_steps} where the basis is full. Then
     *     nothing changed: refuse what the step was for, or start a new session
     */
    public RatingBasis with(Step step) {
        var last = last();
        return step.destinations() == last.destinations()
                        && step.usedElsewhere().equals(last.usedElsewhere())
                        && sameMonth(step, last)
                ? requireNotBefore(step, last)
                : append(step);
    }

    /**
     * As {@link #with(Step)}, but also drops a step that cannot change what this tariff charges: another number of destinations of the
     * same factor, or use elsewhere where no tier asks for it. So a basis fills up only with what has a price.
     */
    public RatingBasis with(Step step, Tariff tariff) {
        var last = last();
        var asksForUse =
                tariff.tierModel() == TierModel.GRADUATED && !tariff.tiers().isEmpty();
        var sameFactor = tariff.factorFor(step.destinations()).permille()
                == tariff.factorFor(last.destinations()).permille();
        var sameUse = step.usedElsewhere().equals(last.usedElsewhere()) && sameMonth(step, last);
        return sameFactor && (!asksForUse || sameUse) ? requireNotBefore(step, last) : append(step);
    }

    /** Whether no further step fits. */
    public boolean isFull() {
        return steps.size() == MOST_STEPS;
    }

    /**
     * The basis in one line, for stores; {@link #parse} reads it back to an equal one. At most 2,000 printable ASCII characters:
     *
     * <pre>
     * basis   = startedAt " " zone [" covered=" seconds "s"] 1*(" " step)
     * step    = from "/" destinations "/" usedElsewhere
     * </pre>
     *
     * <p>{@code startedAt} is ISO 8601 in UTC, {@code from} seconds with up to nine decimals, {@code usedElsewhere} whole seconds. An
     * example: {@code 2026-11-21T06:44:00Z Europe/Berlin 0/1/0 812.345/4/36060}.
     */
    public String notation() {
        return BasisNotation.write(this);
    }

    /**
     * Reads what {@link #notation} wrote.
     *
     * @throws LivemeterException {@code rating.malformed_notation} with the place and what was expected there, or another {@code rating.*}
     *     where the parts do not fit together
     */
    public static RatingBasis parse(String notation) {
        return BasisNotation.read(notation);
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }

    private boolean sameMonth(Step one, Step other) {
        var months = Months.of(startedAt, zone);
        return months.at(one.from()) == months.at(other.from());
    }

    private RatingBasis requireNotBefore(Step step, Step last) {
        if (step.from().compareTo(last.from()) < 0) {
            throw new LivemeterException(
                    "rating.late_step",
                    "The step at " + step.from() + " comes after the one at " + last.from()
                            + "; what was rated stays as it was, so add steps in the order of time.");
        }
        return this;
    }

    private RatingBasis append(Step step) {
        var last = last();
        requireNotBefore(step, last);
        var all = new ArrayList<>(steps);
        if (step.from().equals(last.from())) {
            all.remove(all.size() - 1);
        }
        all.add(step);
        return new RatingBasis(startedAt, zone, all, covered);
    }

    private static void requireRoom(int steps) {
        if (steps > MOST_STEPS) {
            throw new LivemeterException(
                    "rating.too_many_steps",
                    "The rating basis would have " + steps + " steps; expected at most " + MOST_STEPS
                            + ". Leave the session's destinations as they are, or start a new session.");
        }
    }
}
