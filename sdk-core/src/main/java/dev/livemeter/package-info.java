/**
 * Livemeter: live streaming sold by the minute. {@link dev.livemeter.Livemeter} puts the parts together and is where a host
 * application begins.
 */
@NullMarked
package dev.livemeter;

import org.jspecify.annotations.NullMarked;
