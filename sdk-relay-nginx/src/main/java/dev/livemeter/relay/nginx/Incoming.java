package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When something last came of a stream, by looks at its bytes. What is not looked at, as in an old worker after a reload, is never said to be silent. Thread-safe. */
final class Incoming {

    /** So long nothing has to come. An encoder sends sound many times a second, but its machine or its network may be busy for a moment. */
    private static final long SILENT_NANOS = Duration.ofSeconds(3).toNanos();

    /** So long a look says something. */
    private static final long LOOKED_NANOS = Duration.ofSeconds(4).toNanos();

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
        var came = cameAtNanos;
        return came == null || nowNanos - lookedAtNanos > LOOKED_NANOS || lookedAtNanos - came < SILENT_NANOS
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nowNanos - came));
    }
}
