package dev.livemeter.http.jetty;

import dev.livemeter.LivemeterException;
import java.net.BindException;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/** Starts a Jetty, or tells in a sentence why not. */
final class Starting {

    private Starting() {}

    static void start(Server server, String host, int port) {
        try {
            server.start();
        } catch (Exception e) {
            stopQuietly(server, e);
            throw notStarted(host, port, e);
        }
    }

    private static void stopQuietly(Server server, Exception cause) {
        try {
            server.stop();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    private static LivemeterException notStarted(String host, int port, Exception e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                return new LivemeterException(
                        "web.port_in_use",
                        "The port " + port + " of " + host
                                + " is used by another program; stop that one, or choose another port, 0 for a free one.",
                        false,
                        e);
            }
        }
        return new LivemeterException(
                "web.not_started",
                "The web server cannot listen on port " + port + " of " + host
                        + "; check that the address is one of this machine and that the port is allowed.",
                false,
                e);
    }
}
