/** What the tests of all stand-ins share. */
@NullMarked
package dev.livemeter.standin;

import org.jspecify.annotations.NullMarked;
