package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Tries ports out before nginx does, as nginx tells only slowly and in its log that one is taken. */
final class FreePorts {

    private FreePorts() {}

    /**
     * One that was free a moment ago.
     *
     * @throws LivemeterException {@code relay.address_unusable}
     */
    static int pick(InetAddress address) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw unusable(address, 0, e);
        }
    }

    /**
     * That many, all different, each free a moment ago.
     *
     * @throws LivemeterException {@code relay.address_unusable}
     */
    static List<Integer> pick(InetAddress address, int count) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (var i = 0; i < count; i++) {
                var socket = new ServerSocket();
                sockets.add(socket);
                socket.bind(new InetSocketAddress(address, 0));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw unusable(address, 0, e);
        } finally {
            sockets.forEach(FreePorts::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            // Then it is what we want.
        }
    }

    /**
     * Makes sure that nobody listens there.
     *
     * @throws LivemeterException {@code relay.port_in_use}, {@code relay.address_unusable}
     */
    static void requireFree(InetAddress address, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (BindException e) {
            throw taken(address, port, e);
        } catch (IOException e) {
            throw unusable(address, port, e);
        }
    }

    /** Whether nobody listens there. */
    static boolean isFree(InetAddress address, int port) {
        try {
            requireFree(address, port);
            return true;
        } catch (LivemeterException taken) {
            return false;
        }
    }

    private static LivemeterException taken(InetAddress address, int port, BindException e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("in use")
                ? new LivemeterException(
                        "relay.port_in_use",
                        "The port " + port + " of " + address.getHostAddress()
                                + " is in use by another program, perhaps another nginx or a second relay. Stop that program"
                                + " (ss -ltnp shows it), or set another ingest port, or 0 for a free one.",
                        true,
                        e)
                : unusable(address, port, e);
    }

    private static LivemeterException unusable(InetAddress address, int port, IOException e) {
        return new LivemeterException(
                "relay.address_unusable",
                "The relay cannot listen on " + address.getHostAddress() + (port == 0 ? "" : ", port " + port) + ": "
                        + e.getMessage()
                        + ". Give an address of this machine as ingest host, and a port that this user may open (1024 or above"
                        + " without root).",
                false,
                e);
    }
}
