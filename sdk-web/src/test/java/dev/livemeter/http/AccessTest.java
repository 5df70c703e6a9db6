package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and with what kind of request. */
class AccessTest {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void healthNeedsNobody() {
        assertThat(host.get("", "/health").with(200).getString("status")).isEqualTo("up");
        assertThat(host.send("", "DELETE", "/health", "", Map.of()).problem(405, "request.wrong_method"))
                .isEqualTo("This address does not take that method; it takes GET, HEAD.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/status", "/wallet", "/destinations", "/sessions", "/events", "/nothing"})
    void everythingElseNeedsSomebody(String path) {
        var answer = host.get("", path);
        assertThat(answer.problem(401, "auth.required")).isEqualTo("Nobody is signed in; sign in and ask again.");
        assertThat(answer.response().headers()).containsKey("WWW-Authenticate");
    }

    @Test
    void withoutAuthenticatorNobodyComesInAndIsToldWhy() {
        try (var api = LivemeterApi.builder(host.live).build()) {
            var request = new WebRequest("GET", "/status", Map.of(), Map.of(), WebBody.EMPTY, "192.0.2.7");
            assertThat(new Host.Answer(api.handle(request)).problem(401, "auth.no_authenticator"))
                    .contains("WebServer.builder(live).authenticator(...)");
        }
    }

    @Test
    void aFailingAuthenticatorTellsNothing() {
        try (var broken = new Host(
                InMemoryStorage.create(),
                api -> api.authenticator(request -> {
                    throw new IllegalStateException("jdbc:secret");
                }))) {
            var answer = broken.get("alice", "/status");
            assertThat(answer.problem(500, "internal")).doesNotContain("secret");
            assertThat(answer.json().getString("incident")).hasSize(26);
        }
    }

    @Test
    void onlyAnAdministratorNamesAnotherUser() {
        host.aliceLive("10.00");
        assertThat(host.get("root", "/status?user=alice").with(200).getJsonArray("sessions"))
                .hasSize(1);
        assertThat(host.get("alice", "/status?user=alice").with(200).getString("user"))
                .isEqualTo("alice");
        assertThat(host.get("bob", "/status?user=alice").problem(403, "auth.other_user"))
                .isEqualTo("Only administrators may name another user; leave the parameter 'user' out.");
        assertThat(host.get("bob", "/status?user=nobody").problem(403, "auth.other_user"))
                .as("the same for a user who does not exist")
                .startsWith("Only administrators");
        host.get("root", "/status?user=no%body").problem(422, "user.malformed");
    }

    @Test
    void whoHasNoRoleChangesNothing() {
        host.get("guest", "/status").with(200);
        assertThat(host.write("guest", "POST", "/stream-keys", "").problem(403, "auth.role"))
                .isEqualTo("Only broadcasters and administrators may change something here.");
    }

    @ParameterizedTest
    @CsvSource({"GET,/nothing", "GET,/status/", "GET,/destinations//", "GET,/", "POST,/sessions/abc/other"})
    void unknownPaths(String method, String path) {
        host.write("alice", method, path, "{}").problem(404, "request.unknown_path");
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE,/status,'GET, HEAD'",
        "PUT,/destinations,'GET, HEAD, POST'",
        "GET,/sessions/abcdefgh/stop,POST",
        "OPTIONS,/stream-keys/x,DELETE"
    })
    void wrongMethodsNameTheRightOnes(String method, String path, String allowed) {
        var answer = host.write("alice", method, path, "");
        assertThat(answer.problem(405, "request.wrong_method")).endsWith("it takes " + allowed + ".");
        assertThat(answer.response().headers()).containsEntry("Allow", allowed);
    }

    @Test
    void headAnswersLikeGet() {
        assertThat(host.send("alice", "HEAD", "/wallet", "", Map.of()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"})
    void writesAreJson(String type) {
        var answer = host.send("alice", "POST", "/stream-keys", "{}", Map.of("Content-Type", type));
        assertThat(answer.problem(415, "request.not_json"))
                .isEqualTo("Send application/json in the header Content-Type.");
    }

    @Test
    void writesWithoutContentTypeAreRefusedEvenWithoutBody() {
        host.send("alice", "POST", "/stream-keys", "", Map.of()).problem(415, "request.not_json");
        host.send("alice", "POST", "/stream-keys", "", Map.of("Content-Type", "application/json; charset=utf-8"))
                .with(201);
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example,studio.example:8080",
        "null,studio.example:8080",
        "http://studio.example,studio.example:8080",
        "studio.example:8080,studio.example:8080",
        "http://studio.example:8080,''"
    })
    void foreignPagesChangeNothing(String origin, String own) {
        var headers = Map.of("Content-Type", "application/json", "Origin", origin, "Host", own);
        host.send("alice", "POST", "/stream-keys", "", headers).problem(403, "request.foreign_origin");
        host.send("alice", "DELETE", "/stream-keys/x", "", headers).problem(403, "request.foreign_origin");
        assertThat(host.live.streamKeys().of("alice")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://studio.example:8080", "https://studio.example:8080"})
    void ownPagesDo(String origin) {
        host.send(
                        "alice",
                        "POST",
                        "/stream-keys",
                        "",
                        Map.of("Content-Type", "application/json", "Origin", origin, "Host", "studio.example:8080"))
                .with(201);
    }

    @Test
    void bodiesAreLimited() {
        var big = "{\"name\":\"" + "x".repeat(LivemeterApi.BODY_LIMIT) + "\"}";
        host.write("alice", "POST", "/destinations", big).problem(413, "request.too_large");
    }

    @Test
    void theRateIsLimitedForEachCaller() {
        try (var strict = new Host(InMemoryStorage.create(), api -> api.rateLimit(new RateLimit(60, 2)))) {
            strict.get("alice", "/wallet").with(200);
            strict.get("alice", "/wallet").with(200);
            var answer = strict.get("alice", "/wallet");
            assertThat(answer.problem(429, "request.too_many"))
                    .isEqualTo("More than 60 requests a minute came from you; ask again in 1 s.");
            assertThat(answer.response().headers()).containsEntry("Retry-After", "1");
            strict.get("bob", "/wallet").with(200);
            strict.time.advance(Duration.ofSeconds(1));
            strict.get("alice", "/wallet").with(200);
            strict.get("alice", "/wallet").with(429);
            strict.get("", "/wallet").with(401);
            strict.get("", "/wallet").with(401);
            strict.get("", "/wallet").with(429);
            strict.get("", "/health").with(200);
        }
    }

    @Test
    void everyAnswerIsHardened() {
        for (var answer : new Host.Answer[] {
            host.get("", "/health"), host.get("", "/status"), host.get("alice", "/status"), host.get("alice", "/x")
        }) {
            assertThat(answer.response().headers())
                    .containsEntry("Cache-Control", "no-store")
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                    .containsEntry("Referrer-Policy", "no-referrer")
                    .containsEntry("X-Frame-Options", "DENY");
        }
    }
}
