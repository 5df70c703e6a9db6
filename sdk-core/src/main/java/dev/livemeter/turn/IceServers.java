package dev.livemeter.turn;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * All ICE servers for one person.
 *
 * @param validFor how long the credentials are good, from when they were made
 * @param expiresAt when they end; calls that are connected then go on as far as the TURN server lets them
 */
public record IceServers(List<IceServer> servers, Duration validFor, Instant expiresAt) {
    public IceServers {
        servers = List.copyOf(servers);
    }
}
