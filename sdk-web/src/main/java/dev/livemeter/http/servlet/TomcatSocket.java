package dev.livemeter.http.servlet;

import jakarta.servlet.ServletOutputStream;
import java.lang.reflect.InvocationTargetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the socket of a connection that was handed over. The Servlet API has {@code WebConnection.close()} for it, and other containers do it there. Tomcat notes it only, and closes on a thread of its own once something comes or can be
 * written: never, where a peer neither reads nor says anything. There is no word for it in the API, so the socket is looked for where Tomcat 10 and 11 keep it, whose own WebSockets close theirs by the same call from any thread.
 */
final class TomcatSocket {

    private static final Logger log = LoggerFactory.getLogger(TomcatSocket.class);

    private TomcatSocket() {}

    /** Closes it, where it is found; elsewhere nothing happens. Idempotent. */
    static void close(ServletOutputStream stream) {
        if (!stream.getClass().getName().startsWith("org.apache.coyote.")) {
            return;
        }
        try {
            var field = stream.getClass().getDeclaredField("socketWrapper");
            field.setAccessible(true);
            var socket = field.get(stream);
            socket.getClass().getMethod("close").invoke(socket);
        } catch (InvocationTargetException e) {
            log.debug("A connection did not close in order: {}.", String.valueOf(e.getCause()));
        } catch (ReflectiveOperationException | RuntimeException hidden) {
            log.debug(
                    "This Tomcat keeps its sockets elsewhere; it closes that of a peer that does not read when the network gives up: {}.",
                    hidden.toString());
        }
    }
}
