package dev.livemeter.standin.youtube;

import static dev.livemeter.standin.youtube.Resources.copy;
import static dev.livemeter.standin.youtube.Resources.part;
import static dev.livemeter.standin.youtube.Resources.second;
import static dev.livemeter.standin.youtube.Resources.text;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broadcast, and the video that it becomes. Its server's lock guards it. */
final class Broadcast {

    final String id;
    final Channel channel;
    final LiveChat chat;
    private final InstantSource clock;
    private final JsonObject body;
    private final Instant publishedAt;

    @Nullable
    LiveStream stream;

    String phase = "created";

    @Nullable
    Long viewers;

    String upload = "uploaded";
    boolean hasChat = true;
    private int looksLeft;
    private @Nullable Instant started;
    private @Nullable Instant ended;

    Broadcast(String id, Channel channel, LiveChat chat, JsonObject body, InstantSource clock) {
        this.id = id;
        this.channel = channel;
        this.chat = chat;
        this.body = body;
        this.clock = clock;
        this.publishedAt = clock.instant();
    }

    /** Begins; it is live after so many looks. */
    void goLive(int looks) {
        phase = "liveStarting";
        looksLeft = looks;
        if (looksLeft == 0) {
            look();
        }
    }

    void look() {
        if (phase.equals("liveStarting") && looksLeft-- <= 0) {
            phase = "live";
            started = clock.instant();
        }
    }

    void complete() {
        phase = "complete";
        ended = clock.instant();
        viewers = null;
        chat.goOffline();
    }

    boolean flag(String path, boolean otherwise) {
        var value = Contract.at(body, path);
        return value == null ? otherwise : value == JsonValue.TRUE;
    }

    String title() {
        return text(body, "snippet.title");
    }

    /** In words for people. */
    String state() {
        var words = switch (phase) {
            case "live" -> stream != null && stream.state.equals("active") ? "live" : "live, but no media come";
            case "liveStarting" -> "about to be live";
            case "testing" -> "shown to its owner alone, as a test";
            case "complete" -> "ended";
            default -> "not live yet";
        };
        return privacy().equals("private") ? words + " (private)" : words;
    }

    String privacy() {
        return text(body, "status.privacyStatus");
    }

    JsonObject json(List<String> parts) {
        var snippet = copy(body, "snippet")
                .add("publishedAt", second(publishedAt))
                .add("channelId", channel.id())
                .add("isDefaultBroadcast", false)
                .add(
                        "scheduledStartTime",
                        second(OffsetDateTime.parse(text(body, "snippet.scheduledStartTime"))
                                .toInstant()));
        if (hasChat) {
            snippet.add("liveChatId", chat.id());
        }
        if (started != null) {
            snippet.add("actualStartTime", second(started));
        }
        if (ended != null) {
            snippet.add("actualEndTime", second(ended));
        }
        var details = copy(body, "contentDetails");
        if (stream != null) {
            details.add("boundStreamId", stream.id);
        }
        var status = copy(body, "status")
                .add("lifeCycleStatus", phase)
                .add(
                        "recordingStatus",
                        phase.equals("live") ? "recording" : started == null ? "notRecording" : "recorded")
                .add("madeForKids", flag("status.selfDeclaredMadeForKids", false));
        return part(
                        parts,
                        "youtube#liveBroadcast",
                        id,
                        Map.of(
                                "snippet", snippet.build(),
                                "status", status.build(),
                                "contentDetails", details.build(),
                                "statistics",
                                        Json.createObjectBuilder()
                                                .add("totalChatCount", "0")
                                                .build()))
                .build();
    }

    JsonObject video(List<String> parts) {
        var live = Json.createObjectBuilder()
                .add(
                        "scheduledStartTime",
                        second(OffsetDateTime.parse(text(body, "snippet.scheduledStartTime"))
                                .toInstant()));
        if (started != null) {
            live.add("actualStartTime", second(started));
        }
        if (ended != null) {
            live.add("actualEndTime", second(ended));
        }
        if (viewers != null && phase.equals("live")) {
            // an unsigned 64 bit number, which Google writes as text
            live.add("concurrentViewers", Long.toString(viewers));
        }
        var status = Json.createObjectBuilder().add("uploadStatus", upload).add("privacyStatus", privacy());
        if (upload.equals("rejected")) {
            status.add("rejectionReason", "claim");
        }
        if (upload.equals("failed")) {
            status.add("failureReason", "invalidFile");
        }
        var snippet = Json.createObjectBuilder()
                .add("title", text(body, "snippet.title"))
                .add("channelId", channel.id())
                .add(
                        "liveBroadcastContent",
                        phase.equals("complete") ? "none" : phase.equals("live") ? "live" : "upcoming");
        var details = Json.createObjectBuilder()
                .add(
                        "duration",
                        started == null || ended == null
                                ? "P0D"
                                : Duration.between(started, ended)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString());
        return part(
                        parts,
                        "youtube#video",
                        id,
                        Map.of(
                                "snippet",
                                snippet.build(),
                                "status",
                                status.build(),
                                "contentDetails",
                                details.build(),
                                "liveStreamingDetails",
                                live.build()))
                .build();
    }
}
