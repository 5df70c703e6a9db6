/**
 * Contract kits. Whoever implements an SPI extends its {@code ...Contract}, supplies an instance, and inherits a test for every
 * numbered rule under {@code docs/contracts}.
 */
@NullMarked
package dev.livemeter.testing.contract;

import org.jspecify.annotations.NullMarked;
