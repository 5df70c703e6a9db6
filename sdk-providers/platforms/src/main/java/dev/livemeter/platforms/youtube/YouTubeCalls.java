package dev.livemeter.platforms.youtube;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Call.Need;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The requests to version 3 of YouTube's Data API that Livemeter makes. */
final class YouTubeCalls {

    private static final String STREAM_PARTS = "id,snippet,cdn,status";

    /** The longest description of a video, in UTF-8. Livemeter takes as many characters, which may be more bytes. */
    private static final int DESCRIPTION_BYTES = 5_000;

    private final YouTubeSettings settings;
    private final Endpoint api;

    YouTubeCalls(YouTubeSettings settings) {
        this.settings = settings;
        this.api = new Endpoint(settings.endpoints().api());
    }

    Call myChannel() {
        return list("channels", Map.of("part", "id,snippet", "mine", "true"), Need.ESSENTIAL);
    }

    /** A page of the channel's own broadcasts; {@code token} empty for the first. */
    Call broadcasts(String status, String token) {
        var query = new LinkedHashMap<>(
                Map.of("part", "id,snippet,status,contentDetails", "broadcastStatus", status, "maxResults", "50"));
        if (!token.isEmpty()) {
            query.put("pageToken", token);
        }
        return list("liveBroadcasts", query, Need.ROUTINE);
    }

    Call broadcast(String id) {
        return list("liveBroadcasts", Map.of("part", "id,status,contentDetails", "id", id), Need.ESSENTIAL);
    }

    Call insertBroadcast(BroadcastPlan plan, Instant start) {
        var details = plan.details();
        var body = Json.object()
                .add(
                        "snippet",
                        Json.object()
                                .add("title", details.title())
                                .add("description", description(details))
                                .add("scheduledStartTime", start.toString()))
                .add(
                        "status",
                        Json.object()
                                .add("privacyStatus", privacy(details.privacy()))
                                .add("selfDeclaredMadeForKids", settings.madeForKids()))
                .add(
                        "contentDetails",
                        Json.object()
                                .add("enableAutoStart", settings.autoStart())
                                .add("enableAutoStop", settings.autoStop())
                                // both, or there is no video to watch right after the end
                                .add("enableDvr", true)
                                .add("recordFromStart", true)
                                .add("latencyPreference", latency(settings.latency()))
                                // without it there is no testing phase to be passed through
                                .add("monitorStream", Json.object().add("enableMonitorStream", false)))
                .build();
        return Call.json(
                "liveBroadcasts.insert",
                "POST",
                at("/liveBroadcasts", Map.of("part", "id,snippet,status,contentDetails")),
                body);
    }

    /** A stream for one broadcast: YouTube lists it nowhere, and forgets it and its key after the broadcast. */
    Call insertStream(String title) {
        var body = Json.object()
                .add("snippet", Json.object().add("title", title))
                .add(
                        "cdn",
                        Json.object()
                                .add("ingestionType", "rtmp")
                                .add("resolution", "variable")
                                .add("frameRate", "variable"))
                .add("contentDetails", Json.object().add("isReusable", false))
                .build();
        return Call.json(
                        "liveStreams.insert",
                        "POST",
                        at("/liveStreams", Map.of("part", "id,snippet,cdn,contentDetails,status")),
                        body)
                .with(Need.ROUTINE);
    }

    Call streams(List<String> ids, Need need) {
        return list("liveStreams", Map.of("part", STREAM_PARTS, "id", String.join(",", ids), "maxResults", "50"), need);
    }

    Call bind(String broadcast, String stream) {
        return Call.post(
                        "liveBroadcasts.bind",
                        at(
                                "/liveBroadcasts/bind",
                                Map.of("id", broadcast, "streamId", stream, "part", "id,status,contentDetails")))
                .asRepeatable();
    }

    Call transition(String broadcast, String status) {
        return Call.post(
                "liveBroadcasts.transition",
                at(
                        "/liveBroadcasts/transition",
                        Map.of("id", broadcast, "broadcastStatus", status, "part", "id,status")));
    }

    Call deleteBroadcast(String id) {
        return Call.delete("liveBroadcasts.delete", at("/liveBroadcasts", Map.of("id", id)));
    }

    Call video(String id, Need need) {
        return list("videos", Map.of("part", "id,status,liveStreamingDetails", "id", id), need);
    }

    /** As much of a description as YouTube takes: a stream without its last words is better than none. */
    static String description(StreamDetails details) {
        var text = details.description();
        var bytes = 0;
        for (var i = 0; i < text.length(); ) {
            var point = text.codePointAt(i);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > DESCRIPTION_BYTES) {
                return text.substring(0, i).stripTrailing();
            }
            i += Character.charCount(point);
        }
        return text;
    }

    static String privacy(StreamDetails.Privacy privacy) {
        return privacy.name().toLowerCase(Locale.ROOT);
    }

    private static String latency(YouTubeSettings.Latency latency) {
        return switch (latency) {
            case NORMAL -> "normal";
            case LOW -> "low";
            case ULTRA_LOW -> "ultraLow";
        };
    }

    private Call list(String resource, Map<String, String> query, Need need) {
        return Call.get(resource + ".list", at("/" + resource, query)).with(need);
    }

    private URI at(String path, Map<String, String> query) {
        return api.at(path, query);
    }
}
