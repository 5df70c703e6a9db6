/** Time as something that is given: clocks, deadlines, threads. */
@NullMarked
package dev.livemeter.time;

import org.jspecify.annotations.NullMarked;
