package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.Caller;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudioSignInTest {

    private static final String RIGHT = "{\"user\":\"alice\",\"code\":\"the-code\"}";
    private static final String WRONG = "{\"user\":\"alice\",\"code\":\"guess\"}";

    private final ManualTime time = ManualTime.create();
    private final StudioGuests guests = new StudioGuests();
    private final StudioSignIn signIn = new StudioSignIn(
            List.of(
                    new StudioSignIn.Person(Caller.broadcaster("alice"), Secret.of("the-code")),
                    new StudioSignIn.Person(Caller.administrator("olga"), Secret.of("the-other-code"))),
            guests,
            time);

    private static WebRequest request(String method, String path, String body, Map<String, String> headers) {
        var all = new HashMap<String, List<String>>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return new WebRequest(method, path, Map.of(), all, WebBody.of(body), "127.0.0.1");
    }

    private WebResponse post(String path, String body, String cookie) {
        return signIn.handle(request("POST", path, body, Map.of("Content-Type", "application/json", "Cookie", cookie)));
    }

    private static String cookie(WebResponse response) {
        return response.headers().get("Set-Cookie").split(";", 2)[0];
    }

    private Optional<Caller> whoIs(String cookie) {
        return signIn.authenticate(request("GET", "/status", "", Map.of("Cookie", cookie)));
    }

    @Test
    void whoKnowsTheCodeComesInUntilTheySignOut() {
        assertThat(signIn.handle(request("GET", "/me", "", Map.of())).status()).isEqualTo(401);
        var answer = post("/sign-in", RIGHT, "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().text()).isEqualTo("{\"user\":\"alice\",\"roles\":[\"broadcaster\"]}");
        assertThat(answer.headers().get("Set-Cookie"))
                .matches("studio_session=[a-z0-9]{26}; Path=/; HttpOnly; SameSite=Strict");
        var cookie = "theme=dark; " + cookie(answer);
        assertThat(whoIs(cookie)).contains(Caller.broadcaster("alice"));
        var me = signIn.handle(request("GET", "/me", "", Map.of("Cookie", cookie)));
        assertThat(me.body().text()).isEqualTo(answer.body().text());

        assertThat(post("/sign-out", "{}", cookie).headers().get("Set-Cookie")).endsWith("Max-Age=0");
        assertThat(whoIs(cookie)).isEmpty();
    }

    @Test
    void eachPersonHasACodeOfTheirOwn() {
        var cookie = cookie(post("/sign-in", "{\"user\":\"olga\",\"code\":\"the-other-code\"}", ""));
        assertThat(whoIs(cookie)).contains(Caller.administrator("olga"));
    }

    @Test
    void aGuestHasANameForThisVisitAndIsNobodyElse() {
        var answer = post("/guest", "{\"name\":\" Gus \"}", "");
        var gus = whoIs(cookie(answer)).orElseThrow();
        assertThat(answer.body().text())
                .isEqualTo("{\"user\":\"" + gus.user() + "\",\"roles\":[\"viewer\"],\"guest\":\"Gus (guest)\"}");
        assertThat(StudioGuests.isGuest(gus.user())).isTrue();
        assertThat(guests.nameOf(gus.user())).isEqualTo("Gus (guest)");
        assertThat(guests.nameOf(Caller.broadcaster("alice").user())).isEqualTo("alice");
        var other = post("/guest", "{\"name\":\"Gus\"}", cookie(answer));
        assertThat(whoIs(cookie(answer))).isEmpty();
        assertThat(whoIs(cookie(other))).isNotEqualTo(Optional.of(gus)).isPresent();
        post("/sign-out", "{}", cookie(other));
        assertThat(whoIs(cookie(other))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "<b>Gus</b>", "Gus\\nOlga", "A. .B", "A name of more than thirty letters"})
    void aNameThatDoesNotFitIsRefused(String name) {
        var answer = post("/guest", "{\"name\":\"" + name + "\"}", "");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().text()).contains("That name does not fit; expected 2 to 30 letters and digits.");
    }

    @Test
    void howeverManyGuestsComeNobodyElseIsSignedOut() {
        var alice = cookie(post("/sign-in", RIGHT, ""));
        for (var i = 0; i < 1_500; i++) {
            post("/guest", "{\"name\":\"Gus\"}", "");
        }
        assertThat(whoIs(alice)).isPresent();
    }

    @Test
    void aSessionEndsByItselfAndASecondSignInEndsTheFirst() {
        var first = cookie(post("/sign-in", RIGHT, ""));
        var second = cookie(post("/sign-in", RIGHT, first));
        assertThat(whoIs(first)).isEmpty();
        assertThat(whoIs(second)).isPresent();
        time.advance(Duration.ofHours(12));
        assertThat(whoIs(second)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WRONG,
                "{\"user\":\"olga\",\"code\":\"the-code\"}",
                "{\"user\":\"nobody\",\"code\":\"the-code\"}",
                "{\"user\":\"alice\"}",
                "{\"user\":7,\"code\":[]}",
                "nonsense",
                ""
            })
    void everythingElseIsRefusedInOneSentence(String body) {
        var answer = post("/sign-in", body, "");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body().text())
                .contains("That is not the access code for that name. Copy it from the console that runs the studio.");
        assertThat(answer.headers()).doesNotContainKey("Set-Cookie");
    }

    @Test
    void guessingIsSlowedDown() {
        for (var i = 0; i < 5; i++) {
            assertThat(post("/sign-in", WRONG, "").status()).isEqualTo(403);
        }
        var waiting = post("/sign-in", RIGHT, "");
        assertThat(waiting.status()).isEqualTo(429);
        assertThat(waiting.headers()).containsEntry("Retry-After", "30");
        time.advance(Duration.ofSeconds(30));
        assertThat(post("/sign-in", WRONG, "").status()).isEqualTo(403);
        assertThat(post("/sign-in", RIGHT, "").status()).isEqualTo(429);
        time.advance(Duration.ofSeconds(30));
        assertThat(post("/sign-in", RIGHT, "").status()).isEqualTo(200);
    }

    @Test
    void formsOfOtherSitesChangeNothing() {
        for (var path : List.of("/sign-in", "/sign-out")) {
            var form = request("POST", path, RIGHT, Map.of("Content-Type", "text/plain"));
            assertThat(signIn.handle(form).status()).isEqualTo(415);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,/sign-in", "POST,/me", "GET,/", "DELETE,/sign-out"})
    void thereIsNothingElse(String method, String path) {
        assertThat(signIn.handle(request(method, path, "", Map.of())).status()).isEqualTo(404);
    }

    @Test
    void thePageIsToldWhoCanBeChosen() {
        assertThat(signIn.handle(request("GET", "/users", "", Map.of())).body().text())
                .isEqualTo("{\"users\":[{\"user\":\"alice\",\"roles\":[\"broadcaster\"]},"
                        + "{\"user\":\"olga\",\"roles\":[\"administrator\"]}]}");
    }
}
