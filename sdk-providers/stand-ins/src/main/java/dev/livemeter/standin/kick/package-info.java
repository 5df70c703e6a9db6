/** A stand-in for Kick's authorization server and the parts of its public API that streams need. */
@NullMarked
package dev.livemeter.standin.kick;

import org.jspecify.annotations.NullMarked;
