package dev.livemeter.destination;

import dev.livemeter.secret.Secret;
import java.net.URI;

/**
 * Where a relay publishes to, in full: what a {@link dev.livemeter.spi.StreamProvider} made of a {@link Destination}.
 *
 * @param server scheme, host and application, such as {@code rtmp://host:1935/app}
 */
public record PushTarget(URI server, Secret key) {}
