package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTraffic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is remembered of a stream's destinations, those that came and went on air included. Thread-safe. */
final class DeliveryLog {

    private static final class Entry {
        final DestinationId id;
        String platform;
        String name;

        @Nullable
        Instant firstLiveAt;

        @Nullable
        Instant liveSince;

        Duration liveTime = Duration.ZERO;
        final LiveSpans spans = new LiveSpans();
        int attemptsBefore;
        int attempts;

        @Nullable
        String lastError;

        boolean stopped;
        long bytesBefore;
        long bytes;

        Entry(DestinationStatus status) {
            id = status.id();
            platform = status.platform();
            name = status.name();
        }

        Entry(DeliveryRecord before) {
            id = before.destination();
            platform = before.platform();
            name = before.name();
            firstLiveAt = before.firstLiveAt();
            liveTime = before.liveTime();
            before.spans().forEach(spans::add);
            attemptsBefore = before.attempts();
            lastError = before.lastError();
            stopped = before.stopped();
            bytesBefore = before.bytes();
        }

        Duration liveTime(Instant now) {
            return liveSince == null ? liveTime : liveTime.plus(between(liveSince, now));
        }

        void isLive(boolean live, Instant now) {
            if (live && liveSince == null) {
                liveSince = now;
                firstLiveAt = firstLiveAt == null ? now : firstLiveAt;
            } else if (!live) {
                liveTime = liveTime(now);
                if (liveSince != null) {
                    spans.add(new LiveSpan(liveSince, now));
                }
                liveSince = null;
            }
        }

        List<LiveSpan> spans(Instant now) {
            return liveSince == null ? spans.all() : spans.with(new LiveSpan(liveSince, now));
        }
    }

    private final Map<DestinationId, Entry> entries = new LinkedHashMap<>();
    private final ReentrantLock storing = new ReentrantLock();
    private boolean changed;
    private boolean ended;

    /** What was known of a stream before the application went away goes on from there. */
    synchronized void goOn(List<DeliveryRecord> before) {
        before.forEach(record -> entries.put(record.destination(), new Entry(record)));
    }

    /** Held by whoever stores the records, so that what was seen earlier is never stored later. */
    ReentrantLock storing() {
        return storing;
    }

    /** How the destinations are now; one that is missing has gone. */
    synchronized void observe(List<DestinationStatus> statuses, Instant at) {
        if (ended) {
            return;
        }
        var now = at.truncatedTo(ChronoUnit.MILLIS);
        var gone = new LinkedHashMap<>(entries);
        for (var status : statuses) {
            gone.remove(status.id());
            var entry = entries.computeIfAbsent(status.id(), fresh -> new Entry(status));
            if (status.attempts() < entry.attempts) {
                // It was removed and came back, or got another key.
                entry.attemptsBefore += entry.attempts;
            }
            entry.platform = status.platform();
            entry.name = status.name();
            entry.attempts = status.attempts();
            entry.lastError = status.lastError() == null ? entry.lastError : status.lastError();
            entry.stopped = status.state() == State.STOPPED;
            entry.isLive(status.state() == State.LIVE, now);
        }
        gone.values().forEach(entry -> entry.isLive(false, now));
        changed = true;
    }

    /** What was sent, as the relay counts it: anew with each connection. */
    synchronized void sent(List<DestinationTraffic> traffic) {
        for (var one : traffic) {
            var entry = entries.get(one.destination());
            if (entry != null) {
                if (one.bytes() < entry.bytes) {
                    entry.bytesBefore += entry.bytes;
                }
                entry.bytes = one.bytes();
                changed = true;
            }
        }
    }

    /** Nothing goes anywhere any more. */
    synchronized void end(Instant at) {
        if (!ended) {
            observe(List.of(), at);
            ended = true;
        }
    }

    /** All records as of now, or none if nothing is new since the last call. */
    synchronized List<DeliveryRecord> news(Instant at) {
        if (!changed) {
            return List.of();
        }
        changed = entries.values().stream().anyMatch(entry -> entry.liveSince != null);
        var now = at.truncatedTo(ChronoUnit.MILLIS);
        return entries.values().stream()
                .map(entry -> new DeliveryRecord(
                        entry.id,
                        entry.platform,
                        entry.name,
                        entry.firstLiveAt,
                        entry.liveTime(now),
                        entry.attemptsBefore + entry.attempts,
                        entry.lastError,
                        entry.stopped,
                        entry.bytesBefore + entry.bytes,
                        entry.spans(now)))
                .toList();
    }

    private static Duration between(Instant from, Instant to) {
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }
}
