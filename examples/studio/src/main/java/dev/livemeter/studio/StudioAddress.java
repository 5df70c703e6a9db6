package dev.livemeter.studio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/**
 * Where the studio is. It has to be known before the page is served, because platforms are told where to send people back to.
 *
 * @param port that it listens on
 * @param url of the front page, as people open it, with a slash at its end
 */
record StudioAddress(int port, URI url) {

    private static final String RETURN = "connected";

    /** As the options say; of port 0, a port that is free now. */
    static StudioAddress of(StudioOptions options) throws IOException {
        var port = options.httpPort() == 0 ? freePort() : options.httpPort();
        var url = options.url();
        return new StudioAddress(port, url == null ? URI.create("http://127.0.0.1:" + port + "/") : url);
    }

    /** The path at which people come back from a platform with an account. */
    String returnPath() {
        return "/" + RETURN;
    }

    /** Where platforms send people back to; it is registered with them, letter by letter. */
    URI redirect() {
        return url.resolve(RETURN);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
