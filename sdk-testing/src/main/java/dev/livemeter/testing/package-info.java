/** What a test needs instead of servers: in-memory siblings of the ports, and time that is set by hand. */
@NullMarked
package dev.livemeter.testing;

import org.jspecify.annotations.NullMarked;
