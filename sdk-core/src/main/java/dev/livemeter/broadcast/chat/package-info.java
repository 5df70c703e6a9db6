/**
 * What people say on the platforms that a stream is shown on: one order for all of them, in memory alone. Apart from {@link dev.livemeter.chat our own chat}, which is
 * stored and moderated here. No sockets.
 */
@NullMarked
package dev.livemeter.broadcast.chat;

import org.jspecify.annotations.NullMarked;
