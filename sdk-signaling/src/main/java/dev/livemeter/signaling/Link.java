package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus.Holding;
import dev.livemeter.spi.SignalingTransport.Closing;
import dev.livemeter.spi.SignalingTransport.Connection;
import dev.livemeter.spi.SignalingTransport.Ending;
import dev.livemeter.spi.SignalingTransport.Receiver;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a peer that was let in. It speaks for its id until another connection takes over, or it leaves; what it sends afterwards is not heard.
 */
final class Link implements Receiver {

    /** How long a peer has to read what is queued for it once it is closed. */
    static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** As many refused receivers are remembered for each peer; one that tries more of them loses the oldest, whose messages are read and refused again. */
    private static final int MOST_REFUSED = 16;

    private final SignalingServer server;
    private final Connection connection;
    private final PeerId id;
    private final byte[] idBytes;
    private final byte[] token;
    private final String owner;
    private final String address;
    private final Allowance messages;
    private final long dismissAtNanos;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long heardNanos;
    private volatile boolean speaks;
    private String[] refused = {};
    private volatile @Nullable Holding holding;
    private long since;
    private @Nullable Map<String, Long> heardFrom;

    /**
     * A connection that was admitted.
     *
     * @param owner whose the id is; empty where tokens alone decide
     * @param dismissAtNanos {@link Long#MAX_VALUE} for never
     */
    Link(
            SignalingServer server,
            Connection connection,
            PeerId id,
            String token,
            String owner,
            String address,
            long now,
            long dismissAtNanos) {
        this.server = server;
        this.connection = connection;
        this.id = id;
        this.idBytes = Frames.ascii(id.value());
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.owner = owner;
        this.address = address;
        this.messages = new Allowance(now);
        this.heardNanos = now;
        this.dismissAtNanos = dismissAtNanos;
    }

    PeerId id() {
        return id;
    }

    byte[] idBytes() {
        return idBytes;
    }

    Connection connection() {
        return connection;
    }

    String address() {
        return address;
    }

    /** Compared without telling by time how much of it was right. */
    boolean hasTokenOf(Link other) {
        return MessageDigest.isEqual(token, other.token);
    }

    boolean hasOwner() {
        return !owner.isEmpty();
    }

    /**
     * Whether another connection of the same id may replace it. A token that was issued before this one's may not: two windows would take the id from each other for ever.
     */
    boolean yieldsTo(Link other) {
        return hasTokenOf(other) || (!owner.isEmpty() && owner.equals(other.owner) && !other.endsBefore(this));
    }

    private boolean endsBefore(Link other) {
        return dismissAtNanos != Long.MAX_VALUE
                && (other.dismissAtNanos == Long.MAX_VALUE || dismissAtNanos - other.dismissAtNanos < 0);
    }

    /** What tells whoever may take its id over from others on all nodes, without telling it: its owner or, where it has none, its token. */
    String proof() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) (owner.isEmpty() ? 0 : 1));
            return HexFormat.of()
                    .formatHex(digest.digest(owner.isEmpty() ? token : owner.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** By what it has its id on all nodes; null where there is only this one, and as long as the others cannot be reached. */
    @Nullable
    Holding holding() {
        return holding;
    }

    void holding(@Nullable Holding held) {
        holding = held;
        if (held != null) {
            since = held.since();
        }
    }

    /** When it began to have its id, in microseconds since 1970. */
    long since() {
        return since;
    }

    void since(long micros) {
        since = micros;
    }

    /** Whether it has had a message that another node has given that number. To be called under the lock of its id, as the next two. */
    boolean hasHeard(String node, long number) {
        return heardFrom != null && heardFrom.getOrDefault(node, 0L) >= number && number > 0;
    }

    /** The latest that it had from a node. */
    void heard(String node, long number) {
        if (number > 0) {
            if (heardFrom == null) {
                heardFrom = new HashMap<>(4);
            }
            heardFrom.put(node, number);
        }
    }

    /** From now on it is heard. */
    void giveVoice() {
        speaks = true;
    }

    /** From now on it is not heard. */
    void mute() {
        speaks = false;
    }

    boolean speaks() {
        return speaks;
    }

    /** Whether it was silent for longer than that. */
    boolean isSilent(long now, long aliveNanos) {
        return now - heardNanos > aliveNanos;
    }

    boolean isOverdue(long now) {
        return dismissAtNanos != Long.MAX_VALUE && now - dismissAtNanos >= 0;
    }

    @Override
    public void received(byte[] buffer, int offset, int length) {
        var now = server.now();
        if (!speaks) {
            return;
        }
        heardNanos = now;
        server.tally().received.increment();
        server.tally().receivedBytes.add(length);
        if (!messages.take(now, server.nanosPerMessage(), server.messageBurst())) {
            server.tally().violations.increment();
            end(Departure.LOST, Ending.VIOLATION, "You send too much; slow down and connect again.");
            return;
        }
        if (Frames.isHeartbeat(buffer, offset, length)) {
            return;
        }
        var message = MessageScanner.scan(buffer, offset, length);
        if (message == null) {
            server.tally().malformed.increment();
            return;
        }
        server.hear(this, message, buffer, now);
    }

    @Override
    public void closed(Closing how) {
        gone(how == Closing.ORDERLY ? Departure.LEFT : Departure.LOST);
        server.forget(this);
    }

    /** Ends it from here: first nobody finds it any more, then it is closed. */
    void end(Departure departure, Ending ending, String sentence) {
        gone(departure);
        connection.disconnect(ending, sentence, LAST_WORDS);
    }

    private void gone(Departure departure) {
        if (ended.compareAndSet(false, true)) {
            mute();
            server.realm().leave(this, departure);
        }
    }

    /** Remembers that an offer to that peer was refused, so that what follows the offer goes the same way. */
    void refuse(String receiver) {
        if (isRefused(receiver)) {
            return;
        }
        var kept = Math.min(refused.length, MOST_REFUSED - 1);
        var more = new String[kept + 1];
        System.arraycopy(refused, refused.length - kept, more, 0, kept);
        more[kept] = receiver;
        refused = more;
    }

    void allow(String receiver) {
        if (isRefused(receiver)) {
            refused = java.util.Arrays.stream(refused)
                    .filter(one -> !one.equals(receiver))
                    .toArray(String[]::new);
        }
    }

    boolean isRefused(String receiver) {
        for (var one : refused) {
            if (one.equals(receiver)) {
                return true;
            }
        }
        return false;
    }
}
