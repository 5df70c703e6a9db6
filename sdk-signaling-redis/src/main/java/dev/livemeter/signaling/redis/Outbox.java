package dev.livemeter.signaling.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to other nodes. Redis gets one round of messages at a time, at most a few for each node; what comes meanwhile goes together in the next round, so that much traffic makes few commands and little
 * waits for nothing. What is too much is dropped, as is what Redis does not take: both is sent again by those who need it.
 *
 * <p>A node hears what is said to it and what is said to all in the order in which it was said. So there is one queue, and a round begins when Redis has all of the one before: commands of two threads could overtake each
 * other on their way to it. Thread-safe.
 */
final class Outbox {

    /** What the messages of this kind begin with. */
    static final byte MARK = 'M';

    /** Whom a message is for that is for all. */
    static final String ALL = "";

    private static final int MOST_BYTES = 16 * 1024 * 1024;
    private static final int TOGETHER_BYTES = 256 * 1024;

    private final byte[] from;
    private final BiFunction<String, byte[], CompletionStage<Long>> publish;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private final Map<String, Integer> waitingBytes = new HashMap<>();
    private boolean isUnderWay;

    /**
     * Nothing is on its way yet.
     *
     * @param publish gives bytes for a node, or for {@link #ALL}, to Redis; called by one thread at a time
     */
    Outbox(String from, BiFunction<String, byte[], CompletionStage<Long>> publish) {
        this.from = from.getBytes(US_ASCII);
        this.publish = publish;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(String to, byte[] bytes) {}

    /** What goes together to one node, or to all. */
    private static final class Letter {

        private final String to;
        private final List<byte[]> messages = new ArrayList<>();
        private int length;

        private Letter(String to, int head) {
            this.to = to;
            this.length = head;
        }

        private boolean hasRoom(byte[] message) {
            return messages.isEmpty() || length + 4 + message.length <= TOGETHER_BYTES;
        }

        private void add(byte[] message) {
            messages.add(message);
            length += 4 + message.length;
        }
    }

    void put(String to, byte[] message) {
        synchronized (waiting) {
            var bytes = waitingBytes.getOrDefault(to, 0) + message.length;
            if (bytes > MOST_BYTES) {
                return;
            }
            waitingBytes.put(to, bytes);
            waiting.add(new Message(to, message));
            if (isUnderWay) {
                return;
            }
            isUnderWay = true;
        }
        go();
    }

    /** Sends round after round, for as long as Redis answers at once. */
    private void go() {
        for (var round = next(); round != null; round = next()) {
            var answers = round.stream().map(this::published).toArray(CompletableFuture<?>[]::new);
            var all = CompletableFuture.allOf(answers);
            if (!all.isDone()) {
                var unused = all.whenComplete((done, failed) -> go());
                return;
            }
        }
    }

    private CompletableFuture<Long> published(Letter letter) {
        try {
            return publish.apply(letter.to, bytes(letter)).toCompletableFuture();
        } catch (RuntimeException away) {
            return CompletableFuture.failedFuture(away);
        }
    }

    /** The letters of the next round, in their order; null where nothing waits, and then nothing is under way any more. */
    private @Nullable List<Letter> next() {
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                isUnderWay = false;
                return null;
            }
            var round = new ArrayList<Letter>();
            var open = new HashMap<String, Letter>();
            for (var message = waiting.peek(); message != null; message = waiting.peek()) {
                if (message.to().equals(ALL) != open.containsKey(ALL)) {
                    // What goes to all does not overtake what goes to one, nor the other way round.
                    open.clear();
                }
                var letter = open.computeIfAbsent(message.to(), to -> {
                    var begun = new Letter(to, 2 + from.length);
                    round.add(begun);
                    return begun;
                });
                if (!letter.hasRoom(message.bytes())) {
                    break;
                }
                letter.add(message.bytes());
                waiting.remove();
                var left = waitingBytes.getOrDefault(message.to(), 0) - message.bytes().length;
                if (left > 0) {
                    waitingBytes.put(message.to(), left);
                } else {
                    waitingBytes.remove(message.to());
                }
            }
            return round;
        }
    }

    private byte[] bytes(Letter letter) {
        var together = ByteBuffer.allocate(letter.length)
                .put(MARK)
                .put((byte) from.length)
                .put(from);
        for (var message : letter.messages) {
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
