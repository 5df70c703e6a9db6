package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Twitch's authorization server: codes, tokens, devices. Its server's lock guards it. */
final class TwitchAccounts {

    private static final Duration ACCESS_LIFE = Duration.ofSeconds(14_000);
    private static final Set<String> PAGE = Set.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
            "force_verify",
            "code_challenge",
            "code_challenge_method");

    private final InstantSource clock;
    private final String clientId;
    private final String clientSecret;
    private final Set<String> redirects = new HashSet<>();
    private final Map<String, Grant> codes = new HashMap<>();
    private final Map<String, Device> devices = new HashMap<>();
    private final Map<String, Grant> access = new HashMap<>();
    private final Map<String, Grant> refresh = new HashMap<>();
    private int serial;

    TwitchAccounts(InstantSource clock, String clientId, String clientSecret) {
        this.clock = clock;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    /** What somebody allowed. */
    record Grant(String user, Set<String> scopes, String redirect, Instant until) {

        void needs(String scope) throws Refused {
            if (!scopes.contains(scope)) {
                throw Refused.of(401, "Unauthorized", "Missing scope: " + scope);
            }
        }

        void isOf(String parameter, String user) throws Refused {
            if (!user.equals(this.user)) {
                throw Refused.of(
                        401,
                        "Unauthorized",
                        "The ID in " + parameter + " must match the user ID found in the request's OAuth token.");
            }
        }
    }

    private static final class Device {

        private final Set<String> scopes;
        private @Nullable String allowedBy;

        private Device(Set<String> scopes) {
            this.scopes = scopes;
        }
    }

    void redirect(URI address) {
        redirects.add(address.toString());
    }

    /** Refuses a page that an application must not send a person to. */
    void check(Form asked) throws Refused {
        asked.only(PAGE);
        checkClient(asked);
        if (!asked.get("response_type").equals("code")) {
            throw Refused.bare(400, "invalid response type");
        }
        if (!redirects.contains(asked.get("redirect_uri"))) {
            throw Refused.bare(400, "Parameter redirect_uri does not match registered URI");
        }
    }

    String code(String user, String redirect, Set<String> scopes) {
        var code = "code" + ++serial;
        codes.put(code, new Grant(user, Set.copyOf(scopes), redirect, Instant.MAX));
        return code;
    }

    /** Whether a device shows that code. */
    boolean shows(String userCode) {
        return devices.containsKey("device-" + userCode);
    }

    /** A person enters a device's code; null for one who says no. */
    void enter(String userCode, @Nullable String user) {
        var device = devices.get("device-" + userCode);
        if (device == null) {
            throw new IllegalArgumentException("Nobody was given the code " + userCode + ".");
        }
        if (user == null) {
            devices.remove("device-" + userCode);
        } else {
            device.allowedBy = user;
        }
    }

    String accessToken(String user, Set<String> scopes) {
        return issue(access, "access", user, scopes);
    }

    String refreshToken(String user, Set<String> scopes) {
        return issue(refresh, "refresh", user, scopes);
    }

    private String issue(Map<String, Grant> kind, String name, String user, Set<String> scopes) {
        var token = name + ++serial + "of" + user;
        kind.put(token, new Grant(user, Set.copyOf(scopes), "", clock.instant().plus(ACCESS_LIFE)));
        return token;
    }

    void expireAccess(String user) {
        access.values().removeIf(grant -> grant.user().equals(user));
    }

    void disconnect(String user) {
        expireAccess(user);
        refresh.values().removeIf(grant -> grant.user().equals(user));
    }

    boolean knows(String token) {
        return access.containsKey(token) || refresh.containsKey(token);
    }

    /** Whose request it is. */
    Grant authenticate(Request request) throws Refused {
        var token = request.bearer();
        if (token.isEmpty()) {
            throw Refused.of(401, "Unauthorized", "OAuth token is missing");
        }
        var grant = access.get(token.get());
        if (grant == null || grant.until().isBefore(clock.instant())) {
            throw Refused.of(401, "Unauthorized", "Invalid OAuth token");
        }
        if (request.header("Client-Id").filter(clientId::equals).isEmpty()) {
            throw Refused.of(401, "Unauthorized", "Client ID and OAuth token must match");
        }
        return grant;
    }

    Response validate(Request request, Map<String, TwitchUser> users) throws Refused {
        var header = request.header("Authorization").orElse("");
        var grant = header.startsWith("OAuth ") ? access.get(header.substring("OAuth ".length())) : null;
        var user = grant == null ? null : users.get(grant.user());
        if (grant == null || user == null) {
            throw Refused.bare(401, "invalid access token");
        }
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("client_id", clientId)
                        .add("login", user.login)
                        .add("scopes", array(grant.scopes()))
                        .add("user_id", grant.user())
                        .add("expires_in", 13_000)
                        .build());
    }

    Response token(Form form) throws Refused {
        checkClient(form);
        return switch (form.get("grant_type")) {
            case "authorization_code" -> byCode(form);
            case "refresh_token" -> renewed(form);
            case "urn:ietf:params:oauth:grant-type:device_code" -> polled(form);
            default -> throw Refused.bare(400, "invalid grant type");
        };
    }

    private Response byCode(Form form) throws Refused {
        // Twitch has no PKCE; it takes no notice of what it does not know.
        form.only(Set.of("client_id", "client_secret", "code", "grant_type", "redirect_uri", "code_verifier"));
        checkSecret(form);
        var grant = codes.remove(form.get("code"));
        if (grant == null) {
            throw Refused.bare(400, "Invalid authorization code");
        }
        if (!grant.redirect().equals(form.get("redirect_uri"))) {
            throw Refused.bare(400, "Parameter redirect_uri does not match registered URI");
        }
        return tokens(grant.user(), grant.scopes());
    }

    private Response renewed(Form form) throws Refused {
        form.only(Set.of("client_id", "client_secret", "grant_type", "refresh_token"));
        checkSecret(form);
        var grant = refresh.remove(form.get("refresh_token"));
        if (grant == null) {
            throw Refused.bad("Invalid refresh token");
        }
        return tokens(grant.user(), grant.scopes());
    }

    private Response polled(Form form) throws Refused {
        form.only(Set.of("client_id", "client_secret", "scopes", "device_code", "grant_type"));
        var device = devices.get(form.get("device_code"));
        if (device == null) {
            throw Refused.bare(400, "invalid device code");
        }
        var user = device.allowedBy;
        if (user == null) {
            throw Refused.bare(400, "authorization_pending");
        }
        devices.remove(form.get("device_code"));
        return tokens(user, device.scopes);
    }

    private Response tokens(String user, Set<String> scopes) {
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("access_token", accessToken(user, scopes))
                        .add("expires_in", 13_824)
                        .add("refresh_token", refreshToken(user, scopes))
                        .add("scope", array(scopes))
                        .add("token_type", "bearer")
                        .build());
    }

    /**
     * A device begins.
     *
     * @param page where people enter codes
     */
    Response device(Form form, URI page) throws Refused {
        form.only(Set.of("client_id", "scopes"));
        checkClient(form);
        var user = "ABCD" + ++serial;
        devices.put("device-" + user, new Device(scopes(form.get("scopes"))));
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("device_code", "device-" + user)
                        .add("expires_in", 1800)
                        .add("interval", 5)
                        .add("user_code", user)
                        .add("verification_uri", page + "?device-code=" + user)
                        .build());
    }

    Response revoke(Form form) throws Refused {
        form.only(Set.of("client_id", "token"));
        checkClient(form);
        if (access.remove(form.get("token")) == null) {
            throw Refused.bare(400, "Invalid token");
        }
        return Response.empty(200);
    }

    private void checkClient(Form form) throws Refused {
        if (!form.get("client_id").equals(clientId)) {
            throw Refused.bare(400, form.has("client_id") ? "invalid client" : "missing client id");
        }
    }

    private void checkSecret(Form form) throws Refused {
        if (!form.get("client_secret").equals(clientSecret)) {
            throw form.has("client_secret")
                    ? Refused.bare(403, "invalid client secret")
                    : Refused.bare(400, "missing client secret");
        }
    }

    static Set<String> scopes(String text) {
        return new TreeSet<>(Arrays.asList(text.split(" ", -1)));
    }

    private static JsonArrayBuilder array(Set<String> texts) {
        var array = Json.createArrayBuilder();
        new TreeSet<>(texts).forEach(array::add);
        return array;
    }
}
