/** A real coturn, and the credentials that it takes. */
@NullMarked
package dev.livemeter.http.turn;

import org.jspecify.annotations.NullMarked;
