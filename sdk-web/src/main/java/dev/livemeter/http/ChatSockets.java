package dev.livemeter.http;

import dev.livemeter.chat.Chat;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Chat over WebSocket, without a server: says who may come in, and what is sent. {@link dev.livemeter.http.jetty.WebServer} mounts it; a host with a WebSocket server of its own asks {@link #open} for each request to upgrade. Thread-safe.
 */
public final class ChatSockets {

    /** The protocol that clients offer, and are answered with. */
    public static final String PROTOCOL = "livemeter.chat.1";

    /** The largest text that a client may send, in bytes. */
    public static final int MOST_BYTES = 32 * 1024;

    private static final Pattern PATH = Pattern.compile("/chat/([^/]+)/([^/]+)/socket");

    private final Chat chat;
    private final ChatVisitors visitors;
    private final Faults faults;
    private final TimeSource time;
    private final Set<ChatSocket> open = ConcurrentHashMap.newKeySet();

    ChatSockets(Chat chat, ChatVisitors visitors, Faults faults, TimeSource time) {
        this.chat = chat;
        this.visitors = visitors;
        this.faults = faults;
        this.time = time;
    }

    /** What a request to upgrade comes to. */
    public sealed interface Opening {

        /**
         * It may.
         *
         * @param protocol to be agreed on; empty where the client offered none
         */
        record Let(ChatSocket socket, String protocol) implements Opening {}

        /** It may not, and is answered with this. */
        record Refused(WebResponse answer) implements Opening {}
    }

    /** Whether a path, relative to the API's mount, is one of a socket. */
    public boolean isMeant(String path) {
        return PATH.matcher(path).matches();
    }

    /** Lets somebody in, or does not. May block. Of a socket that was let in, {@link ChatSocket#closed} has to be called in the end. */
    public Opening open(WebRequest request) {
        try {
            return let(request);
        } catch (RuntimeException e) {
            return new Opening.Refused(faults.of(e).toResponse());
        }
    }

    private Opening let(WebRequest request) {
        var path = PATH.matcher(request.path());
        if (!path.matches()) {
            throw new ProblemException(404, "request.unknown_path", "There is nothing at this address.");
        }
        // A page of another site can open a socket with this site's cookies, and nothing but this header tells.
        WriteGuard.checkOrigin(request);
        var person = visitors.of(request);
        var channel = ChatView.channel(path.group(1), path.group(2));
        var after = Parameters.number(request, "after", 0, 0, Long.MAX_VALUE);
        var socket = new ChatSocket(chat, channel, person, after, visitors, faults, time::nanoTime);
        socket.join();
        open.add(socket);
        return new Opening.Let(socket, offered(request) ? PROTOCOL : "");
    }

    private static boolean offered(WebRequest request) {
        return request.headers().getOrDefault("sec-websocket-protocol", java.util.List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(protocol -> protocol.strip().equals(PROTOCOL));
    }

    /** Looks after all that are open; to be called every few seconds. */
    public void tick() {
        open.removeIf(ChatSocket::isOver);
        open.forEach(ChatSocket::tick);
    }

    /** How many are open. */
    public int size() {
        open.removeIf(ChatSocket::isOver);
        return open.size();
    }
}
