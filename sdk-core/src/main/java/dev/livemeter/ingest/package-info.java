/** The way in: stream keys and the address that encoders publish to. */
@NullMarked
package dev.livemeter.ingest;

import org.jspecify.annotations.NullMarked;
