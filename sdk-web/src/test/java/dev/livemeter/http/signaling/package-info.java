/** Signaling over real sockets, compared with PeerServer, and used by the real client in a real browser. */
@NullMarked
package dev.livemeter.http.signaling;

import org.jspecify.annotations.NullMarked;
