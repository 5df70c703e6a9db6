package dev.livemeter.signaling;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What this node has had from others and has not told them yet. Each acknowledgement by itself costs as much on its way as the message did, and nobody waits for it: what it ends is only
 * that the other node keeps a copy. So they go together, after a moment or once there are many. Thread-safe.
 */
final class Acknowledgements {

    /** So long one waits for others. Much less than the time after which a message is sent again. */
    private static final Duration TOGETHER = Duration.ofMillis(20);

    /** So many do not wait, nor do those of so many bytes: the other node keeps a bounded number for each peer. */
    private static final int MANY = 32;

    private static final int MANY_BYTES = 64 * 1024;

    private final SignalingServer server;
    private final BiConsumer<String, byte[]> sender;
    private final Map<String, Pending> pending = new HashMap<>();
    private boolean isScheduled;

    /**
     * None yet.
     *
     * @param sender takes a node and what it is to get; called without a lock
     */
    Acknowledgements(SignalingServer server, BiConsumer<String, byte[]> sender) {
        this.server = server;
        this.sender = sender;
    }

    private static final class Pending {

        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private int count;
        private int bytes;
    }

    /** A message has arrived; the node that it came from will hear so. */
    void add(String node, NodeMessage message) {
        byte[] full = null;
        var schedule = false;
        synchronized (pending) {
            var those = pending.computeIfAbsent(node, unknown -> new Pending());
            var receiver = message.receiver().getBytes(StandardCharsets.US_ASCII);
            those.written.writeBytes(
                    ByteBuffer.allocate(8).putLong(message.number()).array());
            those.written.write(receiver.length);
            those.written.writeBytes(receiver);
            those.count++;
            those.bytes += message.content().length;
            if (those.count >= MANY || those.bytes >= MANY_BYTES) {
                full = those.written.toByteArray();
                pending.remove(node);
            } else if (!isScheduled) {
                isScheduled = true;
                schedule = true;
            }
        }
        if (full != null) {
            send(node, full);
        } else if (schedule) {
            server.after(TOGETHER, this::due);
        }
    }

    private void due() {
        synchronized (pending) {
            isScheduled = false;
        }
        sendAll();
    }

    /** Tells one node now. */
    void sendTo(String node) {
        final Pending those;
        synchronized (pending) {
            those = pending.remove(node);
        }
        if (those != null) {
            send(node, those.written.toByteArray());
        }
    }

    /** Tells all nodes now. */
    void sendAll() {
        final List<String> nodes;
        synchronized (pending) {
            if (pending.isEmpty()) {
                return;
            }
            nodes = new ArrayList<>(pending.keySet());
        }
        nodes.forEach(this::sendTo);
    }

    private void send(String node, byte[] written) {
        sender.accept(node, NodeMessage.hadAll(written).bytes());
    }

    /** Takes apart what another node has told: the receiver and the number of each message that arrived there. */
    static void read(byte[] written, BiConsumer<String, Long> arrived) {
        var in = ByteBuffer.wrap(written);
        try {
            while (in.hasRemaining()) {
                var number = in.getLong();
                var receiver = new byte[Byte.toUnsignedInt(in.get())];
                in.get(receiver);
                arrived.accept(new String(receiver, StandardCharsets.US_ASCII), number);
            }
        } catch (BufferUnderflowException cutOff) {
            // What it did not tell is sent again, and told again.
            return;
        }
    }
}
