package dev.livemeter.standin.facebook;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What of a node is wanted: {@code a,b{c,d}}. What was not asked for is not told, and what there is not is refused.
 *
 * @param wanted each with what of it is wanted; without fields where all of it is
 */
record Fields(Map<String, Fields> wanted) {

    /** What the Graph API's reference and client know of each kind of node that is here. */
    private static final Map<String, Set<String>> KNOWN = Map.of(
            "live video",
            Set.of(
                    "id",
                    "ad_break_config",
                    "ad_break_failure_reason",
                    "broadcast_start_time",
                    "copyright",
                    "creation_time",
                    "dash_ingest_url",
                    "dash_preview_url",
                    "description",
                    "embed_html",
                    "errors",
                    "from",
                    "ingest_streams",
                    "is_manual_mode",
                    "is_reference_only",
                    "live_views",
                    "permalink_url",
                    "planned_start_time",
                    "recommended_encoder_settings",
                    "seconds_left",
                    "secure_stream_url",
                    "status",
                    "stream_url",
                    "targeting",
                    "title",
                    "total_views",
                    "video"),
            "video",
            Set.of("id", "custom_labels", "permalink_url", "title", "description", "status", "length"),
            "ingest_streams",
            Set.of("id", "is_master", "secure_stream_url", "stream_health", "stream_id", "stream_url"),
            "stream_health",
            Set.of(
                    "video_bitrate",
                    "video_framerate",
                    "video_gop_size",
                    "video_height",
                    "video_width",
                    "audio_bitrate"),
            "errors",
            Set.of("id", "creation_time", "error_code", "error_message", "error_type"),
            "comment",
            Set.of(
                    "id",
                    "admin_creator",
                    "application",
                    "attachment",
                    "can_comment",
                    "can_hide",
                    "can_like",
                    "can_remove",
                    "can_reply_privately",
                    "comment_count",
                    "created_time",
                    "from",
                    "is_hidden",
                    "is_private",
                    "like_count",
                    "live_broadcast_timestamp",
                    "message",
                    "message_tags",
                    "object",
                    "parent",
                    "permalink_url",
                    "private_reply_conversation",
                    "user_likes"),
            "from",
            Set.of("id", "name"),
            "user",
            Set.of("id", "name", "first_name", "last_name"),
            "page",
            Set.of("id", "name", "access_token", "tasks", "category", "link"));

    /** Reads them for a kind of node; {@code usual} where none are asked for. */
    static Fields read(String kind, String text, String usual) {
        var reader = new Reader(text.isEmpty() ? usual : text);
        var fields = reader.list(kind);
        if (reader.at < reader.text.length()) {
            throw GraphError.parameter("Syntax error at character " + reader.at + ": " + text);
        }
        return fields;
    }

    /** What is wanted of a node, and its id. */
    JsonObject of(JsonObject node) {
        var told = Json.createObjectBuilder();
        wanted.forEach((name, inner) -> {
            if (node.containsKey(name)) {
                told.add(name, inner.within(node.get(name)));
            }
        });
        if (!wanted.containsKey("id") && node.containsKey("id")) {
            told.add("id", node.get("id"));
        }
        return told.build();
    }

    private JsonValue within(JsonValue value) {
        if (wanted.isEmpty()) {
            return value;
        }
        if (value instanceof JsonArray array) {
            var several = Json.createArrayBuilder();
            array.forEach(one -> several.add(of(one.asJsonObject())));
            return several.build();
        }
        var object = value.asJsonObject();
        return object.get("data") instanceof JsonArray edge
                ? Json.createObjectBuilder().add("data", within(edge)).build()
                : of(object);
    }

    private static final class Reader {
        private final String text;
        private int at;

        private Reader(String text) {
            this.text = text;
        }

        private Fields list(String kind) {
            var fields = new LinkedHashMap<String, Fields>();
            do {
                var start = at;
                while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                    at++;
                }
                var name = text.substring(start, at);
                if (!KNOWN.getOrDefault(kind, Set.of()).contains(name)) {
                    throw GraphError.parameter(
                            "Tried accessing nonexisting field (" + name + ") on node type (" + kind + ")");
                }
                fields.put(name, is('{') ? inner(name) : new Fields(Map.of()));
            } while (takes(','));
            return new Fields(fields);
        }

        private Fields inner(String kind) {
            at++;
            var fields = list(kind);
            if (!takes('}')) {
                throw GraphError.parameter("Syntax error: there is no } for the { of " + kind + ".");
            }
            return fields;
        }

        private boolean is(char wanted) {
            return at < text.length() && text.charAt(at) == wanted;
        }

        private boolean takes(char wanted) {
            if (is(wanted)) {
                at++;
                return true;
            }
            return false;
        }
    }
}
