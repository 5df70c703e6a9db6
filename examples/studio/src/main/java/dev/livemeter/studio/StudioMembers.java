package dev.livemeter.studio;

import dev.livemeter.LivemeterException;
import dev.livemeter.http.Authenticator;
import dev.livemeter.http.Caller;
import dev.livemeter.http.Problem;
import dev.livemeter.identity.UserId;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands where an application has its community: members of a broadcaster are those whom the broadcaster named, until the studio ends. Mounted at {@code /studio/members}; thread-safe.
 *
 * <p>{@code GET /} lists the members of whoever is signed in, {@code POST /} takes {@code {user, member}} and answers with the list.
 */
final class StudioMembers implements WebHandler {

    private static final int MOST = 1000;

    private final Map<UserId, Set<UserId>> members;
    private final Authenticator signIn;

    private StudioMembers(Map<UserId, Set<UserId>> members, Authenticator signIn) {
        this.members = members;
        this.signIn = signIn;
    }

    /** Nobody is a member of anybody. */
    static Map<UserId, Set<UserId>> nobody() {
        return new ConcurrentHashMap<>();
    }

    /** The page of those whom {@code signIn} knows, each for their own members. */
    static StudioMembers of(Map<UserId, Set<UserId>> members, Authenticator signIn) {
        return new StudioMembers(members, signIn);
    }

    static boolean isMember(Map<UserId, Set<UserId>> members, UserId viewer, UserId broadcaster) {
        return members.getOrDefault(broadcaster, Set.of()).contains(viewer);
    }

    @Override
    public WebResponse handle(WebRequest request) {
        return signIn.authenticate(request)
                .filter(caller -> caller.roles().contains(Caller.Role.BROADCASTER))
                .map(caller -> handle(request, caller.user()))
                .orElseGet(() -> refusal(403, "auth.role", "Only broadcasters have members; sign in as one."));
    }

    private WebResponse handle(WebRequest request, UserId broadcaster) {
        return switch (request.method()) {
            case "GET" -> list(broadcaster);
            // A form of another site can send text, but not JSON.
            case "POST" ->
                request.header("content-type").orElse("").startsWith("application/json")
                        ? name(request, broadcaster)
                        : refusal(415, "request.not_json", "Send application/json in the header Content-Type.");
            default -> refusal(405, "request.method", "Members are read by GET and named by POST.");
        };
    }

    private WebResponse name(WebRequest request, UserId broadcaster) {
        UserId user;
        boolean member;
        try (var reader = Json.createReader(new StringReader(request.body().text()))) {
            JsonObject wish = reader.readObject();
            user = UserId.of(wish.getString("user"));
            member = wish.getBoolean("member");
        } catch (JsonException | NullPointerException | ClassCastException | LivemeterException malformed) {
            return refusal(
                    422, "members.malformed", "Say who is meant, and whether they are a member: {user, member}.");
        }
        var named = members.computeIfAbsent(broadcaster, nobody -> ConcurrentHashMap.newKeySet());
        if (!member) {
            named.remove(user);
        } else if (named.size() < MOST) {
            named.add(user);
        } else {
            return refusal(409, "members.too_many", "There are " + MOST + " members already; take one out first.");
        }
        return list(broadcaster);
    }

    private WebResponse list(UserId broadcaster) {
        var list = Json.createArrayBuilder();
        var names = new TreeSet<String>();
        members.getOrDefault(broadcaster, Set.of()).forEach(user -> names.add(user.value()));
        names.forEach(list::add);
        return new WebResponse(
                200,
                Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
                WebBody.of(
                        Json.createObjectBuilder().add("members", list).build().toString()));
    }

    private static WebResponse refusal(int status, String code, String sentence) {
        return Problem.of(status, code, sentence).toResponse();
    }
}
