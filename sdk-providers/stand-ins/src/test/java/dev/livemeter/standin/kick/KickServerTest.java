package dev.livemeter.standin.kick;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Kick's page for people, what nginx tells, and what is refused. */
class KickServerTest {

    private static final String BACK = "https://host.example/connected";

    private final KickServer server = KickServer.start(InstantSource.system());
    private final KickServer.Channel alice = server.channel(123456, "Alice", "alice_plays");
    private final HttpClient client = HttpClient.newHttpClient();

    KickServerTest() {
        server.redirect(URI.create(BACK));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String query(String scope) {
        return "response_type=code&client_id=" + KickServer.CLIENT_ID + "&redirect_uri=" + encoded(BACK) + "&scope="
                + scope + "&state=state-0123456789&code_challenge_method=S256&code_challenge=" + "x".repeat(43);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.root() + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.root() + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aPersonAllowsItOrNot() throws Exception {
        var page = get("/oauth/authorize?" + query("user:read"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Stand-in for Kick. Not Kick.", "Alice");

        var request = "request=" + encoded(query("user:read")) + "&answer=";
        assertThat(post("/oauth/authorize", request + "allow&account=123456")
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .startsWith(BACK + "?code=")
                .endsWith("&state=state-0123456789");
        assertThat(post("/oauth/authorize", request + "deny")
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .isEqualTo(BACK + "?error=access_denied&state=state-0123456789");
        assertThat(get("/oauth/authorize?" + query("user:everything")).statusCode())
                .isEqualTo(400);
        assertThat(get("/oauth/authorize?" + query("user:read").replace("S256", "plain"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void nginxTellsWhatComesAndGoes() throws Exception {
        assertThat(post("/ingest", "call=publish&clientid=1&name=" + alice.key())
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/ingest", "call=publish&clientid=2&name=another").statusCode())
                .isEqualTo(403);
        assertThat(post("/ingest", "call=publish_done&clientid=1&name=" + alice.key())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void withoutATokenNothingIsTold() throws Exception {
        for (var path : new String[] {"/public/v1/users", "/public/v1/channels", "/public/v2/categories"}) {
            assertThat(get(path).statusCode()).isEqualTo(401);
        }
        assertThat(get("/public/v1/livestreams").statusCode()).isEqualTo(404);
    }
}
