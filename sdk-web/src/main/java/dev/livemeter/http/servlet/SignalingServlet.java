package dev.livemeter.http.servlet;

import dev.livemeter.http.frame.SignalingAddresses;
import dev.livemeter.http.frame.Upgrade;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingTransport.Handshake;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Signaling in a servlet container of the host. Map it to all below the path of the options, such as {@code /calls/*}; that path is the whole one, with that of the web application before it. HTTP/1.1 only, as PeerServer. The signaling server is closed by whoever made it, after the container.
 */
public final class SignalingServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private final transient SignalingServer signaling;
    private final transient ServletTransport transport;
    private final transient SignalingAddresses addresses;

    /** Mounts a server at the path of its options; each server can be mounted once. */
    public SignalingServlet(SignalingServer signaling) {
        this(signaling, new ServletTransport(signaling.options().limits()));
        transport.open(signaling);
    }

    /** For tests of what carries the frames: without the protocol. */
    SignalingServlet(SignalingServer options, ServletTransport transport) {
        this.signaling = options;
        this.transport = transport;
        this.addresses = new SignalingAddresses(options);
    }

    @Override
    public void destroy() {
        transport.close();
        transport.stop();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        var path = request.getRequestURI();
        if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && signaling.options().socketPath().equals(path)) {
            upgrade(request, response);
        } else {
            Exchange.answer(request, response, path, 0, addresses::answer);
        }
    }

    private void upgrade(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        var key = request.getHeader("Sec-WebSocket-Key");
        if (!request.getMethod().equals("GET")
                || !request.getProtocol().equals("HTTP/1.1")
                || !names(request, "Connection").contains("upgrade")
                || key == null
                || !Upgrade.isKey(key)) {
            response.setStatus(400);
            return;
        }
        if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
            response.setHeader("Sec-WebSocket-Version", "13");
            response.setStatus(426);
            return;
        }
        var endpoint = transport.endpoint();
        if (endpoint == null) {
            response.setStatus(503);
            return;
        }
        var socket = new ServletSocket(transport);
        var receiver = endpoint.connected(handshake(request), socket);
        if (receiver == null) {
            response.setStatus(403);
            return;
        }
        socket.receiver(receiver);
        transport.remember(socket);
        var done = false;
        try {
            response.setStatus(101);
            response.setHeader("Upgrade", "websocket");
            response.setHeader("Connection", "Upgrade");
            response.setHeader("Sec-WebSocket-Accept", Upgrade.accept(key));
            request.upgrade(SocketUpgrade.class).of(socket);
            done = true;
        } finally {
            if (!done) {
                socket.failed();
            }
        }
    }

    private static Handshake handshake(HttpServletRequest request) {
        var query = request.getQueryString();
        var origin = request.getHeader("Origin");
        return new Handshake(
                query == null ? "" : query,
                origin == null ? "" : origin,
                request.getRemoteAddr(),
                String.join(",", Collections.list(request.getHeaders("X-Forwarded-For"))));
    }

    private static List<String> names(HttpServletRequest request, String header) {
        var names = new ArrayList<String>();
        for (var value : Collections.list(request.getHeaders(header))) {
            for (var name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
