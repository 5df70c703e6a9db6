/**
 * Jetty as the server: one line from a Livemeter to an address in a browser. No type of Jetty shows, but for
 * {@link dev.livemeter.http.jetty.SignalingHandler}, which a host mounts in a Jetty of its own.
 */
@NullMarked
package dev.livemeter.http.jetty;

import org.jspecify.annotations.NullMarked;
