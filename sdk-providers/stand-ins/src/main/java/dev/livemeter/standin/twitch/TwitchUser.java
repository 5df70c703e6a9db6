package dev.livemeter.standin.twitch;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody with a channel. Its server's lock guards it. */
final class TwitchUser {

    final String id;
    final String login;
    final String name;
    final ChatRoom chat;
    final List<Video> videos = new ArrayList<>();
    String streamKey;
    String publishing = "";
    String title = "";
    String game = "";
    boolean keepsVideos = true;
    int viewers;

    @Nullable
    Stream stream;

    TwitchUser(String id, String login, String name, ChatRoom chat) {
        this.id = id;
        this.login = login;
        this.name = name;
        this.chat = chat;
        this.streamKey = "live_" + id + "_keyof" + login;
    }

    /** What is shown at the moment. */
    record Stream(String id, Instant since) {

        JsonObject json(TwitchUser user, String gameName) {
            return Json.createObjectBuilder()
                    .add("id", id)
                    .add("user_id", user.id)
                    .add("user_login", user.login)
                    .add("user_name", user.name)
                    .add("game_id", user.game)
                    .add("game_name", gameName)
                    .add("type", "live")
                    .add("title", user.title)
                    .add("tags", Json.createArrayBuilder())
                    .add("tag_ids", Json.createArrayBuilder())
                    .add("viewer_count", user.viewers)
                    .add("started_at", since.truncatedTo(ChronoUnit.SECONDS).toString())
                    .add("language", "en")
                    .add("thumbnail_url", "https://static-cdn.jtvnw.net/live_user-{width}x{height}.jpg")
                    .add("is_mature", false)
                    .build();
        }
    }

    /**
     * What is kept of a stream.
     *
     * @param page where it is shown
     */
    record Video(String id, String stream, String title, Instant since, String page) {

        JsonObject json(TwitchUser user) {
            var moment = since.truncatedTo(ChronoUnit.SECONDS).toString();
            return Json.createObjectBuilder()
                    .add("id", id)
                    .add("stream_id", stream)
                    .add("user_id", user.id)
                    .add("user_login", user.login)
                    .add("user_name", user.name)
                    .add("title", title)
                    .add("description", "")
                    .add("created_at", moment)
                    .add("published_at", moment)
                    .add("url", page)
                    .add("thumbnail_url", "")
                    .add("viewable", "public")
                    .add("view_count", 0)
                    .add("language", "en")
                    .add("type", "archive")
                    .add("duration", "1m2s")
                    .addNull("muted_segments")
                    .build();
        }
    }
}
