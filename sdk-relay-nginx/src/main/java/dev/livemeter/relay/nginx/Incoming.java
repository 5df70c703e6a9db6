package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When something last came of a stream, by looks at its bytes. What is not looked at, as in an old worker after a reload, is never said to be silent. Thread-safe. */
final class Incoming {

    /** So long nothing has to come. An encoder sends sound many times a second, but its machine or its network may be busy for a moment. */
    private static final long SILENT_NANOS = Duration.ofSeconds(3).toNanos();

    /** So long a look says something of a stream that goes on. */
    private static final long LOOKED_NANOS = Duration.ofSeconds(4).toNanos();

    /** So long it says something of one that has ended: on a busy machine looks come late, and nginx drops who sent nothing for that long. */
    private static final long LOOKED_BEFORE_THE_END_NANOS =
            Duration.ofSeconds(15).toNanos();

    private long bytes = -1;
    private @Nullable Long cameAtNanos;
    private long lookedAtNanos;

    /** A look at how many bytes have come since it began. */
    synchronized void counted(long bytesIn, long nowNanos) {
        if (cameAtNanos == null || bytesIn != bytes) {
            bytes = bytesIn;
            cameAtNanos = nowNanos;
        }
        lookedAtNanos = nowNanos;
    }

    /** For how long nothing has come; empty where something did just now, or it is not known. */
    synchronized Optional<Duration> silent(long nowNanos) {
        return silent(nowNanos, LOOKED_NANOS);
    }

    /**
     * For how long nothing had come when it ended; empty where something did until then, or it is not known. Whoever stood still at the last look counts as standing still since: in doubt, nobody
     * pays.
     */
    synchronized Optional<Duration> silentAtTheEnd(long nowNanos) {
        return silent(nowNanos, LOOKED_BEFORE_THE_END_NANOS);
    }

    private Optional<Duration> silent(long nowNanos, long looked) {
        var came = cameAtNanos;
        return came == null || nowNanos - lookedAtNanos > looked || lookedAtNanos - came < SILENT_NANOS
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nowNanos - came));
    }
}
