package dev.livemeter.http.jetty;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's side of a WebSocket as RFC 6455 has it, down to the bytes, and what came over it. */
final class ChatLine {

    private static final int PATIENCE_SECONDS = 60;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket;
    private final DataInputStream in;
    private final String protocol;
    private final Map<String, BlockingQueue<JsonObject>> came = new ConcurrentHashMap<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    private ChatLine(Socket socket, DataInputStream in, String protocol) {
        this.socket = socket;
        this.in = in;
        this.protocol = protocol;
    }

    /** Opens one; fails with the status where the server does not upgrade. */
    static ChatLine open(URI server, String path, String header, String protocols) {
        try {
            var socket = new Socket(server.getHost(), server.getPort());
            var request = new ArrayList<>(List.of(
                    "GET " + path + " HTTP/1.1",
                    "Host: " + server.getHost() + ":" + server.getPort(),
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    header));
            if (!protocols.isEmpty()) {
                request.add("Sec-WebSocket-Protocol: " + protocols);
            }
            socket.getOutputStream()
                    .write((String.join("\r\n", request) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            var in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            var answer = head(in);
            if (!answer.get(0).contains(" 101 ")) {
                socket.close();
                throw new IllegalStateException("The server answered " + answer.get(0));
            }
            var chosen = answer.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
            var line = new ChatLine(socket, in, chosen.orElse(""));
            var thread = new Thread(line::read, "chat-line");
            thread.setDaemon(true);
            thread.start();
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> head(DataInputStream in) throws IOException {
        var lines = new ArrayList<String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String line(DataInputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var next = in.readByte(); next != '\n'; next = in.readByte()) {
            if (next != '\r') {
                bytes.write(next);
            }
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    private void read() {
        try {
            var text = new ByteArrayOutputStream();
            while (true) {
                var first = in.readUnsignedByte();
                var size = (long) in.readUnsignedByte();
                size = size == 126 ? in.readUnsignedShort() : size == 127 ? in.readLong() : size;
                var payload = in.readNBytes((int) size);
                switch (first & 0x0F) {
                    case CLOSE -> {
                        closed.complete((int) ByteBuffer.wrap(payload).getShort());
                        return;
                    }
                    case PING -> write(PONG, payload);
                    case PONG -> {}
                    default -> {
                        text.writeBytes(payload);
                        if (first >= 0x80) {
                            var object = ChatClient.json(text.toString(StandardCharsets.UTF_8));
                            of(object.getString("type")).add(object);
                            text.reset();
                        }
                    }
                }
            }
        } catch (EOFException broken) {
            closed.complete(0);
        } catch (IOException | RuntimeException e) {
            closed.completeExceptionally(e);
        }
    }

    /** One frame; masked, as a client's are, with a mask that changes nothing. */
    private synchronized void write(int kind, byte[] payload) throws IOException {
        var head = ByteBuffer.allocate(8).put((byte) (0x80 | kind));
        if (payload.length < 126) {
            head.put((byte) (0x80 | payload.length));
        } else {
            head.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        head.putInt(0);
        var frame = new ByteArrayOutputStream();
        frame.write(head.array(), 0, head.position());
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    private BlockingQueue<JsonObject> of(String type) {
        return came.computeIfAbsent(type, first -> new LinkedBlockingQueue<>());
    }

    /** The next one of that type; those of others stay. */
    JsonObject next(String type) throws InterruptedException {
        var next = of(type).poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("No " + type + " came within " + PATIENCE_SECONDS + " s; closed: " + closed);
        }
        return next;
    }

    void say(String text) {
        try {
            write(TEXT, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code that the server closed with; 0 where it broke off. */
    int closedWith() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    String protocol() {
        return protocol;
    }

    /** Breaks off, without a word. */
    void drop() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
