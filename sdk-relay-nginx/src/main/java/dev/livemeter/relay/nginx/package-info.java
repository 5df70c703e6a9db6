/**
 * Takes publishers in with nginx and its RTMP module and passes their streams on. {@link dev.livemeter.relay.nginx.NginxRelay} is
 * where a host begins.
 *
 * <p>nginx runs one application that everybody publishes to. Once a stream is there, the SDK asks to publish under the same name, and
 * its own answer to nginx's question is an order where to pass the stream on (decision record 0036). So destinations and their keys travel only in answers to callbacks: the
 * configuration is the same for all users and holds no secret, and nobody's destination needs a reload (decision record 0004).
 */
@NullMarked
package dev.livemeter.relay.nginx;

import org.jspecify.annotations.NullMarked;
