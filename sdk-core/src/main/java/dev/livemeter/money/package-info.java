/**
 * Exact money and the price of time. Start with {@link dev.livemeter.money.Tariff}. There is no floating point in here, and
 * no rounding but one: the cumulative cost of a session, down to a millionth of the currency's unit.
 */
@NullMarked
package dev.livemeter.money;

import org.jspecify.annotations.NullMarked;
