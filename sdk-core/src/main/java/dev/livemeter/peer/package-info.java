/** Those who talk with each other over signaling: browsers, by the ids that their clients use. */
@NullMarked
package dev.livemeter.peer;

import org.jspecify.annotations.NullMarked;
