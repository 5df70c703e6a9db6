package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.standin.youtube.YouTubeServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the stand-in is strict: what YouTube would not take, it does not take either. */
class YouTubeServerTest {

    private static final Pattern REASON = Pattern.compile("\"reason\":\"([A-Za-z]+)\"");
    private static final String BROADCAST =
            "{\"snippet\":{\"title\":\"T\",\"scheduledStartTime\":\"2026-11-22T13:00:00Z\"},\"status\":{\"privacyStatus\":\"public\"}}";

    private final YouTubeFixture fixture = new YouTubeFixture();
    private final HttpClient client = HttpClient.newHttpClient();
    private String token = "";

    @BeforeEach
    void connect() {
        token = fixture.tokens(fixture.alice).access().reveal();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void takesPartsWithCommasAndRepeated() throws Exception {
        assertThat(post("/liveBroadcasts?part=snippet,status", BROADCAST)).isEqualTo("200");
        assertThat(post("/liveBroadcasts?part=snippet&part=status", BROADCAST)).isEqualTo("200");
    }

    @Test
    void takesBodiesThatAreZipped() throws Exception {
        var zipped = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(zipped)) {
            zip.write(BROADCAST.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(send(
                        request("/liveBroadcasts?part=snippet,status").header("Content-Encoding", "gzip"),
                        "POST",
                        BodyPublishers.ofByteArray(zipped.toByteArray())))
                .isEqualTo("200");
    }

    @Test
    void refusesWhatIsNotInTheContract() throws Exception {
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
    void refusesWrongMethodsPathsAndHeaders() throws Exception {
        assertThat(get("/liveBroadcasts/bind?part=id&id=1")).isEqualTo("405 httpMethodNotAllowed");
        assertThat(get("/liveBroadcast?part=id")).isEqualTo("404 notFound");
        assertThat(send(
                        HttpRequest.newBuilder(uri("/liveBroadcasts?part=snippet,status"))
                                .header("Authorization", "Bearer " + token),
                        "POST",
                        BodyPublishers.ofString(BROADCAST)))
                .isEqualTo("400 parseError");
        assertThat(send(HttpRequest.newBuilder(uri("/channels?part=id&mine=true")), "GET", BodyPublishers.noBody()))
                .isEqualTo("401 required");
    }

    @Test
    void refusesTokensThatDoNotStand() throws Exception {
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("200");
        fixture.server.expireTokens();
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("401 authError");
    }

    @Test
    void refusesScopesThatDoNotCoverTheMethod() throws Exception {
        // by the page alone, as our own client would give such a permission back
        var page = URI.create(fixture.youtube
                .authorizationPage(YouTubeFixture.REDIRECT, "state-0123456789", YouTubeFixture.challenge())
                .toString()
                .replace("auth%2Fyoutube&", "auth%2Fyoutube.readonly&"));
        var code = YouTubeFixture.query(fixture.server.allow(page, fixture.alice, Set.of()))
                .get("code");
        var form = "grant_type=authorization_code&code=" + code + "&redirect_uri=" + YouTubeFixture.REDIRECT
                + "&code_verifier=" + YouTubeFixture.VERIFIER.reveal() + "&client_id="
                + YouTubeServer.CLIENT_ID + "&client_secret="
                + YouTubeServer.CLIENT_SECRET;
        var answer = client.send(
                HttpRequest.newBuilder(fixture.server.token())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        token = answer.body().replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("200");
        assertThat(post("/liveBroadcasts?part=snippet,status", BROADCAST)).isEqualTo("403 insufficientPermissions");
    }

    @Test
    void countsUnitsAlsoForWhatItRefuses() throws Exception {
        var before = fixture.server.spent();
        get("/liveBroadcasts?part=shoes");
        post("/liveBroadcasts?part=snippet,status", BROADCAST);
        assertThat(fixture.server.spent() - before).isEqualTo(51);
        fixture.server.quota(fixture.server.spent());
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("403 quotaExceeded");
        fixture.time.skip(Duration.ofHours(20));
        token = fixture.tokens(fixture.alice).access().reveal();
        assertThat(get("/channels?part=id&mine=true")).isEqualTo("200");
    }

    @Test
    void isToldOfPublishersByNginx() throws Exception {
        var access = fixture.access();
        var opened = (Opening.Opened) fixture.youtube.open(fixture.plan("s-1"), access);
        var stream = fixture.server.streams().get(0);
        assertThat(callback("publish", "made-up")).isEqualTo("403");
        assertThat(callback("publish", opened.target().key().reveal())).isEqualTo("200");
        assertThat(state(stream)).isEqualTo("active");
        assertThat(callback("publish_done", opened.target().key().reveal())).isEqualTo("200");
        assertThat(state(stream)).isEqualTo("inactive");
    }

    private String state(String stream) {
        return YouTubeServer.text(fixture.server.stream(stream), "status.streamStatus");
    }

    private String callback(String call, String key) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(fixture.server.callbacks())
                        .header("Content-Type", "application/x-www-form-urlencoded"),
                "POST",
                BodyPublishers.ofString("app=live2&call=" + call + "&name=" + key));
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(request(path), "GET", BodyPublishers.noBody());
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        return send(request(path), "POST", BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private URI uri(String path) {
        return URI.create(fixture.server.api() + path);
    }

    /** The status, and the reason where there is one. */
    private String send(HttpRequest.Builder request, String method, BodyPublisher body)
            throws IOException, InterruptedException {
        var answer = client.send(request.method(method, body).build(), BodyHandlers.ofString());
        var reason = REASON.matcher(answer.body());
        return answer.statusCode() + (reason.find() ? " " + reason.group(1) : "");
    }
}
