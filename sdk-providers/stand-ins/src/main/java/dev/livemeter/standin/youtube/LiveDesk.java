package dev.livemeter.standin.youtube;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Broadcasts, streams and videos of the stand-in, and what may follow what. Its server's lock guards it. */
final class LiveDesk {

    private final InstantSource clock;
    private final Map<String, Broadcast> broadcasts = new LinkedHashMap<>();
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private int number;
    private URI ingest = URI.create("rtmp://a.rtmp.youtube.com/live2");
    private @Nullable URI ingestTls = URI.create("rtmps://a.rtmps.youtube.com:443/live2");
    private boolean autoStarts = true;
    private int slowness;

    LiveDesk(InstantSource clock) {
        this.clock = clock;
    }

    void ingest(URI plain, @Nullable URI tls) {
        ingest = plain;
        ingestTls = tls;
    }

    void autoStarts(boolean works) {
        autoStarts = works;
    }

    /** How many looks a transition takes. */
    void slowness(int looks) {
        slowness = looks;
    }

    JsonObject call(String method, Channel channel, Query query, JsonObject body) {
        return switch (method) {
            case "liveBroadcasts.insert" -> insertBroadcast(channel, query, body);
            case "liveBroadcasts.list" -> listBroadcasts(channel, query);
            case "liveBroadcasts.bind" -> bind(channel, query);
            case "liveBroadcasts.transition" -> transition(channel, query);
            case "liveBroadcasts.delete" -> deleteBroadcast(channel, query);
            case "liveStreams.insert" -> insertStream(channel, query, body);
            case "liveStreams.list" -> listStreams(channel, query);
            case "liveStreams.delete" -> deleteStream(channel, query);
            case "videos.list" -> listVideos(channel, query);
            case "channels.list" -> listChannels(channel, query);
            default -> throw new IllegalStateException(method);
        };
    }

    private JsonObject insertBroadcast(Channel channel, Query query, JsonObject body) {
        channel.requireLive();
        var start =
                OffsetDateTime.parse(text(body, "snippet.scheduledStartTime")).toInstant();
        if (!start.isAfter(clock.instant())) {
            throw ApiError.live(
                    400,
                    "invalidScheduledStartTime",
                    "Scheduled start time must be in the future and close enough to the current date that a broadcast could be reliably scheduled at that time.");
        }
        var broadcast = new Broadcast("bc" + ++number + "-YouTube", channel, body, clock.instant());
        broadcasts.put(broadcast.id, broadcast);
        return broadcast.json(query.parts());
    }

    private JsonObject listBroadcasts(Channel channel, Query query) {
        var filters = List.of("id", "mine", "broadcastStatus").stream()
                .filter(query::has)
                .count();
        if (filters != 1) {
            throw ApiError.bad(
                    filters == 0 ? "missingRequiredParameter" : "incompatibleParameters",
                    "Specify exactly one of id, mine and broadcastStatus.");
        }
        Predicate<Broadcast> wanted = broadcast -> true;
        if (query.has("broadcastStatus")) {
            wanted = switch (query.one("broadcastStatus")) {
                case "active" ->
                    broadcast -> List.of("live", "liveStarting", "testing").contains(broadcast.phase);
                case "upcoming" -> broadcast -> List.of("created", "ready").contains(broadcast.phase);
                case "completed" -> broadcast -> broadcast.phase.equals("complete");
                default -> broadcast -> true;
            };
        }
        if (query.has("id")) {
            wanted = broadcast -> query.all("id").contains(broadcast.id);
        }
        var found = broadcasts.values().stream()
                .filter(broadcast -> broadcast.channel == channel)
                .filter(wanted)
                .toList();
        found.forEach(Broadcast::look);
        return page(
                "youtube#liveBroadcastListResponse",
                query,
                found.stream().map(broadcast -> broadcast.json(query.parts())).toList());
    }

    private JsonObject bind(Channel channel, Query query) {
        channel.requireLive();
        var broadcast = broadcast(channel, query);
        if (!List.of("created", "ready").contains(broadcast.phase)) {
            throw ApiError.live(
                    403,
                    "liveBroadcastBindingNotAllowed",
                    "The current status of the live broadcast does not allow it to be bound to a stream.");
        }
        if (!query.has("streamId")) {
            broadcast.stream = null;
            broadcast.phase = "created";
            return broadcast.json(query.parts());
        }
        var stream = streams.get(query.one("streamId"));
        if (stream == null || stream.channel != channel) {
            throw new ApiError(
                    404, "youtube.liveStream", "liveStreamNotFound", "The specified live stream was not found.");
        }
        if (!stream.reusable
                && broadcasts.values().stream().anyMatch(other -> other != broadcast && other.stream == stream)) {
            throw ApiError.live(
                    403,
                    "liveBroadcastBindingNotAllowed",
                    "A stream that is not reusable is bound to one broadcast only.");
        }
        broadcast.stream = stream;
        broadcast.phase = "ready";
        autoStart(broadcast);
        return broadcast.json(query.parts());
    }

    private JsonObject transition(Channel channel, Query query) {
        channel.requireLive();
        var broadcast = broadcast(channel, query);
        broadcast.look();
        var to = query.one("broadcastStatus");
        if (broadcast.phase.equals(to) || broadcast.phase.equals(to + "Starting")) {
            throw ApiError.live(
                    403,
                    "redundantTransition",
                    "The live broadcast is already in the requested status or processing to the requested status.");
        }
        var monitored = broadcast.flag("contentDetails.monitorStream.enableMonitorStream", true);
        var allowed = switch (to) {
            case "testing" -> broadcast.phase.equals("ready") && monitored;
            case "live" -> monitored ? broadcast.phase.equals("testing") : broadcast.phase.equals("ready");
            default -> List.of("testing", "live", "liveStarting").contains(broadcast.phase);
        };
        if (!allowed) {
            throw ApiError.live(
                    403,
                    "invalidTransition",
                    "The live broadcast can't transition from its current status to the requested status.");
        }
        if (!to.equals("complete") && (broadcast.stream == null || !broadcast.stream.state.equals("active"))) {
            throw ApiError.live(
                    403,
                    "errorStreamInactive",
                    "The requested transition is not allowed when the stream that is bound is inactive.");
        }
        if (to.equals("live")) {
            broadcast.goLive();
        } else if (to.equals("complete")) {
            broadcast.complete();
        } else {
            broadcast.phase = to;
        }
        return broadcast.json(query.parts());
    }

    private JsonObject deleteBroadcast(Channel channel, Query query) {
        var broadcast = broadcast(channel, query);
        if (List.of("live", "liveStarting", "testing").contains(broadcast.phase)) {
            throw ApiError.live(
                    403, "liveBroadcastDeletionNotAllowed", "The broadcast can't be deleted in its current status.");
        }
        broadcasts.remove(broadcast.id);
        return JsonValue.EMPTY_JSON_OBJECT;
    }

    private JsonObject insertStream(Channel channel, Query query, JsonObject body) {
        channel.requireLive();
        var id = "st" + ++number;
        var stream = new Stream(
                id,
                "key-" + Integer.toUnsignedString((id + channel.id()).hashCode(), 36) + "-" + number + "-abcd",
                channel,
                body);
        streams.put(id, stream);
        return stream.json(query.parts());
    }

    private JsonObject listStreams(Channel channel, Query query) {
        if (query.has("id") == query.has("mine")) {
            throw ApiError.bad("missingRequiredParameter", "Specify exactly one of id and mine.");
        }
        return page(
                "youtube#liveStreamListResponse",
                query,
                streams.values().stream()
                        .filter(stream -> stream.channel == channel)
                        // a stream that is not reusable is found by its id alone
                        .filter(stream -> query.has("id") ? query.all("id").contains(stream.id) : stream.reusable)
                        .map(stream -> stream.json(query.parts()))
                        .toList());
    }

    private JsonObject deleteStream(Channel channel, Query query) {
        var stream = streams.get(query.one("id"));
        if (stream == null || stream.channel != channel) {
            throw new ApiError(
                    404, "youtube.liveStream", "liveStreamNotFound", "The specified live stream was not found.");
        }
        if (broadcasts.values().stream()
                .anyMatch(broadcast -> broadcast.stream == stream && !broadcast.phase.equals("complete"))) {
            throw new ApiError(
                    403,
                    "youtube.liveStream",
                    "liveStreamDeletionNotAllowed",
                    "The live stream is bound to a broadcast that is not over.");
        }
        streams.remove(stream.id);
        return JsonValue.EMPTY_JSON_OBJECT;
    }

    private JsonObject listVideos(Channel channel, Query query) {
        if (!query.has("id")) {
            throw ApiError.bad("missingRequiredParameter", "No filter selected.");
        }
        return page(
                "youtube#videoListResponse",
                query,
                broadcasts.values().stream()
                        .filter(broadcast -> query.all("id").contains(broadcast.id))
                        .filter(broadcast -> broadcast.channel == channel
                                || !broadcast.privacy().equals("private"))
                        .map(broadcast -> broadcast.video(query.parts()))
                        .toList());
    }

    private JsonObject listChannels(Channel channel, Query query) {
        if (!query.has("mine")) {
            throw ApiError.bad("missingRequiredParameter", "No filter selected.");
        }
        return page(
                "youtube#channelListResponse",
                query,
                channel.exists()
                        ? List.of(part(
                                        query.parts(),
                                        "youtube#channel",
                                        channel.id(),
                                        Map.of(
                                                "snippet",
                                                Json.createObjectBuilder()
                                                        .add("title", channel.title())
                                                        .build()))
                                .build())
                        : List.of());
    }

    /** A broadcast that somebody made by other means, with a stream of its own. */
    void announce(Channel channel, String title) {
        var start = clock.instant().plus(Duration.ofDays(1)).toString();
        var snippet = Json.createObjectBuilder().add("title", title).add("scheduledStartTime", start);
        var broadcast = insertBroadcast(
                channel,
                Query.of("part", "id"),
                Json.createObjectBuilder()
                        .add("snippet", snippet)
                        .add("status", Json.createObjectBuilder().add("privacyStatus", "public"))
                        .build());
        var stream = insertStream(
                channel,
                Query.of("part", "id"),
                Json.createObjectBuilder()
                        .add("snippet", Json.createObjectBuilder().add("title", title))
                        .build());
        bind(
                channel,
                new Query(Map.of(
                        "id", List.of(broadcast.getString("id")),
                        "streamId", List.of(stream.getString("id")),
                        "part", List.of("id"))));
    }

    /** Media arrive under a key. */
    boolean receive(String key) {
        var stream = byKey(key);
        if (stream == null) {
            return false;
        }
        stream.state = "active";
        broadcasts.values().stream()
                .filter(broadcast -> broadcast.stream == stream)
                .forEach(this::autoStart);
        return true;
    }

    /** No more do. */
    void lose(String key) {
        var stream = Objects.requireNonNull(byKey(key));
        stream.state = "inactive";
        broadcasts.values().stream()
                .filter(broadcast ->
                        broadcast.stream == stream && broadcast.flag("contentDetails.enableAutoStop", false))
                .filter(broadcast -> broadcast.phase.startsWith("live"))
                .forEach(Broadcast::complete);
    }

    void health(String key, String status, List<JsonObject> issues) {
        var stream = Objects.requireNonNull(byKey(key));
        stream.health = status;
        stream.issues = issues;
    }

    void viewers(String broadcast, @Nullable Long viewers) {
        known(broadcast).viewers = viewers;
    }

    void upload(String broadcast, String status) {
        known(broadcast).upload = status;
    }

    void phase(String broadcast, String phase) {
        known(broadcast).phase = phase;
    }

    private Broadcast known(String id) {
        return Objects.requireNonNull(broadcasts.get(id), id);
    }

    void forget(String broadcast) {
        broadcasts.remove(broadcast);
    }

    List<String> broadcasts() {
        return List.copyOf(broadcasts.keySet());
    }

    JsonObject broadcast(String id) {
        return known(id).json(List.of("snippet", "status", "contentDetails", "statistics"));
    }

    JsonObject stream(String id) {
        return Objects.requireNonNull(streams.get(id), id).json(List.of("snippet", "status", "contentDetails", "cdn"));
    }

    List<String> streams() {
        return List.copyOf(streams.keySet());
    }

    private @Nullable Stream byKey(String key) {
        return streams.values().stream()
                .filter(stream -> stream.key.equals(key))
                .findFirst()
                .orElse(null);
    }

    private void autoStart(Broadcast broadcast) {
        if (autoStarts
                && broadcast.stream != null
                && broadcast.stream.state.equals("active")
                && broadcast.phase.equals("ready")
                && broadcast.flag("contentDetails.enableAutoStart", false)) {
            broadcast.goLive();
        }
    }

    private Broadcast broadcast(Channel channel, Query query) {
        var broadcast = broadcasts.get(query.one("id"));
        if (broadcast == null || broadcast.channel != channel) {
            throw ApiError.live(404, "liveBroadcastNotFound", "The broadcast specified was not found.");
        }
        return broadcast;
    }

    private static JsonObject page(String kind, Query query, List<JsonObject> all) {
        var size = Integer.parseInt(query.one("maxResults", "5"));
        if (size > 50) {
            throw ApiError.bad("invalidParameter", "Invalid value '" + size + "' for the parameter 'maxResults'.");
        }
        var from = 0;
        if (query.has("pageToken")) {
            var token = query.one("pageToken");
            if (!token.matches("P[0-9]+")) {
                throw ApiError.bad("invalidPageToken", "The page token is invalid.");
            }
            from = Integer.parseInt(token.substring(1));
        }
        var to = Math.min(from + size, all.size());
        JsonArrayBuilder items = Json.createArrayBuilder();
        all.subList(Math.min(from, to), to).forEach(items::add);
        var page = Json.createObjectBuilder()
                .add("kind", kind)
                .add("etag", "etag")
                .add(
                        "pageInfo",
                        Json.createObjectBuilder()
                                .add("totalResults", all.size())
                                .add("resultsPerPage", size))
                .add("items", items);
        if (to < all.size()) {
            page.add("nextPageToken", "P" + to);
        }
        return page.build();
    }

    private static JsonObjectBuilder part(List<String> parts, String kind, String id, Map<String, JsonObject> all) {
        var object =
                Json.createObjectBuilder().add("kind", kind).add("etag", "etag").add("id", id);
        for (var part : parts) {
            var content = all.get(part);
            if (content != null && !content.isEmpty()) {
                object.add(part, content);
            }
        }
        return object;
    }

    private static String text(JsonObject from, String path) {
        return ((JsonString) Objects.requireNonNull(Contract.at(from, path))).getString();
    }

    private static String second(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static JsonObjectBuilder copy(JsonObject body, String part) {
        return body.get(part) instanceof JsonObject given
                ? Json.createObjectBuilder(given)
                : Json.createObjectBuilder();
    }

    private final class Broadcast {

        private final String id;
        private final Channel channel;
        private final JsonObject body;
        private final Instant publishedAt;
        private @Nullable Stream stream;
        private String phase = "created";
        private int looksLeft;
        private @Nullable Instant started;
        private @Nullable Instant ended;
        private @Nullable Long viewers;
        private String upload = "uploaded";

        private Broadcast(String id, Channel channel, JsonObject body, Instant publishedAt) {
            this.id = id;
            this.channel = channel;
            this.body = body;
            this.publishedAt = publishedAt;
        }

        private void goLive() {
            phase = "liveStarting";
            looksLeft = slowness;
            if (looksLeft == 0) {
                look();
            }
        }

        private void look() {
            if (phase.equals("liveStarting") && looksLeft-- <= 0) {
                phase = "live";
                started = clock.instant();
            }
        }

        private void complete() {
            phase = "complete";
            ended = clock.instant();
            viewers = null;
        }

        private boolean flag(String path, boolean otherwise) {
            var value = Contract.at(body, path);
            return value == null ? otherwise : value == JsonValue.TRUE;
        }

        private String privacy() {
            return text(body, "status.privacyStatus");
        }

        private JsonObject json(List<String> parts) {
            var snippet = copy(body, "snippet")
                    .add("publishedAt", second(publishedAt))
                    .add("channelId", channel.id())
                    .add("isDefaultBroadcast", false)
                    .add("liveChatId", "chat-of-" + id)
                    .add(
                            "scheduledStartTime",
                            second(OffsetDateTime.parse(text(body, "snippet.scheduledStartTime"))
                                    .toInstant()));
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

        private JsonObject video(List<String> parts) {
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

    private final class Stream {

        private final String id;
        private final String key;
        private final Channel channel;
        private final JsonObject body;
        private final boolean reusable;
        private String state = "ready";
        private String health = "noData";
        private List<JsonObject> issues = new ArrayList<>();

        private Stream(String id, String key, Channel channel, JsonObject body) {
            this.id = id;
            this.key = key;
            this.channel = channel;
            this.body = body;
            this.reusable = Contract.at(body, "contentDetails.isReusable") == JsonValue.TRUE;
        }

        private JsonObject json(List<String> parts) {
            var info = Json.createObjectBuilder()
                    .add("streamName", key)
                    .add("ingestionAddress", ingest.toString())
                    .add("backupIngestionAddress", ingest + "?backup=1");
            if (ingestTls != null) {
                info.add("rtmpsIngestionAddress", ingestTls.toString())
                        .add("rtmpsBackupIngestionAddress", ingestTls + "?backup=1");
            }
            JsonArrayBuilder configuration = Json.createArrayBuilder();
            issues.forEach(configuration::add);
            var healthStatus = Json.createObjectBuilder().add("status", health);
            if (!issues.isEmpty()) {
                healthStatus.add("configurationIssues", configuration);
            }
            return part(
                            parts,
                            "youtube#liveStream",
                            id,
                            Map.of(
                                    "snippet",
                                    copy(body, "snippet")
                                            .add("channelId", channel.id())
                                            .build(),
                                    "cdn",
                                    copy(body, "cdn").add("ingestionInfo", info).build(),
                                    "contentDetails",
                                    Json.createObjectBuilder()
                                            .add("isReusable", reusable)
                                            .build(),
                                    "status",
                                    Json.createObjectBuilder()
                                            .add("streamStatus", state)
                                            .add("healthStatus", healthStatus)
                                            .build()))
                    .build();
        }
    }
}
