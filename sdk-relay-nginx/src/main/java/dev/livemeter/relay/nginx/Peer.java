package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.net.InetAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a push is connected to, as the machine's table of connections shows it.
 *
 * @param address null where nginx chose one of several: for a server that is reached over TLS
 */
record Peer(@Nullable InetAddress address, int port) {

    /** Of a push that goes to that location. */
    static Peer of(String location, PushTarget target) {
        return PushLocation.isTls(target) ? new Peer(null, PushLocation.port(target)) : at(location);
    }

    /** The very server that location names. */
    static Peer at(String location) {
        var there = URI.create(location.substring(0, location.indexOf('/', "rtmp://".length())));
        var host = there.getHost();
        return new Peer(
                IpLiteral.address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host), there.getPort());
    }

    boolean isOf(TcpSockets.Connection connection) {
        return connection.peerPort() == port
                && (address == null || connection.peer().equals(address));
    }
}
