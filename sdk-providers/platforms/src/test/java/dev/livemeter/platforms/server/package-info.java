/** Stand-ins for platforms, for the tests of this and of other modules. */
@NullMarked
package dev.livemeter.platforms.server;

import org.jspecify.annotations.NullMarked;
