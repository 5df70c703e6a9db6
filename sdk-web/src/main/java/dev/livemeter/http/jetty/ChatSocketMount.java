package dev.livemeter.http.jetty;

import dev.livemeter.http.ChatSocket;
import dev.livemeter.http.ChatSockets;
import dev.livemeter.http.ChatSockets.Opening;
import dev.livemeter.http.Problem;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.exceptions.WebSocketException;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Upgrades requests for sockets of chat; all others, upgrades or not, are for the handler behind it. */
final class ChatSocketMount extends Handler.Wrapper {

    private static final Logger log = LoggerFactory.getLogger(ChatSocketMount.class);

    /** Longer than between two pings, so that only who answers none is idle. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final Duration TICK = Duration.ofSeconds(5);
    private static final int INPUT_BUFFER = 2 * 1024;

    private final Server server;
    private final String prefix;
    private final ChatSockets sockets;
    private final ServerWebSocketContainer container;

    /**
     * A mount before another handler.
     *
     * @param prefix of the API
     */
    ChatSocketMount(Server server, Handler others, String prefix, ChatSockets sockets) {
        super(others);
        this.server = server;
        this.prefix = prefix;
        this.sockets = sockets;
        this.container = ServerWebSocketContainer.ensure(server);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        tickLater();
    }

    private void tickLater() {
        server.getScheduler().schedule(this::tick, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        if (!isRunning()) {
            return;
        }
        try {
            // Off the thread of the timer: a tick may ask the host who may still be here.
            server.getThreadPool().execute(this::tickAll);
        } catch (RuntimeException busy) {
            log.debug("The sockets of chat were not looked after this time: {}.", busy.toString());
            tickLater();
        }
    }

    private void tickAll() {
        try {
            sockets.tick();
        } catch (RuntimeException e) {
            log.error("The sockets of chat could not be looked after.", e);
        } finally {
            if (isRunning()) {
                tickLater();
            }
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var path = Request.getPathInContext(request);
        if (!path.startsWith(prefix + "/chat/")
                || !sockets.isMeant(path.substring(prefix.length()))
                || !request.getHeaders().contains(HttpHeader.UPGRADE, "websocket")) {
            return super.handle(request, response, callback);
        }
        var opening = opening(request);
        if (opening instanceof Opening.Let let) {
            upgrade(let, request, response, callback);
        } else {
            HandlerMount.write(((Opening.Refused) opening).answer(), response, callback);
        }
        return true;
    }

    private Opening opening(Request request) {
        try {
            var neutral = HandlerMount.toWebRequest(request, WebBody.EMPTY);
            return sockets.open(new WebRequest(
                    neutral.method(),
                    neutral.path().substring(prefix.length()),
                    neutral.query(),
                    neutral.headers(),
                    neutral.body(),
                    neutral.remoteAddress()));
        } catch (IllegalArgumentException malformed) {
            return new Opening.Refused(malformed());
        }
    }

    private void upgrade(Opening.Let let, Request request, Response response, Callback callback) {
        var socket = let.socket();
        var upgraded = false;
        try {
            upgraded = container.upgrade(
                    (asked, answer, done) -> {
                        if (!let.protocol().isEmpty()) {
                            answer.setAcceptedSubProtocol(let.protocol());
                        }
                        // Compression would keep a window of memory for each client.
                        answer.setExtensions(List.of());
                        return new Endpoint(socket);
                    },
                    request,
                    response,
                    callback);
        } catch (WebSocketException | IllegalArgumentException malformed) {
            log.debug("A request to upgrade was not taken: {}.", malformed.toString());
        } finally {
            if (!upgraded) {
                socket.closed();
            }
        }
        if (!upgraded && !response.isCommitted()) {
            HandlerMount.write(malformed(), response, callback);
        }
    }

    private static WebResponse malformed() {
        return Problem.of(400, "request.malformed", "The request to upgrade does not follow the rules of WebSocket.")
                .toResponse();
    }

    /** What Jetty tells of one connection. Public, because Jetty finds its methods by reflection; nobody can name it from outside. */
    public static final class Endpoint implements Session.Listener.AutoDemanding {

        private final ChatSocket socket;

        Endpoint(ChatSocket socket) {
            this.socket = socket;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            session.setIdleTimeout(IDLE);
            session.setMaxTextMessageSize(ChatSockets.MOST_BYTES);
            session.setMaxFrameSize(ChatSockets.MOST_BYTES);
            session.setMaxBinaryMessageSize(0);
            session.setInputBufferSize(INPUT_BUFFER);
            socket.opened(new JettyLine(session));
        }

        @Override
        public void onWebSocketText(String text) {
            socket.received(text);
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            log.debug("A socket of chat failed: {}.", cause.toString());
            socket.closed();
        }

        @Override
        public void onWebSocketClose(
                int code, @Nullable String reason, org.eclipse.jetty.websocket.api.Callback callback) {
            socket.closed();
            callback.succeed();
        }
    }

    private record JettyLine(Session session) implements ChatSocket.Line {

        @Override
        public void send(String text, Runnable sent) {
            session.sendText(
                    text,
                    org.eclipse.jetty.websocket.api.Callback.from(
                            sent, failure -> log.debug("A text of chat was not sent: {}.", failure.toString())));
        }

        @Override
        public void ping() {
            session.sendPing(ByteBuffer.allocate(0), org.eclipse.jetty.websocket.api.Callback.NOOP);
        }

        @Override
        public void close(int code, String sentence) {
            if (code == ChatSocket.CLOSED_SLOW) {
                // An orderly close would wait in the same queue.
                session.disconnect();
            } else {
                session.close(code, sentence, org.eclipse.jetty.websocket.api.Callback.NOOP);
            }
        }
    }
}
