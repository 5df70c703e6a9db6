package dev.livemeter.http.jetty;

import dev.livemeter.http.frame.SignalingAddresses;
import dev.livemeter.http.frame.Upgrade;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingTransport.Handshake;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;

/**
 * Signaling within a Jetty of the host: wrap the host's own handler in it, or use it alone. It takes the WebSocket at exactly
 * {@code options().socketPath()} and the few addresses beside it that clients ask by HTTP; everything else, WebSockets of others included, goes on to the wrapped
 * handler. It must stand outside of a context. HTTP/1.1 only, as PeerServer.
 */
public final class SignalingHandler extends Handler.Wrapper implements Graceful {

    private final SignalingServer signaling;
    private final SocketTransport transport;
    private final SignalingAddresses addresses;
    private final HandlerMount http;

    /** Mounts a server at the path of its options; each server can be mounted once. */
    public SignalingHandler(SignalingServer signaling) {
        this.signaling = signaling;
        this.transport = new SocketTransport(signaling.options().limits());
        this.addresses = new SignalingAddresses(signaling);
        this.http = new HandlerMount(addresses::answer, 0);
        transport.open(signaling);
    }

    /** The same around another handler. */
    public SignalingHandler(SignalingServer signaling, Handler next) {
        this(signaling);
        setHandler(next);
    }

    /** For tests of what carries the frames: without the protocol. */
    SignalingHandler(SignalingServer options, SocketTransport transport) {
        this.signaling = options;
        this.transport = transport;
        this.addresses = new SignalingAddresses(options);
        this.http = new HandlerMount(addresses::answer, 0);
    }

    @Override
    public InvocationType getInvocationType() {
        // On the selector's own thread only where nobody is asked who might think for a while.
        return getHandler() == null && !signaling.mayBlock() ? InvocationType.NON_BLOCKING : InvocationType.BLOCKING;
    }

    @Override
    protected void doStart() throws Exception {
        http.setServer(getServer());
        super.doStart();
    }

    /** Tells all that are connected to come again, before Jetty waits for them to go. */
    @Override
    public CompletableFuture<Void> shutdown() {
        transport.close();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShutdown() {
        return transport.endpoint() == null;
    }

    @Override
    protected void doStop() throws Exception {
        transport.close();
        super.doStop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var isUpgrade = "websocket".equalsIgnoreCase(request.getHeaders().get(HttpHeader.UPGRADE));
        var path = request.getHttpURI().getPath();
        if (isUpgrade && signaling.options().socketPath().equals(path)) {
            upgrade(request, response, callback);
            return true;
        }
        // Beside a handler of the host, only what clients ask for is taken.
        if (getHandler() != null && (isUpgrade || !addresses.include(path))) {
            return super.handle(request, response, callback);
        }
        return http.handle(request, response, callback);
    }

    private void upgrade(Request request, Response response, Callback callback) {
        var headers = request.getHeaders();
        var key = headers.get(HttpHeader.SEC_WEBSOCKET_KEY);
        if (!request.getMethod().equals("GET")
                || request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1
                || !headers.contains(HttpHeader.CONNECTION, "upgrade")
                || key == null
                || !Upgrade.isKey(key)) {
            Response.writeError(request, response, callback, 400);
            return;
        }
        if (!"13".equals(headers.get(HttpHeader.SEC_WEBSOCKET_VERSION))) {
            response.getHeaders().put(HttpHeader.SEC_WEBSOCKET_VERSION, "13");
            Response.writeError(request, response, callback, 426);
            return;
        }
        var endpoint = transport.endpoint();
        if (endpoint == null) {
            Response.writeError(request, response, callback, 503);
            return;
        }
        var socket = new Socket(
                transport, request.getConnectionMetaData().getConnection().getEndPoint());
        var connector = request.getConnectionMetaData().getConnector();
        transport.useThreads(connector.getExecutor(), connector.getScheduler());
        var origin = headers.get(HttpHeader.ORIGIN);
        var receiver = endpoint.connected(
                new Handshake(
                        query(request),
                        origin == null ? "" : origin,
                        Request.getRemoteAddr(request),
                        String.join(",", headers.getValuesList(HttpHeader.X_FORWARDED_FOR))),
                socket);
        if (receiver == null) {
            Response.writeError(request, response, callback, 403);
            return;
        }
        socket.receiver(receiver);
        transport.remember(socket);
        response.setStatus(101);
        response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
        response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
        response.getHeaders().put(HttpHeader.SEC_WEBSOCKET_ACCEPT, Upgrade.accept(key));
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, socket);
        response.write(true, null, Callback.from(callback::succeeded, cause -> {
            socket.failed();
            callback.failed(cause);
        }));
    }

    private static String query(Request request) {
        var query = request.getHttpURI().getQuery();
        return query == null ? "" : query;
    }
}
