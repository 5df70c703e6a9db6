package dev.livemeter.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of this machine for servers that tests start. They should lie below those that Linux gives to whoever connects, which begin at 32768: so nobody comes by one before the server listens, or
 * while it is away, least of all a client of its own that tries to reach it. Give each kind of server a range of its own. Thread-safe.
 */
public final class ServerPorts {

    private static final int TRIES = 1_000;

    private ServerPorts() {}

    /**
     * One that nobody listens on.
     *
     * @param from the first that may be given
     * @param to the first that may not
     * @throws IllegalStateException if none is found
     */
    public static int free(int from, int to) {
        var random = ThreadLocalRandom.current();
        for (var tries = 0; tries < TRIES; tries++) {
            var port = random.nextInt(from, to);
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // the next one, then
            }
        }
        throw new IllegalStateException("No port from " + from + " to " + to + " was found to be free.");
    }
}
