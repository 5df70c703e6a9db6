package dev.livemeter.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When a destination was live. What comes and goes all the time would fill a store; so beyond a number of spans the shortest break is forgotten. Not thread-safe. */
final class LiveSpans {

    private final List<LiveSpan> spans = new ArrayList<>();

    /** One more, which begins no earlier than the last one ended; one that is empty is no span. */
    void add(LiveSpan span) {
        if (!span.from().isBefore(span.to())) {
            return;
        }
        spans.add(span);
        if (spans.size() > DeliveryRecord.MOST_SPANS) {
            joinTheClosest();
        }
    }

    List<LiveSpan> all() {
        return List.copyOf(spans);
    }

    /** As {@link #all} after {@link #add}, which does not happen. */
    List<LiveSpan> with(LiveSpan span) {
        var more = new LiveSpans();
        more.spans.addAll(spans);
        more.add(span);
        return more.all();
    }

    private void joinTheClosest() {
        var closest = 1;
        for (var i = 2; i < spans.size(); i++) {
            if (breakBefore(i).compareTo(breakBefore(closest)) < 0) {
                closest = i;
            }
        }
        var joined =
                new LiveSpan(spans.get(closest - 1).from(), spans.get(closest).to());
        spans.set(closest - 1, joined);
        spans.remove(closest);
    }

    private Duration breakBefore(int index) {
        return Duration.between(spans.get(index - 1).to(), spans.get(index).from());
    }
}
