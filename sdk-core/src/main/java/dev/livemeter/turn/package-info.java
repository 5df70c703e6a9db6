/** How browsers reach each other: ICE servers, and credentials for TURN that end by themselves. */
@NullMarked
package dev.livemeter.turn;

import org.jspecify.annotations.NullMarked;
