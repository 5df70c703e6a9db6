package dev.livemeter.money;

import java.time.Duration;

/**
 * Money taken for a span of a session.
 *
 * @param amount zero or more
 * @param from where the span begins, counted from the session's start
 * @param to where it ends
 */
public record Charge(Money amount, Duration from, Duration to) {}
