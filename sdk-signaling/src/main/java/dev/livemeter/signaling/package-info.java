/** Signaling as PeerJS speaks it, without sockets: who is there, what is passed on to whom, and who may. */
@NullMarked
package dev.livemeter.signaling;

import org.jspecify.annotations.NullMarked;
