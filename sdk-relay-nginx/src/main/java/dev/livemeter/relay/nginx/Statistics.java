package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nginx counts of each slot, for people. Read when somebody asks, at most once a second; rates are differences of two readings. Thread-safe.
 */
final class Statistics {

    private static final Logger log = LoggerFactory.getLogger(Statistics.class);
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Over a longer time an average says nothing about now. */
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
     * @param bytesOut sent since it began there
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
    private @Nullable Reading before;

    Statistics(Page page, TimeSource time) {
        this.page = page;
        this.time = time;
    }

    /** Bytes sent from a place since its present connection began, and how many bits per second lately, where that is known. */
    record Sent(long bytes, OptionalLong bitsPerSecond) {}

    /** What was sent from those places; blocks while nginx is asked, if the last answer is older than a second. */
    synchronized Map<Place, Sent> sent(Iterable<Place> places) {
        refresh();
        var found = new HashMap<Place, Sent>();
        var now = last;
        if (now != null) {
            for (var place : places) {
                Optional.ofNullable(now.counts().get(place))
                        .ifPresent(count -> found.put(place, new Sent(count.bytesOut(), rate(place, count, now))));
            }
        }
        return found;
    }

    /** Everything that is counted now; empty where nginx does not answer. Blocks as above. */
    synchronized Map<Place, Count> counts() {
        refresh();
        return last == null ? Map.of() : last.counts();
    }

    private OptionalLong rate(Place place, Count count, Reading now) {
        var earlier = before == null ? null : before.counts().get(place);
        if (before == null || earlier == null || count.ageMillis() < earlier.ageMillis()) {
            return OptionalLong.empty();
        }
        var bytes = count.bytesOut() - earlier.bytesOut();
        var millis = Duration.ofNanos(now.atNanos() - before.atNanos()).toMillis();
        return bytes < 0 || millis <= 0 ? OptionalLong.empty() : OptionalLong.of(bytes * 8 * 1000 / millis);
    }

    private void refresh() {
        var now = time.nanoTime();
        if (last != null && isYounger(last, now, FRESH)) {
            return;
        }
        try (var text = page.open()) {
            var counts = StatisticsPage.parse(text);
            before = last != null && isYounger(last, now, STALE) ? last : null;
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
            before = null;
        }
    }

    private static boolean isYounger(Reading reading, long now, Duration than) {
        return now - reading.atNanos() < than.toNanos();
    }
}
