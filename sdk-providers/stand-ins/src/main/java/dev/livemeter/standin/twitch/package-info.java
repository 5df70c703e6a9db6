/** A stand-in for Twitch, written from its public reference and the rules of its own mock API. It is stricter than Twitch where that finds mistakes. */
@NullMarked
package dev.livemeter.standin.twitch;

import org.jspecify.annotations.NullMarked;
