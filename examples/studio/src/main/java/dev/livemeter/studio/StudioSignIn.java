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
 * The studio's login, as small as one can be that is safe on one machine: whoever knows a person's access code comes in as that person. A
 * real application puts its own login here. Mounted at {@code /studio}; thread-safe.
 *
 * <p>{@code GET /users} lists who can be chosen, {@code POST /sign-in} takes {@code {user, code}} and sets the cookie, {@code GET /me} says who
 * is signed in, {@code POST /sign-out} ends it. {@code POST /guest} takes a {@code name} from whoever has no account.
 */
final class StudioSignIn implements WebHandler, Authenticator {

    private static final String COOKIE = "studio_session";
    private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Strict";

    private final List<Person> people;
    private final BrowserSessions sessions;
    private final BrowserSessions guestSessions;
    private final StudioGuests guests;
    private final Attempts attempts;

    /**
     * Somebody who can come in.
     *
     * @param code what has to be known to come in as this person
     */
    record Person(Caller caller, Secret code) {

        boolean isCalled(String name) {
            return caller.user().value().equals(name);
        }
    }

    /** A login for those people. */
    StudioSignIn(List<Person> people, StudioGuests guests, TimeSource time) {
        this.people = List.copyOf(people);
        this.sessions = new BrowserSessions(time, IdSource.random());
        // Of their own: however many guests come, nobody with an account is signed out for them.
        this.guestSessions = new BrowserSessions(time, IdSource.random());
        this.guests = guests;
        this.attempts = new Attempts(time);
    }

    @Override
    public Optional<Caller> authenticate(WebRequest request) {
        return cookie(request).flatMap(id -> sessions.find(id).or(() -> guestSessions.find(id)));
    }

    @Override
    public WebResponse handle(WebRequest request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /users" -> users();
            case "GET /me" -> me(request);
            case "POST /sign-in" -> signIn(request);
            case "POST /guest" -> guest(request);
            case "POST /sign-out" -> signOut(request);
            default -> problem(404, "request.unknown_path", "There is nothing at this address.");
        };
    }

    private WebResponse users() {
        var list = Json.createArrayBuilder();
        people.forEach(person -> list.add(view(person.caller())));
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
        var code = Secret.of(text(given, "code").strip());
        // Secret compares in constant time. One sentence for both mistakes: it tells nobody which users there are.
        var caller = people.stream()
                .filter(person -> person.isCalled(text(given, "user")))
                .filter(person -> person.code().equals(code))
                .map(Person::caller)
                .findFirst();
        if (caller.isEmpty()) {
            attempts.failed();
            return problem(
                    403,
                    "sign_in.refused",
                    "That is not the access code for that name. Copy it from the console that runs the studio.");
        }
        attempts.succeeded();
        cookie(request).ifPresent(this::end);
        return answer(view(caller.get())).with("Set-Cookie", COOKIE + "=" + sessions.open(caller.get()) + ATTRIBUTES);
    }

    private WebResponse guest(WebRequest request) {
        if (!isJson(request)) {
            return problem(415, "request.not_json", "Send application/json in the header Content-Type.");
        }
        var caller = guests.take(text(parse(request.body().text()), "name").strip());
        if (caller.isEmpty()) {
            return problem(422, "guest.name", "That name does not fit; expected 2 to 30 letters and digits.");
        }
        cookie(request).ifPresent(this::end);
        return answer(view(caller.get()))
                .with("Set-Cookie", COOKIE + "=" + guestSessions.open(caller.get()) + ATTRIBUTES);
    }

    private void end(String session) {
        sessions.end(session);
        guestSessions.end(session);
    }

    private WebResponse signOut(WebRequest request) {
        if (!isJson(request)) {
            return problem(415, "request.not_json", "Send application/json in the header Content-Type.");
        }
        cookie(request).ifPresent(this::end);
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

    private JsonObjectBuilder view(Caller caller) {
        var roles = Json.createArrayBuilder();
        new TreeSet<>(caller.roles()).forEach(role -> roles.add(role.name().toLowerCase(Locale.ROOT)));
        var view = Json.createObjectBuilder().add("user", caller.user().value()).add("roles", roles);
        return StudioGuests.isGuest(caller.user()) ? view.add("guest", guests.nameOf(caller.user())) : view;
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
