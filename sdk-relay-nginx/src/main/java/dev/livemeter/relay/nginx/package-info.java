/**
 * Takes publishers in with nginx and its RTMP module and passes their streams on. {@link dev.livemeter.relay.nginx.NginxRelay} is
 * where a host begins.
 *
 * <p>nginx runs one application that everybody publishes to, and N internal ones, the slots. It pushes every stream
 * into every slot, and each time asks the SDK where that slot leads. So destinations and their keys travel only in answers to callbacks: the
 * configuration is the same for all users and holds no secret, and nobody's destination needs a reload (decision record 0004).
 */
@NullMarked
package dev.livemeter.relay.nginx;

import org.jspecify.annotations.NullMarked;
