/**
 * Programs that measure what money costs: each figure stands beside that of a naive peer from the same run, for a machine's speed
 * is nobody's merit. Every run ends with a proof that no money was made or lost.
 */
@NullMarked
package dev.livemeter.benchmarks;

import org.jspecify.annotations.NullMarked;
