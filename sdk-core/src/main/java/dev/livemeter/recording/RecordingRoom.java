package dev.livemeter.recording;

import dev.livemeter.identity.UserId;
import dev.livemeter.spi.RecordingStore;
import dev.livemeter.time.TimeSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether there is room for more. What is kept is read from the store at most every 15 seconds, or when something changed here: recordings that grow ask every second. Thread-safe.
 */
final class RecordingRoom {

    private static final Duration FRESH = Duration.ofSeconds(15);
    private static final int MOST_REMEMBERED = 10_000;

    private final RecordingPolicy policy;
    private final RecordingStore store;
    private final TimeSource time;
    private final Map<UserId, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(long ofUser, long inAll, long readAtNanos) {}

    RecordingRoom(RecordingPolicy policy, RecordingStore store, TimeSource time) {
        this.policy = policy;
        this.store = store;
        this.time = time;
    }

    /**
     * Why nothing more can be recorded for somebody.
     *
     * @param growingOfUser bytes that are being recorded for them now
     * @param growingInAll bytes that are being recorded now
     */
    Optional<String> objectionTo(UserId owner, long growingOfUser, long growingInAll) {
        var known = kept(owner);
        if (known.ofUser() + growingOfUser >= policy.bytesPerUser()) {
            return Optional.of("The room for this user's recordings, " + spoken(policy.bytesPerUser())
                    + ", is used up; delete some first.");
        }
        if (known.inAll() + growingInAll >= policy.bytesInAll()) {
            return Optional.of("The room for recordings here is used up; the operator has to make some.");
        }
        return Optional.empty();
    }

    private Kept kept(UserId owner) {
        var now = time.nanoTime();
        var known = kept.get(owner);
        if (known != null && now - known.readAtNanos() < FRESH.toNanos()) {
            return known;
        }
        if (kept.size() >= MOST_REMEMBERED) {
            kept.clear();
        }
        var read = new Kept(store.bytesOf(owner), store.bytesInAll(), now);
        kept.put(owner, read);
        return read;
    }

    /** What is kept changed. */
    void changed() {
        kept.clear();
    }

    /** Bytes as people say them. */
    static String spoken(long bytes) {
        var units = new String[] {"bytes", "kB", "MB", "GB", "TB"};
        var value = BigDecimal.valueOf(bytes);
        var unit = 0;
        while (unit < units.length - 1 && value.compareTo(BigDecimal.valueOf(1000)) >= 0) {
            value = value.movePointLeft(3);
            unit++;
        }
        var rounded = value.setScale(value.compareTo(BigDecimal.TEN) < 0 ? 1 : 0, RoundingMode.DOWN);
        return rounded.stripTrailingZeros().toPlainString() + " " + units[unit];
    }

    /** A length as people say it. */
    static String spoken(Duration length) {
        if (length.toSeconds() % 3600 == 0) {
            return length.toHours() + (length.toHours() == 1 ? " hour" : " hours");
        }
        return length.toSeconds() % 60 == 0
                ? length.toMinutes() + (length.toMinutes() == 1 ? " minute" : " minutes")
                : length.toSeconds() + (length.toSeconds() == 1 ? " second" : " seconds");
    }
}
