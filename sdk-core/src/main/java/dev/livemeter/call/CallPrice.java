package dev.livemeter.call;

import dev.livemeter.money.Money;
import dev.livemeter.session.Quote;
import java.time.Duration;

/**
 * What a call would cost, to be shown and accepted before it begins.
 *
 * @param reference names exactly this price; to be sent back with the invitation, as the sign that it was accepted
 * @param quote of the length that was asked about
 * @param minimumToStart what is held, at least, when the call is accepted
 * @param enoughFor how long the caller's present balance lasts
 */
public record CallPrice(String reference, Quote quote, Money minimumToStart, Duration enoughFor) {}
