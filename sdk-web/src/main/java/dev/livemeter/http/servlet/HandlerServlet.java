package dev.livemeter.http.servlet;

import dev.livemeter.http.LivemeterApi;
import dev.livemeter.web.WebHandler;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * A {@link WebHandler}, such as the {@link LivemeterApi}, as a servlet. Map it to all below a path, {@code /api/*}; the handler sees what is behind it. Register it with {@code setAsyncSupported(true)}, so that requests that wait hold no thread. The address of the peer is the one that the container tells.
 */
public final class HandlerServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private final transient WebHandler handler;
    private final int bodyLimit;

    /** With bodies of up to 64 KB. */
    public HandlerServlet(WebHandler handler) {
        this(handler, LivemeterApi.BODY_LIMIT);
    }

    /**
     * The same with another limit.
     *
     * @param bodyLimit the largest body in bytes that is read
     */
    public HandlerServlet(WebHandler handler, int bodyLimit) {
        this.handler = handler;
        this.bodyLimit = bodyLimit;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var path = request.getPathInfo();
        Exchange.answer(request, response, path == null ? "/" : path, bodyLimit, handler);
    }
}
