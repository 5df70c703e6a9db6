/** The code of the README. */
@NullMarked
package dev.livemeter.quickstart;

import org.jspecify.annotations.NullMarked;
