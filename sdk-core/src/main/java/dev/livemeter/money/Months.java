package dev.livemeter.money;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoField;

/**
 * The calendar months that a session passes through. A month is a number, months since year 0, because a run of increments compares it
 * often.
 */
interface Months {

    /** One month without end: for a price that no calendar touches. */
    Months ENDLESS = new Months() {
        @Override
        public long at(Duration elapsed) {
            return 0;
        }

        @Override
        public long endOf(long month) {
            return Long.MAX_VALUE;
        }
    };

    /** The month in which that moment of the session lies. */
    long at(Duration elapsed);

    /** The first whole second of the session that no longer lies in that month. */
    long endOf(long month);

    /** The months of a session that began then, by the calendar of that zone. */
    static Months of(Instant startedAt, ZoneId zone) {
        return new Months() {
            @Override
            public long at(Duration elapsed) {
                var moment = startedAt.plus(elapsed);
                var month = YearMonth.from(moment.atZone(zone)).getLong(ChronoField.PROLEPTIC_MONTH);
                // Where clocks are set back across midnight, the last day of a month comes twice. A month that has
                // begun does not end again: else time used could fall.
                return moment.isBefore(beginning(month + 1)) ? month : month + 1;
            }

            @Override
            public long endOf(long month) {
                var left = Duration.between(startedAt, beginning(month + 1));
                return left.getNano() == 0 ? left.getSeconds() : left.getSeconds() + 1;
            }

            private Instant beginning(long month) {
                return month(month).atDay(1).atStartOfDay(zone).toInstant();
            }
        };
    }

    /** The calendar month of that number. */
    static YearMonth month(long number) {
        return YearMonth.of(Math.toIntExact(Math.floorDiv(number, 12)), Math.toIntExact(Math.floorMod(number, 12)) + 1);
    }
}
