/** Rooms: one broadcaster, several viewers; free, by the minute, by ticket, or for members. */
@NullMarked
package dev.livemeter.room;

import org.jspecify.annotations.NullMarked;
