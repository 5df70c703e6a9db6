/** Livemeter's figures in a Micrometer registry. */
@NullMarked
package dev.livemeter.micrometer;

import org.jspecify.annotations.NullMarked;
