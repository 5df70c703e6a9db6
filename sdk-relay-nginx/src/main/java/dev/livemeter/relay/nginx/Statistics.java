package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nginx counts of each stream. Read when somebody asks, at most once a second. Thread-safe.
 */
final class Statistics {

    private static final Logger log = LoggerFactory.getLogger(Statistics.class);
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** What was read longer ago says nothing about now. */
    private static final Duration STALE = Duration.ofSeconds(30);

    /** Where the page comes from; blocks. */
    @FunctionalInterface
    interface Page {
        InputStream open() throws IOException, InterruptedException;
    }

    /** A stream in an application. */
    record Place(String application, String stream) {}

    /**
     * What a page tells of one.
     *
     * @param bytesIn that came since it began there
     * @param bytesOut given to all who take it, since it began there
     * @param ageMillis since when it is there
     * @param media what it is made of
     */
    record Count(long bytesIn, long bytesOut, long ageMillis, Media media) {}

    /**
     * What nginx read in a stream's headers, and measured over ten seconds. Texts are empty and figures 0 where it knows nothing.
     *
     * @param audioCodec empty for one that nginx has no name for, too; then bits of sound come all the same
     * @param videoCodec as above
     */
    record Media(
            String videoCodec,
            String audioCodec,
            int width,
            int height,
            int framesPerSecond,
            long videoBitsPerSecond,
            long audioBitsPerSecond) {

        static final Media NONE = new Media("", "", 0, 0, 0, 0, 0);
    }

    private record Reading(long atNanos, Map<Place, Count> counts) {}

    private final Page page;
    private final TimeSource time;
    private @Nullable Reading last;

    Statistics(Page page, TimeSource time) {
        this.page = page;
        this.time = time;
    }

    /** Everything that is counted now; empty where nginx does not answer. Blocks while nginx is asked, if the last answer is older than a second. */
    synchronized Map<Place, Count> counts() {
        refresh();
        return last == null ? Map.of() : last.counts();
    }

    private void refresh() {
        var now = time.nanoTime();
        if (last != null && isYounger(last, now, FRESH)) {
            return;
        }
        try (var text = page.open()) {
            var counts = StatisticsPage.parse(text);
            last = new Reading(now, counts);
        } catch (IOException e) {
            log.debug("nginx's statistics could not be read: {}.", e.toString());
            forgetOld(now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forgetOld(long now) {
        if (last != null && !isYounger(last, now, STALE)) {
            last = null;
        }
    }

    private static boolean isYounger(Reading reading, long now, Duration than) {
        return now - reading.atNanos() < than.toNanos();
    }
}
