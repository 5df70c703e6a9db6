/** The way out: the places that a stream is passed on to, and how they fare. */
@NullMarked
package dev.livemeter.destination;

import org.jspecify.annotations.NullMarked;
