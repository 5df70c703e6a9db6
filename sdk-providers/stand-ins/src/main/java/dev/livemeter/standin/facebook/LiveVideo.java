package dev.livemeter.standin.facebook;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A live video. Guarded by its server's lock. */
final class LiveVideo {

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);

    final String id;
    final String owner;
    final String ownerName;
    final String key;
    final Instant created;
    final List<JsonObject> errors = new ArrayList<>();
    final List<Comment> comments = new ArrayList<>();
    String title;
    String description;
    List<String> labels = List.of();
    String privacy = "";
    String status;
    long viewers;
    long videoBits;
    long audioBits;
    boolean receives;

    @Nullable
    Instant begun;

    LiveVideo(String id, String owner, String ownerName, String key, Map<String, String> form, Instant created) {
        this.id = id;
        this.owner = owner;
        this.ownerName = ownerName;
        this.key = key;
        this.created = created;
        this.title = form.getOrDefault("title", "");
        this.description = form.getOrDefault("description", "");
        this.status = form.getOrDefault("status", "LIVE_NOW");
    }

    /** What somebody wrote beside it. */
    static final class Comment {
        final String id;
        final String author;
        final String name;
        final String text;
        final Instant at;
        boolean hidden;

        Comment(String id, String author, String name, String text, Instant at) {
            this.id = id;
            this.author = author;
            this.name = name;
            this.text = text;
            this.at = at;
        }

        JsonObject json() {
            return Json.createObjectBuilder()
                    .add("id", id)
                    .add("from", Json.createObjectBuilder().add("id", author).add("name", name))
                    .add("message", text)
                    .add("created_time", MOMENT.format(at))
                    .add("is_hidden", hidden)
                    .build();
        }
    }

    boolean isOver() {
        return status.equals("LIVE_STOPPED") || status.equals("PROCESSING") || status.equals("VOD");
    }

    void receive(Instant now) {
        receives = true;
        videoBits = 2_500_000;
        audioBits = 128_000;
        if (status.equals("LIVE_NOW")) {
            status = "LIVE";
            begun = now;
        }
    }

    void lose() {
        receives = false;
        videoBits = 0;
        audioBits = 0;
    }

    void end() {
        status = begun == null ? "LIVE_STOPPED" : "PROCESSING";
    }

    String page() {
        return "/" + owner + "/videos/" + video() + "/";
    }

    private String video() {
        return "7" + id;
    }

    JsonObject json(String ingest) {
        var labelled = Json.createArrayBuilder();
        labels.forEach(labelled::add);
        var video = Json.createObjectBuilder().add("id", video()).add("permalink_url", page());
        if (!labels.isEmpty()) {
            video.add("custom_labels", labelled);
        }
        var stream = Json.createObjectBuilder()
                .add("id", "8" + id)
                .add("stream_id", "0")
                .add("is_master", true)
                .add("secure_stream_url", ingest + key);
        if (begun != null) {
            stream.add(
                    "stream_health",
                    Json.createObjectBuilder()
                            .add("video_bitrate", videoBits)
                            .add("video_framerate", 30)
                            .add("video_gop_size", 2000)
                            .add("video_height", 720)
                            .add("video_width", 1280)
                            .add("audio_bitrate", audioBits));
        }
        var json = Json.createObjectBuilder()
                .add("id", id)
                .add("status", status)
                .add("title", title)
                .add("description", description)
                .add("creation_time", MOMENT.format(created))
                .add("secure_stream_url", ingest + key)
                .add("stream_url", ingest + key)
                .add("permalink_url", page())
                .add("live_views", viewers)
                .add("from", Json.createObjectBuilder().add("id", owner).add("name", ownerName))
                .add("video", video)
                .add("ingest_streams", Json.createArrayBuilder().add(stream));
        if (begun != null) {
            json.add("broadcast_start_time", MOMENT.format(begun));
        }
        if (!errors.isEmpty()) {
            var several = Json.createArrayBuilder();
            errors.forEach(several::add);
            json.add("errors", Json.createObjectBuilder().add("data", several));
        }
        return json.build();
    }
}
