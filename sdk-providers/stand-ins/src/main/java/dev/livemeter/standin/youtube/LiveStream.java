package dev.livemeter.standin.youtube;

import static dev.livemeter.standin.youtube.Resources.copy;
import static dev.livemeter.standin.youtube.Resources.part;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place that media are sent to by a key. Its server's lock guards it. */
final class LiveStream {

    final String id;
    final String key;
    final Channel channel;
    final boolean reusable;
    private final JsonObject body;
    String state = "ready";
    String health = "noData";
    List<JsonObject> issues = List.of();

    /** Where a platform takes media; {@code tls} null for one without RTMPS. */
    record Ingest(URI plain, @Nullable URI tls) {}

    LiveStream(String id, String key, Channel channel, JsonObject body) {
        this.id = id;
        this.key = key;
        this.channel = channel;
        this.body = body;
        this.reusable = Contract.at(body, "contentDetails.isReusable") == JsonValue.TRUE;
    }

    JsonObject json(List<String> parts, Ingest ingest) {
        var info = Json.createObjectBuilder()
                .add("streamName", key)
                .add("ingestionAddress", ingest.plain().toString())
                .add("backupIngestionAddress", ingest.plain() + "?backup=1");
        var tls = ingest.tls();
        if (tls != null) {
            info.add("rtmpsIngestionAddress", tls.toString()).add("rtmpsBackupIngestionAddress", tls + "?backup=1");
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
