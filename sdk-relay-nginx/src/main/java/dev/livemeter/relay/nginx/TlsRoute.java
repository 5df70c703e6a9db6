package dev.livemeter.relay.nginx;

import java.net.InetAddress;
import java.util.List;

/**
 * The way to a TLS server: what comes in at a port of its own on loopback goes there, encrypted.
 *
 * @param port on loopback; never given to another server while streams may still be sent to it
 * @param addresses of the server, where they are part of the way; none where nginx asks for them when it connects
 */
record TlsRoute(TlsHost host, int port, List<InetAddress> addresses) {

    TlsRoute {
        addresses = List.copyOf(addresses);
    }

    /** One whose addresses nginx asks for. */
    TlsRoute(TlsHost host, int port) {
        this(host, port, List.of());
    }
}
