package dev.livemeter.studio;

import dev.livemeter.http.Authenticator;
import dev.livemeter.http.Caller;
import dev.livemeter.http.Problem;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The studio's login, as small as one can be that is safe on one machine: whoever knows the access code comes in as one of a few demo users. A
 * real application puts its own login here. Mounted at {@code /studio}; thread-safe.
 *
 * <p>{@code GET /users} lists who can be chosen, {@code POST /sign-in} takes {@code {user, code}} and sets the cookie, {@code GET /me} says who
 * is signed in, {@code POST /sign-out} ends it.
 */
final class StudioSignIn implements WebHandler, Authenticator {

    private static final String COOKIE = "studio_session";
    private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Strict";

    private final Secret code;
    private final List<Caller> users;
    private final BrowserSessions sessions;
    private final Attempts attempts;

    /**
     * A login for those users.
     *
     * @param code what has to be known to come in
     */
    StudioSignIn(Secret code, List<Caller> users, TimeSource time) {
        this.code = code;
        this.users = List.copyOf(users);
        this.sessions = new BrowserSessions(time, IdSource.random());
        this.attempts = new Attempts(time);
    }

    @Override
    public Optional<Caller> authenticate(WebRequest request) {
        return cookie(request).flatMap(sessions::find);
    }

    @Override
    public WebResponse handle(WebRequest request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /users" -> users();
            case "GET /me" -> me(request);
            case "POST /sign-in" -> signIn(request);
            case "POST /sign-out" -> signOut(request);
            default -> problem(404, "request.unknown_path", "There is nothing at this address.");
        };
    }

    private WebResponse users() {
        var list = Json.createArrayBuilder();
        users.forEach(user -> list.add(view(user)));
        return answer(Json.createObjectBuilder().add("users", list));
    }

    private WebResponse me(WebRequest request) {
        return authenticate(request)
                .map(caller -> answer(view(caller)))
                .orElseGet(() -> problem(401, "auth.required", "Nobody is signed in; sign in and ask again."));
    }

    private WebResponse signIn(WebRequest request) {
        // A form of another site can send text, but not JSON.
        if (!isJson(request)) {
            return problem(415, "request.not_json", "Send application/json in the header Content-Type.");
        }
        var wait = attempts.secondsToWait();
        if (wait > 0) {
            return Problem.of(
                            429,
                            "sign_in.too_many",
                            "There were too many attempts with a wrong code; try again in " + wait + " s.")
                    .with("Retry-After", Long.toString(wait))
                    .toResponse();
        }
        var given = parse(request.body().text());
        var user = users.stream()
                .filter(known -> known.user().value().equals(text(given, "user")))
                .findFirst();
        // Secret compares in constant time. One sentence for both mistakes: it tells nobody which users there are.
        if (!code.equals(Secret.of(text(given, "code").strip())) || user.isEmpty()) {
            attempts.failed();
            return problem(
                    403,
                    "sign_in.refused",
                    "That is not the access code. Copy it from the console that runs the studio.");
        }
        attempts.succeeded();
        cookie(request).ifPresent(sessions::end);
        return answer(view(user.get())).with("Set-Cookie", COOKIE + "=" + sessions.open(user.get()) + ATTRIBUTES);
    }

    private WebResponse signOut(WebRequest request) {
        if (!isJson(request)) {
            return problem(415, "request.not_json", "Send application/json in the header Content-Type.");
        }
        cookie(request).ifPresent(sessions::end);
        return answer(Json.createObjectBuilder().add("signedOut", true))
                .with("Set-Cookie", COOKIE + "=" + ATTRIBUTES + "; Max-Age=0");
    }

    private static boolean isJson(WebRequest request) {
        return request.header("content-type")
                .orElse("")
                .split(";", 2)[0]
                .strip()
                .equals("application/json");
    }

    private static JsonObject parse(String body) {
        try (var reader = Json.createReader(new StringReader(body))) {
            return reader.readObject();
        } catch (JsonException malformed) {
            return JsonObject.EMPTY_JSON_OBJECT;
        }
    }

    private static String text(JsonObject object, String name) {
        return object.get(name) instanceof JsonString string ? string.getString() : "";
    }

    private static Optional<String> cookie(WebRequest request) {
        return request.headers().getOrDefault("cookie", List.of()).stream()
                .flatMap(line -> Arrays.stream(line.split(";")))
                .map(String::strip)
                .filter(pair -> pair.startsWith(COOKIE + "="))
                .map(pair -> pair.substring(COOKIE.length() + 1))
                .findFirst();
    }

    private static JsonObjectBuilder view(Caller caller) {
        var roles = Json.createArrayBuilder();
        new TreeSet<>(caller.roles()).forEach(role -> roles.add(role.name().toLowerCase(Locale.ROOT)));
        return Json.createObjectBuilder().add("user", caller.user().value()).add("roles", roles);
    }

    private static WebResponse problem(int status, String problemCode, String sentence) {
        return Problem.of(status, problemCode, sentence).toResponse();
    }

    private static WebResponse answer(JsonObjectBuilder body) {
        return new WebResponse(
                200,
                Map.of(
                        "Content-Type", "application/json",
                        "Cache-Control", "no-store",
                        "X-Content-Type-Options", "nosniff"),
                WebBody.of(body.build().toString()));
    }
}
