/** Frames of RFC 6455, for whatever server they come in by. */
@NullMarked
package dev.livemeter.http.frame;

import org.jspecify.annotations.NullMarked;
