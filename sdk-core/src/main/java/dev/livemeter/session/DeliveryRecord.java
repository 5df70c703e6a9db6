package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one destination fared in a session, from the first that is known of it to the last, whatever became of it since.
 *
 * @param firstLiveAt when the relay first had it live; null where that never was
 * @param liveTime how long it was live, all in all
 * @param attempts how often the relay began to connect to it
 * @param lastError what went wrong last, without any secret; null where nothing did
 * @param stopped whether somebody had stopped it for this stream, and it was not started since
 * @param bytes at least so many were sent there, for people and never for money
 * @param spans when it was live, in the order of time, at most {@value #MOST_SPANS}; where it came and went more often, the shortest breaks are left out. Empty where it never
 *     was, and where only the whole time is known
 */
public record DeliveryRecord(
        DestinationId destination,
        String platform,
        String name,
        @Nullable Instant firstLiveAt,
        Duration liveTime,
        int attempts,
        @Nullable String lastError,
        boolean stopped,
        long bytes,
        List<LiveSpan> spans) {

    /** How many spans a record has at most. */
    public static final int MOST_SPANS = 50;

    public DeliveryRecord {
        spans = List.copyOf(spans);
    }

    /** One of which is known how long it was live, and not when. */
    public DeliveryRecord(
            DestinationId destination,
            String platform,
            String name,
            @Nullable Instant firstLiveAt,
            Duration liveTime,
            int attempts,
            @Nullable String lastError,
            boolean stopped,
            long bytes) {
        this(destination, platform, name, firstLiveAt, liveTime, attempts, lastError, stopped, bytes, List.of());
    }
}
