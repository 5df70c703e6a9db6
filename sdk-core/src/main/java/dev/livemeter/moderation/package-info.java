/** Sending people away, for a moment or for longer: kicks and bans, by whom and why, known on every node within seconds. */
@NullMarked
package dev.livemeter.moderation;

import org.jspecify.annotations.NullMarked;
