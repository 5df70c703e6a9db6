package dev.livemeter.standin.youtube;

import static dev.livemeter.standin.youtube.Resources.page;
import static dev.livemeter.standin.youtube.Resources.part;
import static dev.livemeter.standin.youtube.Resources.text;

import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Broadcasts, streams and videos of the stand-in, and what may follow what. Its server's lock guards it. */
final class LiveDesk {

    private final Object lock;
    private final InstantSource clock;
    private final Map<String, Broadcast> broadcasts = new LinkedHashMap<>();
    private final Map<String, LiveStream> streams = new LinkedHashMap<>();
    private int number;
    private LiveStream.Ingest ingest = new LiveStream.Ingest(
            URI.create("rtmp://a.rtmp.youtube.com/live2"), URI.create("rtmps://a.rtmps.youtube.com:443/live2"));
    private Duration chatInterval = Duration.ofSeconds(1);
    private boolean autoStarts = true;
    private int slowness;

    /**
     * One.
     *
     * @param lock its server's, which chats wait on
     */
    LiveDesk(Object lock, InstantSource clock) {
        this.lock = lock;
        this.clock = clock;
    }

    void ingest(LiveStream.Ingest places) {
        ingest = places;
    }

    void chatInterval(Duration interval) {
        chatInterval = interval;
        broadcasts.values().forEach(broadcast -> broadcast.chat.interval(interval));
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
            case "liveChatMessages.list" ->
                chat(channel, query.one("liveChatId")).chat.page(query);
            case "liveChatMessages.insert" -> insertMessage(channel, query, body);
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
        var id = "bc" + ++number + "-YouTube";
        var chat = new LiveChat("chat-of-" + id, lock, clock);
        chat.interval(chatInterval);
        var broadcast = new Broadcast(id, channel, chat, body, clock);
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
            broadcast.goLive(slowness);
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
        var stream = new LiveStream(
                id,
                "key-" + Integer.toUnsignedString((id + channel.id()).hashCode(), 36) + "-" + number + "-abcd",
                channel,
                body);
        streams.put(id, stream);
        return stream.json(query.parts(), ingest);
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
                        .map(stream -> stream.json(query.parts(), ingest))
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

    /** The messages of a chat as they come. */
    Response.Stream messages(Channel channel, Query query) {
        return chat(channel, query.one("liveChatId")).chat.stream(query);
    }

    private JsonObject insertMessage(Channel channel, Query query, JsonObject body) {
        var broadcast = chat(channel, text(body, "snippet.liveChatId"));
        if (Contract.at(body, "snippet.textMessageDetails.messageText") == null) {
            throw new ApiError(400, "youtube.liveChat", "textMessageDetailsRequired", "The message's text is missing.");
        }
        return broadcast.chat.insert(
                channel,
                broadcast.channel == channel,
                text(body, "snippet.textMessageDetails.messageText"),
                query.parts());
    }

    private Broadcast chat(Channel channel, String id) {
        var broadcast = broadcasts.values().stream()
                .filter(any -> any.chat.id().equals(id))
                .filter(any -> any.channel == channel || !any.privacy().equals("private"))
                .findFirst()
                .orElseThrow(() -> new ApiError(
                        404,
                        "youtube.liveChat",
                        "liveChatNotFound",
                        "The live chat that you are trying to retrieve cannot be found."));
        if (!broadcast.hasChat) {
            throw new ApiError(
                    403,
                    "youtube.liveChat",
                    "liveChatDisabled",
                    "Live chat is not enabled for the specified broadcast.");
        }
        return broadcast;
    }

    /** A broadcast that somebody made by other means, with a stream of its own; gives its id. */
    String announce(Channel channel, String title) {
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
        return broadcast.getString("id");
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
        var stream = byKey(key);
        if (stream == null) {
            // deleted meanwhile
            return;
        }
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

    @Nullable
    Broadcast find(String id) {
        return broadcasts.get(id);
    }

    /** All, the newest first. */
    List<Broadcast> all() {
        var all = new ArrayList<>(broadcasts.values());
        Collections.reverse(all);
        return all;
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

    Broadcast known(String id) {
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
        return Objects.requireNonNull(streams.get(id), id)
                .json(List.of("snippet", "status", "contentDetails", "cdn"), ingest);
    }

    List<String> streams() {
        return List.copyOf(streams.keySet());
    }

    private @Nullable LiveStream byKey(String key) {
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
            broadcast.goLive(slowness);
        }
    }

    private Broadcast broadcast(Channel channel, Query query) {
        var broadcast = broadcasts.get(query.one("id"));
        if (broadcast == null || broadcast.channel != channel) {
            throw ApiError.live(404, "liveBroadcastNotFound", "The broadcast specified was not found.");
        }
        return broadcast;
    }
}
