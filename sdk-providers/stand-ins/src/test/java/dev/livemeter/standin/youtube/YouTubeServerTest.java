package dev.livemeter.standin.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the stand-in is strict: what YouTube would not take, it does not take either. */
class YouTubeServerTest {

    private static final String BROADCAST =
            "{\"snippet\":{\"title\":\"T\",\"scheduledStartTime\":\"2026-11-22T13:00:00Z\"},\"status\":{\"privacyStatus\":\"public\"}}";

    private final YouTubeTestBed bed = new YouTubeTestBed();

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void takesPartsWithCommasAndRepeated() {
        assertThat(post("/liveBroadcasts?part=snippet,status", BROADCAST)).isEqualTo("200");
        assertThat(post("/liveBroadcasts?part=snippet&part=status", BROADCAST)).isEqualTo("200");
    }

    @Test
    void takesBodiesThatAreZipped() throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(zipped)) {
            zip.write(BROADCAST.getBytes(StandardCharsets.UTF_8));
        }
        var zippedRequest = bed.request("/liveBroadcasts?part=snippet,status").header("Content-Encoding", "gzip");
        assertThat(YouTubeTestBed.outcome(bed.send(zippedRequest, BodyPublishers.ofByteArray(zipped.toByteArray()))))
                .isEqualTo("200");
    }

    @Test
    void refusesWhatIsNotInTheContract() {
        assertThat(post("/liveBroadcasts?part=snippet,status&shoe=1", BROADCAST))
                .isEqualTo("400 badRequest");
        assertThat(post("/liveBroadcasts?part=snippet,shoes", BROADCAST)).isEqualTo("400 unknownPart");
        assertThat(post("/liveBroadcasts", BROADCAST)).isEqualTo("400 missingRequiredParameter");
        assertThat(post("/liveBroadcasts?part=snippet", BROADCAST)).isEqualTo("400 unexpectedPart");
        assertThat(post("/liveBroadcasts?part=snippet,status", "{\"snippet\":{\"tittle\":\"T\"}}"))
                .isEqualTo("400 invalid");
        assertThat(post("/liveBroadcasts?part=snippet,status", BROADCAST.replace("public", "secret")))
                .isEqualTo("400 invalidPrivacyStatus");
        assertThat(post("/liveBroadcasts?part=snippet,status", BROADCAST.replace("2026", "2025")))
                .isEqualTo("400 invalidScheduledStartTime");
        assertThat(post("/liveBroadcasts?part=snippet,status", "{")).isEqualTo("400 parseError");
        assertThat(get("/liveBroadcasts?part=id&mine=true&broadcastStatus=all"))
                .isEqualTo("400 incompatibleParameters");
        assertThat(get("/liveBroadcasts?part=id&broadcastStatus=running")).isEqualTo("400 invalidParameter");
        assertThat(get("/liveBroadcasts?part=id&mine=true&maxResults=51")).isEqualTo("400 invalidParameter");
    }

    @Test
    void refusesWrongMethodsPathsAndHeaders() {
        assertThat(get("/liveBroadcasts/bind?part=id&id=1")).isEqualTo("405 httpMethodNotAllowed");
        assertThat(get("/liveBroadcast?part=id")).isEqualTo("404 notFound");
        var untyped = HttpRequest.newBuilder(bed.uri("/liveBroadcasts?part=snippet,status"))
                .header("Authorization", "Bearer " + bed.token);
        assertThat(YouTubeTestBed.outcome(bed.send(untyped, BodyPublishers.ofString(BROADCAST))))
                .isEqualTo("400 parseError");
        assertThat(YouTubeTestBed.outcome(bed.browser.get(bed.uri("/channels?part=id&mine=true"))))
                .isEqualTo("401 required");
    }

    @Test
    void refusesTokensThatDoNotStand() {
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("200");
        bed.server.expireTokens();
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("401 authError");
    }

    @Test
    void refusesScopesThatDoNotCoverTheMethod() {
        bed.token = bed.server.token(bed.alice, Set.of(YouTubeTestBed.READONLY));
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("200");
        assertThat(post("/liveBroadcasts?part=snippet,status", BROADCAST)).isEqualTo("403 insufficientPermissions");
    }

    @Test
    void countsUnitsAlsoForWhatItRefuses() {
        var before = bed.server.spent();
        get("/liveBroadcasts?part=shoes");
        post("/liveBroadcasts?part=snippet,status", BROADCAST);
        assertThat(bed.server.spent() - before).isEqualTo(51);
        bed.server.quota(bed.server.spent());
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("403 quotaExceeded");
        bed.now = bed.now.plus(Duration.ofHours(20));
        bed.token = bed.server.token(bed.alice, Set.of(YouTubeTestBed.YOUTUBE));
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("200");
    }

    @Test
    void isToldOfPublishersByNginx() {
        bed.server.announce(bed.alice, "Chess");
        var stream = bed.server.streams().get(0);
        var key = bed.server.stream(stream, "cdn.ingestionInfo.streamName");
        assertThat(callback("publish", "made-up", "1")).isEqualTo(403);
        assertThat(callback("publish_done", "made-up", "1")).isEqualTo(200);
        assertThat(callback("publish", key, "2")).isEqualTo(200);
        assertThat(bed.server.stream(stream, "status.streamStatus")).isEqualTo("active");
        // nginx asks about a second publisher too, takes it not, and tells that it is gone
        assertThat(callback("publish", key, "3")).isEqualTo(200);
        assertThat(callback("publish_done", key, "3")).isEqualTo(200);
        assertThat(bed.server.stream(stream, "status.streamStatus")).isEqualTo("active");
        assertThat(callback("publish_done", key, "2")).isEqualTo(200);
        assertThat(bed.server.stream(stream, "status.streamStatus")).isEqualTo("inactive");
        assertThat(callback("update", key, "2")).isEqualTo(400);
    }

    private int callback(String call, String key, String client) {
        return bed.browser
                .post(
                        bed.server.callbacks(),
                        Map.of("app", "live2", "call", call, "name", key, "clientid", client, "type", "live"))
                .statusCode();
    }

    private String get(String path) {
        return YouTubeTestBed.outcome(bed.get(path));
    }

    private String post(String path, String body) {
        return YouTubeTestBed.outcome(bed.post(path, body));
    }
}
