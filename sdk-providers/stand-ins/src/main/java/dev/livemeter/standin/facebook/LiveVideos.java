package dev.livemeter.standin.facebook;

import dev.livemeter.standin.facebook.LiveVideo.Comment;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The live videos of all pages and people, what is written below them, and what may be done with them. Guarded by the server's lock. */
final class LiveVideos {

    /** Of the Graph API's own client. */
    private static final Set<String> CREATE = Set.of(
            "content_tags",
            "crossposting_actions",
            "custom_labels",
            "description",
            "enable_backup_ingest",
            "encoding_settings",
            "event_params",
            "fisheye_video_cropped",
            "front_z_rotation",
            "game_show",
            "is_audio_only",
            "is_spherical",
            "original_fov",
            "privacy",
            "projection",
            "published",
            "schedule_custom_profile_image",
            "spatial_audio_format",
            "status",
            "stereoscopic_mode",
            "stop_on_delete_stream",
            "stream_type",
            "targeting",
            "title");

    private static final Set<String> OF_PAGES =
            Set.of("crossposting_actions", "custom_labels", "game_show", "targeting");
    private static final Set<String> UPDATE = Set.of("end_live_video", "status", "title", "description", "privacy");
    private static final Set<String> STATUSES =
            Set.of("UNPUBLISHED", "LIVE_NOW", "SCHEDULED_UNPUBLISHED", "SCHEDULED_LIVE", "SCHEDULED_CANCELED");

    private final InstantSource clock;
    private final Map<String, LiveVideo> videos = new LinkedHashMap<>();
    private final Set<String> ineligible = new HashSet<>();
    private URI ingest = URI.create("rtmps://live-api-s.facebook.invalid:443/rtmp/");
    private boolean lists = true;
    private long number = 4_000_000;

    LiveVideos(InstantSource clock) {
        this.clock = clock;
    }

    void ingest(URI server) {
        ingest = server;
    }

    void lists(boolean yes) {
        lists = yes;
    }

    void refuse(String owner) {
        ineligible.add(owner);
    }

    /** All of them, in the order in which they were made. */
    List<String> ids() {
        return List.copyOf(videos.keySet());
    }

    void forget(String id) {
        videos.remove(id);
    }

    boolean receive(String key) {
        var found = byKey(key);
        if (found == null || found.isOver()) {
            return false;
        }
        found.receive(clock.instant());
        return true;
    }

    void lose(String key) {
        var found = byKey(key);
        if (found != null) {
            found.lose();
        }
    }

    void error(String video, int code, String type) {
        known(video)
                .errors
                .add(Json.createObjectBuilder()
                        .add("id", String.valueOf(++number))
                        .add("error_code", code)
                        .add("error_type", type)
                        .add("error_message", "Words of the platform's own.")
                        .build());
    }

    void says(String video, String comment, String author, String name, String text) {
        known(video).comments.add(new Comment(comment, author, name, text, clock.instant()));
    }

    private @Nullable LiveVideo byKey(String key) {
        var name = key.replaceFirst("\\?.*", "");
        return videos.values().stream()
                .filter(video -> video.key.replaceFirst("\\?.*", "").equals(name))
                .findFirst()
                .orElse(null);
    }

    LiveVideo known(String id) {
        var video = videos.get(id);
        if (video == null) {
            throw GraphError.gone(id);
        }
        return video;
    }

    JsonObject list(Question question) {
        question.allows(Set.of("broadcast_status", "source", "limit", "after"));
        if (!lists) {
            throw new GraphError(400, 100, 0, "(#100) Tried accessing nonexisting field (live_videos)");
        }
        question.requiresToCreate(question.id());
        var wanted = question.fields("live video", "id,title,status,secure_stream_url,stream_url");
        var data = Json.createArrayBuilder();
        var newest = new ArrayList<>(videos.values());
        Collections.reverse(newest);
        newest.stream()
                .filter(video -> video.owner.equals(question.id()))
                .limit(question.number("limit", 25))
                .forEach(video -> data.add(wanted.of(video.json(ingest.toString()))));
        return Json.createObjectBuilder().add("data", data).build();
    }

    JsonObject create(Question question) {
        question.allows(CREATE);
        var owner = question.id();
        question.requiresToCreate(owner);
        if (question.token().page() == null) {
            OF_PAGES.stream()
                    .filter(question.parameters()::containsKey)
                    .findFirst()
                    .ifPresent(name -> {
                        throw GraphError.parameter("The parameter " + name + " is for pages.");
                    });
        }
        if (ineligible.contains(owner)) {
            throw GraphError.permission("The account or page does not meet the requirements to go live.");
        }
        if (!STATUSES.contains(question.text("status", "LIVE_NOW"))) {
            throw GraphError.parameter("Param status must be one of {" + String.join(", ", STATUSES) + "}");
        }
        if (question.text("title", "").codePoints().count() > 254) {
            throw GraphError.parameter("Param title must be at most 254 characters.");
        }
        if (!Set.of("true", "false").contains(question.text("stop_on_delete_stream", "true"))) {
            throw GraphError.parameter("Param stop_on_delete_stream must be a boolean.");
        }
        var id = String.valueOf(++number);
        var key = "FB-" + id + "-0-Ab" + number * 7919 % 1_000_003
                + "?s_bl=1&s_oil=2&s_prp=cln1-1&s_sw=0&s_tids=1&s_vt=api-s&a=Abw" + number;
        var video = new LiveVideo(id, owner, question.name(), key, question.parameters(), clock.instant());
        video.labels = labelsOf(question.text("custom_labels", "[]"));
        video.privacy = privacyOf(question.text("privacy", ""));
        videos.put(id, video);
        return Json.createObjectBuilder()
                .add("id", id)
                .add("stream_url", ingest + key)
                .add("secure_stream_url", ingest + key)
                .add("stream_secondary_urls", Json.createArrayBuilder())
                .add("secure_stream_secondary_urls", Json.createArrayBuilder())
                .build();
    }

    private static List<String> labelsOf(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readArray().getValuesAs(JsonString.class).stream()
                    .map(JsonString::getString)
                    .toList();
        } catch (JsonException | ClassCastException e) {
            throw GraphError.parameter("Param custom_labels must be an array.");
        }
    }

    private static String privacyOf(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try (var reader = Json.createReader(new StringReader(text))) {
            var value = reader.readObject().getString("value", "");
            if (Set.of("EVERYONE", "ALL_FRIENDS", "FRIENDS_OF_FRIENDS", "CUSTOM", "SELF")
                    .contains(value)) {
                return value;
            }
        } catch (JsonException e) {
            // refused below
        }
        throw GraphError.parameter("Param privacy is not one that there is.");
    }

    /** A live video that the token may see: its own, and as a person those of one's pages not. */
    private LiveVideo readable(Question question) {
        var video = videos.get(question.id());
        if (video == null || !video.owner.equals(question.token().owner())) {
            throw GraphError.gone(question.id());
        }
        return video;
    }

    JsonObject node(Question question) {
        return question.fields("live video", "id,title,status,secure_stream_url,stream_url,embed_html")
                .of(readable(question).json(ingest.toString()));
    }

    void delete(Question question) {
        question.allows(Set.of());
        question.requiresToCreate(readable(question).owner);
        videos.remove(question.id());
    }

    JsonObject update(Question question) {
        question.allows(UPDATE);
        var video = readable(question);
        question.requiresToCreate(video.owner);
        video.title = question.text("title", video.title);
        video.description = question.text("description", video.description);
        if ("true".equals(question.parameters().get("end_live_video")) && !video.isOver()) {
            video.end();
        }
        return Json.createObjectBuilder().add("id", question.id()).build();
    }

    JsonObject comments(Question question) {
        question.allows(Set.of("filter", "live_filter", "order", "since", "limit", "after"));
        var video = readable(question);
        if (question.token().page() != null) {
            question.requires("pages_read_engagement", "pages_read_user_content");
        }
        question.oneOf("filter", Set.of("stream", "toplevel"));
        question.oneOf("live_filter", Set.of("filter_low_quality", "no_filter"));
        question.oneOf("order", Set.of("chronological", "reverse_chronological"));
        var wanted = question.fields("comment", "id,created_time,from,message");
        var all = new ArrayList<>(video.comments);
        if ("reverse_chronological".equals(question.parameters().get("order"))) {
            Collections.reverse(all);
        }
        var data = Json.createArrayBuilder();
        all.stream().limit(question.number("limit", 25)).forEach(comment -> data.add(wanted.of(comment.json())));
        return Json.createObjectBuilder().add("data", data).build();
    }

    JsonObject comment(Question question) {
        question.allows(Set.of("message"));
        var video = readable(question);
        if (question.token().page() != null) {
            question.requires("pages_manage_engagement");
        }
        var message = question.text("message", "");
        if (message.isEmpty() || message.codePointCount(0, message.length()) > 8000) {
            throw GraphError.parameter("Param message must be 1 to 8000 characters.");
        }
        var comment = question.id() + "_" + ++number;
        video.comments.add(new Comment(comment, question.token().owner(), question.name(), message, clock.instant()));
        return Json.createObjectBuilder().add("id", comment).build();
    }
}
