package dev.livemeter.signaling.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Claiming;
import dev.livemeter.spi.SignalingBus.Holding;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node on the bus: one connection on which it hears, one on which it speaks, and a thread for its beats. That thread is nobody else's: what the application does on threads that it shares, however long it
 * takes, is no reason for other nodes to take this one for dead. Thread-safe.
 */
final class RedisMember implements SignalingBus.Member {

    private static final Logger log = LoggerFactory.getLogger(RedisMember.class);

    /** A node that does not show for so long that it is alive is dead. */
    private static final Duration LEASE = Duration.ofSeconds(5);

    private static final Duration BEAT_EVERY = Duration.ofSeconds(1);
    private static final String FREED_AT_ONCE = "1000";

    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> speaking;
    private final StatefulRedisPubSubConnection<byte[], byte[]> hearing;
    private final String node = UUID.randomUUID().toString();
    private final String prefix;
    private final byte[] newsChannel;
    private final byte[] ownChannel;
    private final byte[] allChannel;
    private final byte[][] keys;
    private final SignalingBus.Hearer hearer;
    private final Outbox outbox;
    private final List<Holding> snapshot = new ArrayList<>();
    private final ScheduledThreadPoolExecutor beats;
    private final CompletableFuture<Void> isIn = new CompletableFuture<>();
    private volatile boolean away;

    /** Counts what this node may have missed, or Redis of it; made good by a comparison that was begun afterwards. */
    private final AtomicLong missed = new AtomicLong();

    private volatile long madeGood;
    private volatile boolean closed;

    private RedisMember(RedisClient client, String name, SignalingBus.Hearer hearer) {
        this.client = client;
        this.hearer = hearer;
        // In braces, for a Redis Cluster to keep all of it in one place.
        this.prefix = "{" + name + "}:signaling:";
        this.newsChannel = ascii(prefix + "news");
        this.ownChannel = ascii(prefix + "to:" + node);
        this.allChannel = ascii(prefix + "all");
        this.keys = new byte[][] {ascii(prefix + "held"), ascii(prefix + "nodes"), ascii(prefix + "clock")};
        this.speaking = client.connect(ByteArrayCodec.INSTANCE);
        this.hearing = client.connectPubSub(ByteArrayCodec.INSTANCE);
        this.beats = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "livemeter-signaling-beat");
            thread.setDaemon(true);
            return thread;
        });
        this.outbox = new Outbox(
                node,
                (to, bytes) -> speaking.async()
                        .publish(to.equals(Outbox.ALL) ? allChannel : ascii(prefix + "to:" + to), bytes));
    }

    static RedisMember join(RedisClient client, String name, SignalingBus.Hearer hearer) {
        var member = new RedisMember(client, name, hearer);
        try {
            member.begin();
        } catch (RuntimeException e) {
            member.beats.shutdownNow();
            throw e;
        }
        return member;
    }

    private void begin() {
        hearing.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                heard(channel, message);
            }

            @Override
            public void subscribed(byte[] channel, long count) {
                // The last of the three; told again after each reconnection.
                if (Arrays.equals(channel, ownChannel)) {
                    enter();
                }
            }
        });
        hearing.async().subscribe(newsChannel, allChannel, ownChannel).whenComplete((done, failed) -> {
            if (failed != null) {
                isIn.completeExceptionally(failed);
            }
        });
        try {
            isIn.orTimeout(5, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new io.lettuce.core.RedisException("It did not let this node in.", e);
        }
        beatSoon();
    }

    private void enter() {
        var upTo = missed.incrementAndGet();
        script(Scripts.JOIN, ScriptOutputType.INTEGER, micros(LEASE)).whenComplete((done, failed) -> {
            if (failed == null) {
                away = false;
                madeGood = upTo;
                isIn.complete(null);
            } else {
                log.debug("Redis did not let this node in; the next beat tries again.", failed);
            }
        });
    }

    private void beatSoon() {
        try {
            var unused = beats.schedule(this::beat, BEAT_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException gone) {
            log.debug("This node has left, and beats no more.");
        }
    }

    private void beat() {
        if (closed) {
            return;
        }
        script(Scripts.BEAT, ScriptOutputType.INTEGER, micros(LEASE), FREED_AT_ONCE)
                .whenComplete((known, failed) -> {
                    if (away != (failed != null) && !closed) {
                        log.warn(
                                failed == null
                                        ? "Redis is there again."
                                        : "Redis is away; peers of this node go on, and what is for others waits.");
                    }
                    away = failed != null;
                    if (failed == null
                            && (missed.get() != madeGood || Long.valueOf(0).equals(known))) {
                        enter();
                    }
                    beatSoon();
                });
    }

    // --- speaking --------------------------------------------------------------

    @Override
    public String node() {
        return node;
    }

    @Override
    public CompletionStage<Claiming> claim(PeerId peer, String proof, int most) {
        return claimed(peer, proof, "", most);
    }

    @Override
    public CompletionStage<Claiming> restore(PeerId peer, String proof, long since) {
        return claimed(peer, proof, String.valueOf(since), 0);
    }

    private CompletionStage<Claiming> claimed(PeerId peer, String proof, String since, int most) {
        if (away || closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("Redis is away, or this node has left."));
        }
        return script(Scripts.CLAIM, ScriptOutputType.MULTI, peer.value(), proof, since, String.valueOf(most))
                .thenApply(answer -> claiming(peer, (List<?>) answer));
    }

    private Claiming claiming(PeerId peer, List<?> answer) {
        var word = text(answer.get(0));
        return switch (word) {
            case "HELD" ->
                new Claiming.Held(new Holding(
                        peer, node, Long.parseLong(text(answer.get(1))), Long.parseLong(text(answer.get(2)))));
            case "TAKEN" -> new Claiming.Taken();
            case "FULL" -> new Claiming.Full();
            default -> throw new IllegalStateException("Redis takes this node for dead; it enters again.");
        };
    }

    @Override
    public void release(Holding holding, Departure how) {
        if (!closed) {
            script(
                            Scripts.RELEASE,
                            ScriptOutputType.INTEGER,
                            holding.peer().value(),
                            String.valueOf(holding.version()),
                            how.name())
                    .whenComplete((done, failed) -> {
                        if (failed != null) {
                            // The next beat compares, and what is held for nobody is found by that.
                            missed.incrementAndGet();
                        }
                    });
        }
    }

    @Override
    public void send(String to, byte[] message) {
        if (!closed) {
            outbox.put(to, message);
        }
    }

    @Override
    public void sendToAll(byte[] message) {
        send(Outbox.ALL, message);
    }

    private CompletionStage<Object> script(String script, ScriptOutputType output, String... arguments) {
        var values = new byte[arguments.length + 2][];
        values[0] = ascii(prefix);
        values[1] = ascii(node);
        for (var i = 0; i < arguments.length; i++) {
            values[i + 2] = ascii(arguments[i]);
        }
        try {
            return speaking.async().eval(script, output, keys, values);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // --- hearing ---------------------------------------------------------------

    private void heard(byte[] channel, byte[] message) {
        try {
            if (Arrays.equals(channel, ownChannel) && message.length > 0 && message[0] != Outbox.MARK) {
                heardAll(message);
            } else if (Arrays.equals(channel, newsChannel)) {
                heardNews(message);
            } else {
                heardMessages(message, Arrays.equals(channel, allChannel));
            }
        } catch (RuntimeException e) {
            log.error("What another node said could not be taken in.", e);
        }
    }

    private void heardAll(byte[] message) {
        switch (message[0]) {
            case 'B' -> snapshot.clear();
            case 'S' -> lines(message).forEach(line -> snapshot.add(holding(line)));
            case 'E' -> {
                var all = List.copyOf(snapshot);
                snapshot.clear();
                hearer.all(all);
            }
            default -> log.warn("A message of a kind that is not known came; do all nodes run the same version?");
        }
    }

    private void heardNews(byte[] message) {
        for (var line : lines(message)) {
            if (message[0] == 'H') {
                hearer.held(holding(line));
            } else {
                hearer.freed(holding(line), Departure.valueOf(line.get(4)));
            }
        }
    }

    private static List<List<String>> lines(byte[] message) {
        return new String(message, 1, message.length - 1, US_ASCII)
                .lines()
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    private static Holding holding(List<String> line) {
        return new Holding(
                PeerId.of(line.get(0)), line.get(1), Long.parseLong(line.get(2)), Long.parseLong(line.get(3)));
    }

    private void heardMessages(byte[] message, boolean isForAll) {
        Outbox.read(message, (from, bytes) -> {
            if (!isForAll || !from.equals(node)) {
                hearer.received(from, bytes);
            }
        });
    }

    private static String micros(Duration span) {
        return String.valueOf(span.toNanos() / 1000);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, US_ASCII);
    }

    // --- the end -----------------------------------------------------------------

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            // A process that ends right after this has said good-bye, and its peers need not wait for its lease to end.
            script(Scripts.LEAVE, ScriptOutputType.INTEGER)
                    .toCompletableFuture()
                    .get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException away) {
            log.debug("Redis was not told that this node goes; what it holds is free when its lease ends.");
        }
        breakOff();
    }

    /** Goes without a word, as a process that is killed. */
    void breakOff() {
        closed = true;
        beats.shutdownNow();
        var unused = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    }
}
