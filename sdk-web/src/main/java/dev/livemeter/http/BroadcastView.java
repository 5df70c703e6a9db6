package dev.livemeter.http;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.broadcast.BroadcastStatus;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamStory;
import dev.livemeter.broadcast.Viewers;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How broadcasts on platforms look in JSON. Where the relay pushes is told to nobody. */
final class BroadcastView {

    private BroadcastView() {}

    static JsonObject details(StreamDetails details) {
        return Wire.object()
                .add("title", details.title())
                .add("description", details.description())
                .add("category", details.category())
                .add("privacy", lower(details.privacy()))
                .build();
    }

    /** What a stream was called; null where nothing is remembered. */
    static JsonValue details(@Nullable StreamStory story) {
        return story == null ? JsonValue.NULL : details(story.details());
    }

    /** How many watched a stream on all platforms together; null where none told. */
    static JsonValue viewers(@Nullable StreamStory story) {
        return viewers(story == null ? null : story.viewers());
    }

    private static JsonValue viewers(@Nullable Viewers viewers) {
        return viewers == null
                ? JsonValue.NULL
                : Wire.object()
                        .add("peak", viewers.peak())
                        .add("average", viewers.average())
                        .add("watched", Wire.seconds(viewers.watched()))
                        .build();
    }

    /** As the history shows it. */
    static JsonObject stored(BroadcastRecord broadcast, String platformName) {
        var terms = broadcast.terms();
        var ref = broadcast.ref();
        return Wire.object()
                .add("id", broadcast.id().value())
                .add("destination", terms.destination().value())
                .add("platform", terms.platform())
                .add("platformName", platformName)
                .add("name", terms.name())
                .add("account", terms.account().value())
                .add("state", lower(broadcast.state()))
                .add("detail", broadcast.detail())
                .add("page", address(ref == null ? null : ref.page()))
                .add("openedAt", Wire.instant(terms.openedAt()))
                .add("liveAt", Wire.instant(broadcast.liveAt()))
                .add("endedAt", Wire.instant(broadcast.endedAt()))
                .add("viewers", viewers(broadcast.viewers()))
                .add("video", address(broadcast.video()))
                .add("videoSought", isVideoSought(broadcast))
                .build();
    }

    /** Whether a video may still turn up. */
    private static boolean isVideoSought(BroadcastRecord broadcast) {
        return broadcast.state() == BroadcastState.ENDED && broadcast.video() == null && broadcast.dueAt() != null;
    }

    /** As the platform sees it now; null where it is not asked. */
    static JsonValue running(@Nullable BroadcastStatus status) {
        if (status == null) {
            return JsonValue.NULL;
        }
        var trouble = status.trouble();
        return Wire.object()
                .add("phase", lower(status.phase()))
                .add("page", address(status.page()))
                .add("viewers", SessionView.number(status.viewers()))
                .add("since", Wire.instant(status.since()))
                .add(
                        "issues",
                        Wire.array(status.issues().stream()
                                .map(BroadcastView::issue)
                                .toList()))
                .add("trouble", Wire.text(trouble == null ? null : trouble.message()))
                .build();
    }

    private static JsonObject issue(BroadcastIssue issue) {
        return Wire.object()
                .add("severity", lower(issue.severity()))
                .add("code", issue.code())
                .add("sentence", issue.sentence())
                .build();
    }

    private static JsonValue address(@Nullable URI address) {
        return Wire.text(address == null ? null : address.toString());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
