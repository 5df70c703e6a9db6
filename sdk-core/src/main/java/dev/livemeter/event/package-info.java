/** What happens, told to whoever listens. Start with {@link dev.livemeter.event.LiveEvent}. */
@NullMarked
package dev.livemeter.event;

import org.jspecify.annotations.NullMarked;
