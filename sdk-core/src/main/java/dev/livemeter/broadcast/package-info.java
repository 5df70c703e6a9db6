/** Broadcasts on platforms that can be talked to: made, taken live, looked after and ended for a stream, with what people see of them. */
@NullMarked
package dev.livemeter.broadcast;

import org.jspecify.annotations.NullMarked;
