package dev.livemeter.standin.facebook;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facebook's dialog for people, what nginx tells, and what is refused before anything is done. */
class FacebookServerTest {

    private static final String BACK = "https://host.example/connected";

    private final FacebookServer server = FacebookServer.start(InstantSource.system());
    private final Person alice = server.person("1001", "Alice <b>");
    private final HttpClient client = HttpClient.newHttpClient();

    FacebookServerTest() {
        alice.page("5001", "Chess & tea");
        alice.page("5002", "A band");
        server.redirect(URI.create(BACK));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String query(String scope) {
        return "response_type=code&client_id=" + FacebookServer.APP_ID + "&redirect_uri=" + encoded(BACK) + "&scope="
                + scope + "&state=state-0123456789";
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

    private String location(String answer) throws IOException, InterruptedException {
        var chosen = post("/v24.0/dialog/oauth", "request=" + encoded(query("pages_show_list")) + "&" + answer);
        assertThat(chosen.statusCode()).isEqualTo(303);
        return chosen.headers().firstValue("Location").orElseThrow();
    }

    private String pages(String location) throws IOException, InterruptedException {
        var code = location.replaceAll(".*[?&]code=([^&]*).*", "$1");
        var token = post(
                        "/v24.0/oauth/access_token",
                        "client_id=" + FacebookServer.APP_ID + "&client_secret=" + FacebookServer.APP_SECRET
                                + "&redirect_uri=" + encoded(BACK) + "&code=" + code)
                .body()
                .replaceAll(".*\"access_token\":\"([^\"]*)\".*", "$1");
        var tokens = new Tokens(InstantSource.system(), FacebookServer.APP_ID, FacebookServer.APP_SECRET);
        return get("/v24.0/me/accounts?fields=id&access_token=" + token + "&appsecret_proof=" + tokens.proof(token))
                .body();
    }

    @Test
    void aPersonChoosesAllPagesOrOne() throws Exception {
        var page = get("/v24.0/dialog/oauth?" + query("pages_show_list"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("Stand-in for Facebook. Not Facebook.")
                .contains("Alice &lt;b&gt;, and all pages")
                .contains("and the page Chess &amp; tea")
                .doesNotContain("<b>,");

        var all = location("answer=allow&account=1001");
        assertThat(all).startsWith(BACK + "?code=").endsWith("&state=state-0123456789");
        assertThat(pages(all)).contains("5001", "5002");
        assertThat(pages(location("answer=allow&account=1001+5002")))
                .contains("5002")
                .doesNotContain("5001");
    }

    @Test
    void aPersonSaysNo() throws Exception {
        assertThat(location("answer=deny"))
                .startsWith(BACK + "?error=access_denied&state=state-0123456789&error_reason=user_denied");
    }

    @ParameterizedTest
    @CsvSource({
        "pages_show_list&prompt=consent",
        "pages_show_everything",
        "pages_show_list&redirect_uri=https%3A%2F%2Felsewhere.example"
    })
    void whatTheDialogDoesNotHaveIsRefused(String scope) throws Exception {
        var query = scope.contains("redirect_uri")
                ? query("pages_show_list").replace(encoded(BACK), encoded("https://elsewhere.example"))
                : query(scope);
        var page = get("/v24.0/dialog/oauth?" + query);
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("This does not work");
    }

    @Test
    void nginxTellsWhatComes() throws Exception {
        assertThat(post("/ingest", "call=publish&name=FB-1-0-none&clientid=1").statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "/v23.0/me, 400, 2635",
        "/v24.0/me/friends, 404, 2500",
        "/v24.0/me, 400, 104",
        "/v24.0/me?access_token=EAA, 400, 190",
        "/v24.0/debug_token?input_token=x&access_token=y, 400, 100"
    })
    void requestsThatCouldNotBeMeantAreRefused(String path, int status, int code) throws Exception {
        var answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":" + code);
    }
}
