/** Processes that are killed, frozen and cut off while money moves, on purpose and at seeded moments: what the books say afterwards. */
@NullMarked
package dev.livemeter.jdbc.crash;

import org.jspecify.annotations.NullMarked;
