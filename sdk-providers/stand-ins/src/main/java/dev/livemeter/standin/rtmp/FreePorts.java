package dev.livemeter.standin.rtmp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for programs of the tests, below those that Linux gives away by itself, and apart from those of the relay's tests. */
final class FreePorts {

    private static final int FIRST = 14_000;
    private static final int COUNT = 4_000;

    private FreePorts() {}

    /** One that nobody listens on. */
    static int free() {
        while (true) {
            var port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // The next one.
            }
        }
    }
}
