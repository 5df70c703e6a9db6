/**
 * The vocabulary of the {@link dev.livemeter.spi.Wallet} SPI: two-phase transfers. Money is first held, then captured in part or
 * whole, or voided; what nobody resolves expires.
 */
@NullMarked
package dev.livemeter.wallet;

import org.jspecify.annotations.NullMarked;
