package dev.livemeter.session;

import java.time.Duration;
import java.time.Instant;

/** From when to when a destination was live, without a break. */
public record LiveSpan(Instant from, Instant to) {

    /** How much of it lies from one moment to before another; zero where nothing does. */
    public Duration within(Instant begin, Instant end) {
        var first = from.isBefore(begin) ? begin : from;
        var last = to.isAfter(end) ? end : to;
        return first.isBefore(last) ? Duration.between(first, last) : Duration.ZERO;
    }
}
