/** Private calls: a viewer talks to a broadcaster and pays for the time in which both confirm that media flows. */
@NullMarked
package dev.livemeter.call;

import org.jspecify.annotations.NullMarked;
