package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * When something last came of a stream. Looks at its bytes tell it to a second. Where they do not show it, as in an old worker after a reload, its heartbeats do, by
 * the time of its pictures that they carry. What neither shows is never said to be silent. Thread-safe.
 */
final class Incoming {

    /** So long nothing has to come. An encoder sends sound many times a second, but its machine or its network may be busy for a moment. */
    private static final long SILENT_NANOS = Duration.ofSeconds(3).toNanos();

    /** So long what was seen says something of a stream that goes on. */
    private static final long SEEN_NANOS = Duration.ofSeconds(4).toNanos();

    /** So long it says something of one that has ended: on a busy machine looks come late, and nginx drops who sent nothing for that long. */
    private static final long SEEN_BEFORE_THE_END_NANOS = Duration.ofSeconds(15).toNanos();

    /** Looks come once a second; whoever was not in two of them is not shown any more. */
    private static final long SHOWN_NANOS = Duration.ofSeconds(2).toNanos();

    /** So late a busy nginx may drop who sent nothing. */
    private static final long DROPPED_LATE_NANOS = Duration.ofSeconds(3).toNanos();

    private final long droppedNanos;
    private long bytes = -1;
    private long mediaMillis = -1;
    private @Nullable Long lookedAtNanos;
    private @Nullable Long cameAtNanos;
    private long seenAtNanos;

    /**
     * Of one stream.
     *
     * @param idle after how long nginx drops who sends nothing
     */
    Incoming(Duration idle) {
        this.droppedNanos = idle.toNanos() + DROPPED_LATE_NANOS;
    }

    /** A look at how many bytes have come since it began. */
    synchronized void counted(long bytesIn, long nowNanos) {
        if (cameAtNanos == null || bytesIn != bytes) {
            bytes = bytesIn;
            cameAtNanos = nowNanos;
        }
        lookedAtNanos = nowNanos;
        seenAtNanos = nowNanos;
    }

    /**
     * A heartbeat, with the time of the last picture or sound, which the encoder chooses. It counts only where no look shows the stream; and whoever has stood still for longer than nginx allows
     * does not stand still, whatever it says of its time.
     */
    synchronized void beat(OptionalLong media, long nowNanos) {
        if (media.isEmpty()) {
            return;
        }
        var moved = media.getAsLong() != mediaMillis;
        mediaMillis = media.getAsLong();
        if (lookedAtNanos != null && nowNanos - lookedAtNanos <= SHOWN_NANOS) {
            return;
        }
        if (cameAtNanos == null || moved || nowNanos - cameAtNanos > droppedNanos) {
            cameAtNanos = nowNanos;
        }
        seenAtNanos = nowNanos;
    }

    /** For how long nothing has come; empty where something did just now, or it is not known. */
    synchronized Optional<Duration> silent(long nowNanos) {
        return silent(nowNanos, SEEN_NANOS);
    }

    /**
     * For how long nothing had come when it ended; empty where something did until then, or it is not known. Whoever stood still when it was seen last counts as standing still since: in doubt, nobody
     * pays.
     */
    synchronized Optional<Duration> silentAtTheEnd(long nowNanos) {
        return silent(nowNanos, SEEN_BEFORE_THE_END_NANOS);
    }

    private Optional<Duration> silent(long nowNanos, long seen) {
        var came = cameAtNanos;
        return came == null || nowNanos - seenAtNanos > seen || seenAtNanos - came < SILENT_NANOS
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nowNanos - came));
    }
}
