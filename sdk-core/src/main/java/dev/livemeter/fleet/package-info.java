/** Several relay hosts as one relay: capacity, health, placement, maintenance, fail-over. */
@NullMarked
package dev.livemeter.fleet;

import org.jspecify.annotations.NullMarked;
