package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name server that nginx asks, on loopback: RFC 1035, questions for addresses alone. nginx looks the names of TLS servers up
 * by itself and right before it connects, so this is the place where its way can be kept to addresses that are allowed (decision
 * record 0011); and names mean the same to it as to the host, whatever the host's resolver is.
 */
final class NameServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NameServer.class);

    private static final int HEADER_BYTES = 12;
    private static final int MOST_BYTES = 512;
    private static final int MOST_ADDRESSES = 12;
    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;
    private static final int CLASS_INTERNET = 1;
    private static final int SECONDS_TO_KEEP = 5;
    private static final int ANSWERED = 0x8180;
    private static final int SERVER_FAILURE = 0x8182;
    private static final int NO_SUCH_NAME = 0x8183;
    /** Instead of the name, a pointer to the question. */
    private static final int SAME_NAME = 0xc00c;

    private final DatagramSocket socket;

    private NameServer(DatagramSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens it.
     *
     * @param port that one, or a free one where it is 0 or taken
     * @param addresses those that may be connected to; none for a name that is unknown or forbidden. May block
     */
    static NameServer start(int port, Function<String, List<InetAddress>> addresses, Executor workers) {
        try {
            var socket = open(port);
            var server = new NameServer(socket);
            var reader = new Thread(() -> server.serve(addresses, workers), "livemeter-names");
            reader.setDaemon(true);
            reader.start();
            return server;
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.address_unusable",
                    "The relay cannot answer nginx's questions for names on loopback: " + e.getMessage()
                            + ". Check that this user may open UDP sockets on 127.0.0.1.",
                    true,
                    e);
        }
    }

    private static DatagramSocket open(int port) throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        try {
            return new DatagramSocket(new InetSocketAddress(loopback, port));
        } catch (BindException taken) {
            return new DatagramSocket(new InetSocketAddress(loopback, 0));
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve(Function<String, List<InetAddress>> addresses, Executor workers) {
        while (!socket.isClosed()) {
            var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
            try {
                socket.receive(packet);
                var question = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                var from = packet.getSocketAddress();
                workers.execute(() -> answer(question, from, addresses));
            } catch (IOException | RejectedExecutionException e) {
                log.debug("A question for a name was not taken: {}.", e.toString());
            }
        }
    }

    private void answer(ByteBuffer question, SocketAddress from, Function<String, List<InetAddress>> addresses) {
        try {
            var answer = answer(question, addresses);
            if (answer.length > 0) {
                socket.send(new DatagramPacket(answer, answer.length, from));
            }
        } catch (IOException | RuntimeException e) {
            log.debug("A question for a name was not answered: {}.", e.toString());
        }
    }

    /** The answer to one question; nothing to what is none. */
    static byte[] answer(ByteBuffer packet, Function<String, List<InetAddress>> addresses) {
        try {
            var id = packet.getShort();
            var isQuestion = packet.getShort() >= 0;
            var questions = packet.getShort();
            if (!isQuestion || questions != 1) {
                return new byte[0];
            }
            packet.position(HEADER_BYTES);
            var name = name(packet);
            var type = packet.getShort();
            var internet = packet.getShort() == CLASS_INTERNET;
            var question = new byte[packet.position() - HEADER_BYTES];
            packet.get(HEADER_BYTES, question);
            if (!internet || (type != TYPE_A && type != TYPE_AAAA)) {
                return message(id, SERVER_FAILURE, question, List.of());
            }
            var known = addresses.apply(name);
            var wanted = known.stream()
                    .filter(address -> (type == TYPE_A) == (address instanceof Inet4Address))
                    .limit(MOST_ADDRESSES)
                    .toList();
            return message(id, known.isEmpty() ? NO_SUCH_NAME : ANSWERED, question, wanted);
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return new byte[0];
        }
    }

    private static String name(ByteBuffer packet) {
        var name = new StringBuilder();
        for (var length = packet.get(); length != 0; length = packet.get()) {
            if (length < 0) {
                throw new IllegalArgumentException("A question has a pointer in its name.");
            }
            var label = new byte[length];
            packet.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private static byte[] message(short id, int flags, byte[] question, List<InetAddress> addresses) {
        var message = new ByteArrayOutputStream();
        for (var field : List.of((int) id, flags, 1, addresses.size(), 0, 0)) {
            two(message, field);
        }
        message.writeBytes(question);
        for (var address : addresses) {
            var bytes = address.getAddress();
            two(message, SAME_NAME);
            two(message, bytes.length == 4 ? TYPE_A : TYPE_AAAA);
            two(message, CLASS_INTERNET);
            two(message, 0);
            two(message, SECONDS_TO_KEEP);
            two(message, bytes.length);
            message.writeBytes(bytes);
        }
        return message.toByteArray();
    }

    private static void two(ByteArrayOutputStream message, int number) {
        message.write(number >> 8);
        message.write(number);
    }

    @Override
    public void close() {
        socket.close();
    }
}
