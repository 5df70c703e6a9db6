/**
 * Puts the configuration of a dedicated nginx into force on a relay host, over SSH. {@link
 * dev.livemeter.relay.nginx.deploy.RelayDeployment} is where a host application begins.
 *
 * <p>The host was prepared with {@code deploy/relay-host/install.sh}. It checks a version with nginx itself, puts it into force, has
 * it proven by the running nginx, and goes back to the last good one otherwise; all of that without help from this side, as a connection can end at any
 * moment (decision record 0013).
 */
@NullMarked
package dev.livemeter.relay.nginx.deploy;

import org.jspecify.annotations.NullMarked;
