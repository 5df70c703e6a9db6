package dev.livemeter.platforms.facebook;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Call.Need;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.secret.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The requests to the Graph API that Livemeter makes. */
final class Graph {

    private static final Pattern ID = Pattern.compile("[0-9]{1,40}");
    private static final String FIELDS = "fields";
    private static final String LABELS = "video{custom_labels}";

    private final FacebookSettings settings;
    private final Endpoint api;

    Graph(FacebookSettings settings) {
        this.settings = settings;
        this.api = new Endpoint(settings.versionedApi());
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** A token that lasts some 60 days for one that lasts some hours. */
    Call extend(Secret token) {
        return Call.form(
                "oauth.extend",
                api.at("/oauth/access_token", Map.of()),
                Map.of(
                        "grant_type",
                        "fb_exchange_token",
                        "client_id",
                        settings.appId(),
                        "client_secret",
                        settings.appSecret().reveal(),
                        "fb_exchange_token",
                        token.reveal()));
    }

    /** What the application speaks for itself with. */
    Secret appToken() {
        return Secret.of(settings.appId() + "|" + settings.appSecret().reveal());
    }

    /** What Facebook knows of a token; asked with the {@link #appToken}. */
    Call inspect(Secret token) {
        return Call.get("debug_token", api.at("/debug_token", Map.of("input_token", token.reveal())));
    }

    Call me() {
        return Call.get("me", api.at("/me", Map.of(FIELDS, "id,name")));
    }

    /** The pages that the person manages and allowed; {@code after} empty for the first of them. */
    Call pages(String after) {
        var query = new LinkedHashMap<>(Map.of(FIELDS, "id,name,access_token,tasks", "limit", "100"));
        if (!after.isEmpty()) {
            query.put("after", after);
        }
        return Call.get("me.accounts", api.at("/me/accounts", query));
    }

    Call pageToken(String page) {
        return Call.get("page.token", api.at("/" + page, Map.of(FIELDS, "access_token")));
    }

    Call withdraw() {
        return Call.delete("me.permissions.delete", api.at("/me/permissions", Map.of()));
    }

    /** The newest live videos of a page, with the labels that nobody but its managers sees. */
    Call liveVideos(String owner) {
        return Call.get(
                "live_videos.list",
                api.at(
                        "/" + owner + "/live_videos",
                        Map.of(FIELDS, "id,status,secure_stream_url,permalink_url," + LABELS, "limit", "25")));
    }

    /**
     * A live video that people see as soon as Facebook gets the stream.
     *
     * @param label empty where it can have none
     */
    Call create(String owner, BroadcastPlan plan, String label) {
        var details = plan.details();
        var form = new LinkedHashMap<String, String>();
        form.put("status", "LIVE_NOW");
        form.put("title", details.title());
        form.put("description", details.description());
        // Else it is over with the first break of the stream.
        form.put("stop_on_delete_stream", "false");
        if (label.isEmpty()) {
            form.put(
                    "privacy",
                    Json.object()
                            .add("value", details.privacy() == Privacy.PUBLIC ? "EVERYONE" : "SELF")
                            .build()
                            .toString());
        } else {
            form.put("custom_labels", Json.array(List.of(label)).toString());
        }
        return Call.form("live_videos.create", api.at("/" + owner + "/live_videos", Map.of()), form);
    }

    Call look(String liveVideo) {
        return liveVideo(
                liveVideo,
                "status,live_views,broadcast_start_time,ingest_streams{is_master,stream_health},errors{error_code,error_type}");
    }

    Call status(String liveVideo) {
        return liveVideo(liveVideo, "status,broadcast_start_time");
    }

    Call page(String liveVideo) {
        return liveVideo(liveVideo, "permalink_url");
    }

    Call recording(String liveVideo) {
        return liveVideo(liveVideo, "status,permalink_url,video{permalink_url}");
    }

    private Call liveVideo(String id, String fields) {
        return Call.get("live_video", api.at("/" + id, Map.of(FIELDS, fields))).with(Need.ROUTINE);
    }

    Call end(String liveVideo) {
        return Call.form("live_video.end", api.at("/" + liveVideo, Map.of()), Map.of("end_live_video", "true"))
                .asRepeatable();
    }

    Call delete(String liveVideo) {
        return Call.delete("live_video.delete", api.at("/" + liveVideo, Map.of()));
    }
}
