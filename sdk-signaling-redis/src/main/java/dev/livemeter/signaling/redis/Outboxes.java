package dev.livemeter.signaling.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * What is on its way to other nodes. Redis gets one message for each node at a time; what comes meanwhile goes together in the next one, so that much traffic makes few commands and
 * little waits for nothing. What is too much is dropped, as is what Redis does not take: both is sent again by those who need it. Thread-safe.
 */
final class Outboxes {

    /** What the messages of this kind begin with. */
    static final byte MARK = 'M';

    private static final int MOST_BYTES = 16 * 1024 * 1024;
    private static final int TOGETHER_BYTES = 256 * 1024;

    private final byte[] from;
    private final BiFunction<String, byte[], CompletionStage<Long>> publish;
    private final Map<String, Outbox> boxes = new HashMap<>();

    Outboxes(String from, BiFunction<String, byte[], CompletionStage<Long>> publish) {
        this.from = from.getBytes(US_ASCII);
        this.publish = publish;
    }

    private static final class Outbox {

        private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
        private int bytes;
        private boolean isUnderWay;
    }

    void put(String to, byte[] message) {
        synchronized (boxes) {
            var box = boxes.computeIfAbsent(to, unknown -> new Outbox());
            if (box.bytes + message.length > MOST_BYTES) {
                return;
            }
            box.messages.add(message);
            box.bytes += message.length;
            if (box.isUnderWay) {
                return;
            }
            box.isUnderWay = true;
        }
        next(to);
    }

    private void next(String to) {
        final byte[] together;
        synchronized (boxes) {
            var box = boxes.get(to);
            if (box == null || box.messages.isEmpty()) {
                boxes.remove(to);
                return;
            }
            together = take(box);
        }
        try {
            publish.apply(to, together).whenComplete((count, failed) -> next(to));
        } catch (RuntimeException away) {
            dropped(to);
        }
    }

    private void dropped(String to) {
        synchronized (boxes) {
            boxes.remove(to);
        }
    }

    private byte[] take(Outbox box) {
        var length = 2 + from.length;
        var count = 0;
        for (var message : box.messages) {
            if (count > 0 && length + 4 + message.length > TOGETHER_BYTES) {
                break;
            }
            length += 4 + message.length;
            count++;
        }
        var together =
                ByteBuffer.allocate(length).put(MARK).put((byte) from.length).put(from);
        for (var i = 0; i < count; i++) {
            var message = box.messages.remove();
            box.bytes -= message.length;
            together.putInt(message.length).put(message);
        }
        return together.array();
    }

    /** Takes apart what was sent together. */
    static void read(byte[] together, BiConsumer<String, byte[]> hearer) {
        var in = ByteBuffer.wrap(together);
        in.get();
        var name = new byte[in.get()];
        in.get(name);
        var from = new String(name, US_ASCII);
        while (in.hasRemaining()) {
            var message = new byte[in.getInt()];
            in.get(message);
            hearer.accept(from, message);
        }
    }
}
