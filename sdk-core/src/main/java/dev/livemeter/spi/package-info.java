/**
 * What others implement. Each interface here has an in-memory sibling and a contract kit in {@code livemeter-testing}, and
 * numbered rules under {@code docs/contracts}.
 */
@NullMarked
package dev.livemeter.spi;

import org.jspecify.annotations.NullMarked;
