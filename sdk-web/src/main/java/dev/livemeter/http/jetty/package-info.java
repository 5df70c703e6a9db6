/** Jetty as the server: one line from a Livemeter to an address in a browser. No type of Jetty shows. */
@NullMarked
package dev.livemeter.http.jetty;

import org.jspecify.annotations.NullMarked;
