/**
 * Prices over time: every tariff that was ever in force, by what it is for. Start with {@link dev.livemeter.tariff.Tariffs}.
 */
@NullMarked
package dev.livemeter.tariff;

import org.jspecify.annotations.NullMarked;
