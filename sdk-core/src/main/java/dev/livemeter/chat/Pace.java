package dev.livemeter.chat;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps people from saying too much too fast, by the virtual scheduling of a generic cell rate algorithm (ITU-T I.371): for each key one number, the time at which the next message would be
 * expected. Of this node alone. Thread-safe.
 */
final class Pace {

    /** Keys that are remembered; the one silent for longest is forgotten first. */
    private static final int KEYS = 50_000;

    private final TimeSource time;
    private final Map<String, Long> expected = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > KEYS;
        }
    };

    Pace(TimeSource time) {
        this.time = time;
    }

    /** Whose message is counted, and how much they may say. */
    record Speaker(String key, ChatRate rate) {}

    /** Zero if one message of all of these was counted; else nothing was, and so long is to be waited. */
    Duration take(List<Speaker> speakers) {
        synchronized (expected) {
            var now = time.nanoTime();
            var wait = 0L;
            for (var speaker : speakers) {
                wait = Math.max(wait, waitOf(speaker, now));
            }
            if (wait == 0) {
                for (var speaker : speakers) {
                    expected.put(
                            speaker.key(), dueOf(speaker, now) + speaker.rate().nanosForOne());
                }
            }
            return Duration.ofNanos(wait);
        }
    }

    private long dueOf(Speaker speaker, long now) {
        var due = expected.get(speaker.key());
        return due == null || due - now < 0 ? now : due;
    }

    private long waitOf(Speaker speaker, long now) {
        var ahead = speaker.rate().nanosForOne() * (speaker.rate().messages() - 1L);
        return Math.max(0, dueOf(speaker, now) - now - ahead);
    }
}
