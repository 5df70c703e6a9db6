/** Commands for those who run Livemeter. */
@NullMarked
package dev.livemeter.tools;

import org.jspecify.annotations.NullMarked;
