package dev.livemeter.standin.youtube;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Google's authorization server: codes, tokens, devices. Its server's lock guards it. */
final class GoogleAccounts {

    private static final Duration CODE_LIFE = Duration.ofMinutes(10);
    private static final Duration DEVICE_LIFE = Duration.ofMinutes(30);
    private static final Set<String> SCOPES = Set.of(Contract.YOUTUBE, Contract.READONLY, Contract.FORCE_SSL);

    private final InstantSource clock;
    private final String clientId;
    private final String clientSecret;
    private final Set<String> redirects = new HashSet<>();
    private final Map<String, Code> codes = new HashMap<>();
    private final Map<String, Token> tokens = new HashMap<>();
    private final Map<String, Grant> refreshes = new HashMap<>();
    private final Map<String, Device> devices = new HashMap<>();
    private Duration life = Duration.ofSeconds(3599);
    private boolean rotation;
    private @Nullable String deviceClientId;
    private String deviceClientSecret = "";
    private int number;

    GoogleAccounts(InstantSource clock, String clientId, String clientSecret) {
        this.clock = clock;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    String clientId() {
        return clientId;
    }

    /** From now on devices are for that client alone, and pages for the other, as Google has it. */
    void deviceClient(String id, String secret) {
        deviceClientId = id;
        deviceClientSecret = secret;
    }

    private String forDevices() {
        return deviceClientId == null ? clientId : deviceClientId;
    }

    void redirect(String address) {
        redirects.add(address);
    }

    void life(Duration of) {
        life = of;
    }

    /** Whether each renewal ends the refresh token that it was had for. */
    void rotation(boolean rotates) {
        rotation = rotates;
    }

    /** Refuses a page that an application must not send a person to. */
    void check(Map<String, String> page) {
        require("response_type", "code", page);
        require("client_id", clientId, page);
        require("code_challenge_method", "S256", page);
        var redirect = page.getOrDefault("redirect_uri", "");
        var challenge = page.getOrDefault("code_challenge", "");
        if (!redirects.contains(redirect)) {
            throw new OAuthError(400, "redirect_uri_mismatch");
        }
        if (!challenge.matches("[A-Za-z0-9_-]{43}")) {
            throw new OAuthError(400, "invalid_request");
        }
        if (page.getOrDefault("state", "").length() < 8) {
            throw new OAuthError(400, "invalid_request");
        }
        for (var name : page.keySet()) {
            if (!Set.of(
                            "response_type",
                            "client_id",
                            "redirect_uri",
                            "scope",
                            "state",
                            "code_challenge",
                            "code_challenge_method",
                            "access_type",
                            "prompt",
                            "include_granted_scopes",
                            "login_hint")
                    .contains(name)) {
                throw new OAuthError(400, "invalid_request");
            }
        }
        scopes(page.getOrDefault("scope", ""));
    }

    /** A person says yes on the page; gives the code. */
    String allow(Map<String, String> page, Channel person, Set<String> scopes) {
        check(page);
        var asked = scopes(page.getOrDefault("scope", ""));
        var code = "4/0A" + ++number + "-code";
        var allowed = new LinkedHashSet<>(asked);
        allowed.retainAll(scopes.isEmpty() ? asked : scopes);
        codes.put(
                code,
                new Code(
                        person,
                        allowed,
                        page.getOrDefault("redirect_uri", ""),
                        page.getOrDefault("code_challenge", ""),
                        "offline".equals(page.get("access_type")) && "consent".equals(page.get("prompt")),
                        clock.instant()));
        return code;
    }

    JsonObject token(Map<String, String> form) {
        var client = form.getOrDefault("client_id", "");
        var secret = client.equals(clientId) ? clientSecret : client.equals(deviceClientId) ? deviceClientSecret : null;
        if (secret == null || !secret.equals(form.get("client_secret"))) {
            throw new OAuthError(401, "invalid_client");
        }
        return switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" -> code(form);
            case "refresh_token" -> refresh(form);
            case "urn:ietf:params:oauth:grant-type:device_code" -> poll(form);
            default -> throw new OAuthError(400, "unsupported_grant_type");
        };
    }

    private JsonObject code(Map<String, String> form) {
        known(form, "grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret");
        var code = codes.get(form.getOrDefault("code", ""));
        if (code == null
                || !code.redirect.equals(form.get("redirect_uri"))
                || code.at.plus(CODE_LIFE).isBefore(clock.instant())) {
            throw new OAuthError(400, "invalid_grant");
        }
        if (code.used != null) {
            // RFC 6749, section 4.1.2: what was had with a code that comes again is taken back
            end(code.used);
            throw new OAuthError(400, "invalid_grant");
        }
        if (!code.challenge.equals(challenge(form.getOrDefault("code_verifier", "")))) {
            throw new OAuthError(400, "invalid_grant");
        }
        requireClient(form, clientId);
        var grant = new Grant(code.person, code.scopes, clientId);
        code.used = grant;
        return issue(grant, code.offline, false);
    }

    private JsonObject refresh(Map<String, String> form) {
        known(form, "grant_type", "refresh_token", "client_id", "client_secret");
        var refresh = form.getOrDefault("refresh_token", "");
        var grant = refreshes.get(refresh);
        if (grant == null || grant.ended) {
            throw new OAuthError(400, "invalid_grant");
        }
        if (!grant.client.equals(form.get("client_id"))) {
            throw new OAuthError(401, "unauthorized_client");
        }
        if (rotation) {
            refreshes.remove(refresh);
        }
        return issue(grant, rotation, true);
    }

    JsonObject device(Map<String, String> form, String page) {
        known(form, "client_id", "scope");
        requireClient(form, forDevices());
        var scopes = scopes(form.getOrDefault("scope", ""));
        if (scopes.contains(Contract.FORCE_SSL)) {
            throw new OAuthError(400, "invalid_scope");
        }
        var device = new Device("AH-device-" + ++number, "GQVQ-J" + number + "VZ", scopes, clock.instant());
        devices.put(device.code, device);
        return Json.createObjectBuilder()
                .add("device_code", device.code)
                .add("user_code", device.user)
                .add("verification_url", page)
                .add("expires_in", DEVICE_LIFE.toSeconds())
                .add("interval", 5)
                .build();
    }

    /** A person enters a code; null for the one who says no. */
    void enter(String userCode, @Nullable Channel person) {
        var device = devices.values().stream()
                .filter(known -> known.user.equals(userCode))
                .findFirst()
                .orElseThrow(() -> new OAuthError(400, "invalid_request"));
        device.person = person;
        device.denied = person == null;
    }

    /** Whether a device shows that code. */
    boolean shows(String userCode) {
        return devices.values().stream().anyMatch(device -> device.user.equals(userCode));
    }

    private JsonObject poll(Map<String, String> form) {
        known(form, "grant_type", "device_code", "client_id", "client_secret", "scope");
        requireClient(form, forDevices());
        var device = devices.get(form.getOrDefault("device_code", ""));
        var now = clock.instant();
        if (device == null) {
            throw new OAuthError(400, "invalid_grant");
        }
        if (device.at.plus(DEVICE_LIFE).isBefore(now)) {
            throw new OAuthError(400, "expired_token");
        }
        if (device.polled != null && device.polled.plusSeconds(5).isAfter(now)) {
            device.polled = now;
            throw new OAuthError(403, "slow_down");
        }
        device.polled = now;
        if (device.denied) {
            throw new OAuthError(403, "access_denied");
        }
        if (device.person == null) {
            throw new OAuthError(428, "authorization_pending");
        }
        devices.remove(device.code);
        return issue(new Grant(device.person, device.scopes, forDevices()), true, false);
    }

    JsonObject revoke(Map<String, String> form) {
        known(form, "token", "client_id");
        var text = form.getOrDefault("token", "");
        var token = tokens.get(text);
        var grant = token == null ? refreshes.get(text) : token.grant;
        if (grant == null || grant.ended) {
            throw new OAuthError(400, "invalid_token");
        }
        end(grant);
        return JsonValue.EMPTY_JSON_OBJECT;
    }

    /** The person takes back what they allowed, in the settings of their account. */
    void takeBack(Channel person) {
        refreshes.values().stream().filter(grant -> grant.person == person).forEach(GoogleAccounts::end);
        tokens.values().stream()
                .map(token -> token.grant)
                .filter(grant -> grant.person == person)
                .forEach(GoogleAccounts::end);
    }

    /** All access tokens end now; what they are renewed with does not. */
    void expire() {
        tokens.replaceAll((text, token) -> new Token(token.grant, Instant.EPOCH));
    }

    /** Whose an access token is, if it stands. */
    @Nullable
    Grant bearer(String text) {
        var token = tokens.get(text);
        return token == null || token.grant.ended || !token.until.isAfter(clock.instant()) ? null : token.grant;
    }

    /** How many grants stand. */
    long standing() {
        return refreshes.values().stream()
                .filter(grant -> !grant.ended)
                .distinct()
                .count();
    }

    /** A token as if its person had gone through a flow before. */
    String token(Channel person, Set<String> scopes) {
        return issue(new Grant(person, scopes, clientId), false, false).getString("access_token");
    }

    private JsonObject issue(Grant grant, boolean withRefresh, boolean renewal) {
        var access = "ya29.access-" + ++number;
        tokens.put(access, new Token(grant, clock.instant().plus(life)));
        var answer = Json.createObjectBuilder()
                .add("access_token", access)
                .add("expires_in", life.toSeconds())
                .add("scope", String.join(" ", grant.scopes))
                .add("token_type", "Bearer");
        if (withRefresh) {
            var refresh = "1//refresh-" + ++number;
            refreshes.put(refresh, grant);
            answer.add("refresh_token", refresh);
            if (!renewal) {
                answer.add("refresh_token_expires_in", 604799);
            }
        }
        return answer.build();
    }

    private static void requireClient(Map<String, String> form, String client) {
        if (!client.equals(form.get("client_id"))) {
            throw new OAuthError(401, "invalid_client");
        }
    }

    private static void end(Grant grant) {
        grant.ended = true;
    }

    private static void require(String name, String value, Map<String, String> page) {
        if (!value.equals(page.get(name))) {
            throw new OAuthError(400, name.equals("client_id") ? "invalid_client" : "invalid_request");
        }
    }

    private static void known(Map<String, String> form, String... names) {
        if (!Set.of(names).containsAll(form.keySet())) {
            throw new OAuthError(400, "invalid_request");
        }
    }

    private static Set<String> scopes(String text) {
        var scopes = Arrays.stream(text.split(" ")).collect(Collectors.toCollection(LinkedHashSet::new));
        if (!SCOPES.containsAll(scopes)) {
            throw new OAuthError(400, "invalid_scope");
        }
        return scopes;
    }

    private static String challenge(String verifier) {
        if (!verifier.matches("[A-Za-z0-9._~-]{43,128}")) {
            throw new OAuthError(400, "invalid_grant");
        }
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a person allowed. */
    static final class Grant {

        private final Channel person;
        private final Set<String> scopes;
        private final String client;
        private boolean ended;

        private Grant(Channel person, Set<String> scopes, String client) {
            this.person = person;
            this.scopes = scopes;
            this.client = client;
        }

        Channel person() {
            return person;
        }

        Set<String> scopes() {
            return scopes;
        }
    }

    private record Token(Grant grant, Instant until) {}

    private static final class Code {

        private final Channel person;
        private final Set<String> scopes;
        private final String redirect;
        private final String challenge;
        private final boolean offline;
        private final Instant at;
        private @Nullable Grant used;

        private Code(
                Channel person, Set<String> scopes, String redirect, String challenge, boolean offline, Instant at) {
            this.person = person;
            this.scopes = scopes;
            this.redirect = redirect;
            this.challenge = challenge;
            this.offline = offline;
            this.at = at;
        }
    }

    private static final class Device {

        private final String code;
        private final String user;
        private final Set<String> scopes;
        private final Instant at;
        private @Nullable Instant polled;
        private @Nullable Channel person;
        private boolean denied;

        private Device(String code, String user, Set<String> scopes, Instant at) {
            this.code = code;
            this.user = user;
            this.scopes = scopes;
            this.at = at;
        }
    }
}
