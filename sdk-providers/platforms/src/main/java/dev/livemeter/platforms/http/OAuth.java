package dev.livemeter.platforms.http;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of OAuth 2.0: authorization code (RFC 6749, section 4.1) with PKCE (RFC 7636), refresh (section 6), revocation (RFC 7009) and device authorization (RFC 8628). Thread-safe and
 * without state.
 */
public final class OAuth {

    private static final Set<String> REFUSALS =
            Set.of("invalid_grant", "access_denied", "expired_token", "invalid_scope");
    /** Tokens are sent in headers, and what does not fit there would be told by an exception. RFC 6749 allows a blank besides, which nobody uses. */
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

    private static final Duration DEVICE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration DEVICE_LIFE = Duration.ofMinutes(15);
    /** An answer that says that a token lasts longer is not believed beyond that. */
    private static final long LONGEST_LIFE = Duration.ofDays(366).toSeconds();

    private final PlatformHttp http;
    private final OAuthSettings settings;

    public OAuth(PlatformHttp http, OAuthSettings settings) {
        this.http = http;
        this.settings = settings;
    }

    /** Where a person's browser goes. */
    public URI page(URI redirect, String state, String codeChallenge) {
        var query = new LinkedHashMap<String, String>();
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", redirect.toString());
        query.put("scope", scope());
        query.put("state", state);
        query.put("code_challenge", codeChallenge);
        query.put("code_challenge_method", "S256");
        query.putAll(settings.pageExtras());
        return settings.page().with(query);
    }

    /** The tokens for an authorization code. Sent once: a code is good for one use. */
    public TokenAnswer exchange(String code, URI redirect, Secret codeVerifier) {
        return ask(
                "oauth.code",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        redirect.toString(),
                        "code_verifier",
                        codeVerifier.reveal()),
                settings.scopes(),
                null);
    }

    /** New tokens. Sent once: where refresh tokens rotate, one is good for one use. What the platform leaves out stays as it was. */
    public TokenAnswer refresh(AccountTokens tokens) {
        var refresh = tokens.refresh();
        if (refresh == null) {
            return new TokenAnswer.Refused("invalid_grant");
        }
        var answer = ask(
                "oauth.refresh",
                Map.of("grant_type", "refresh_token", "refresh_token", refresh.reveal()),
                tokens.scopes(),
                refresh);
        return answer instanceof TokenAnswer.Granted granted
                ? new TokenAnswer.Granted(granted.tokens().of(tokens.client()))
                : answer;
    }

    /** Has the platform forget a token, if it can be asked. */
    public void revoke(Secret token) {
        var endpoint = settings.revoke();
        if (endpoint != null) {
            var fields = new LinkedHashMap<String, String>();
            fields.put("token", token.reveal());
            fields.put("client_id", settings.clientId());
            http.exchange(Call.form("oauth.revoke", endpoint.base(), fields).asRepeatable());
        }
    }

    /** Asks for a code that a person enters at the platform. */
    public DeviceStart startDevice() {
        var endpoint = settings.device();
        if (endpoint == null) {
            throw new IllegalStateException("There is no device flow here.");
        }
        var outcome = http.exchange(Call.form(
                "oauth.device",
                endpoint.base(),
                Map.of("client_id", settings.clientId(), settings.deviceScope(), scope())));
        if (outcome instanceof Outcome.Unreached unreached) {
            return new DeviceStart.Unavailable(unreached.trouble().message());
        }
        var reply = ((Outcome.Reached) outcome).reply();
        if (!reply.successful()) {
            return new DeviceStart.Unavailable(application(reply).message());
        }
        return started(reply.json())
                .orElseGet(() -> new DeviceStart.Unavailable(incomplete().message()));
    }

    /** Asks whether the person has entered it. */
    public TokenAnswer pollDevice(Secret deviceCode) {
        return ask(
                "oauth.device.poll",
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "device_code",
                        deviceCode.reveal(),
                        settings.deviceScope(),
                        scope()),
                settings.scopes(),
                null);
    }

    private Optional<DeviceStart> started(JsonObject json) {
        var code = Json.text(json, "device_code");
        var user = Json.text(json, "user_code");
        // Google says verification_url where RFC 8628 says verification_uri.
        var page = Json.text(json, "verification_uri").or(() -> Json.text(json, "verification_url"));
        if (code.isEmpty() || user.isEmpty() || page.isEmpty() || !page.get().startsWith("http")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DeviceStart.Started(
                    Secret.of(code.get()),
                    user.get(),
                    URI.create(page.get()),
                    seconds(json, "interval").orElse(DEVICE_INTERVAL),
                    seconds(json, "expires_in").orElse(DEVICE_LIFE)));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private TokenAnswer ask(String operation, Map<String, String> grant, Set<String> scopes, @Nullable Secret refresh) {
        var fields = new LinkedHashMap<>(grant);
        fields.put("client_id", settings.clientId());
        if (settings.secret() != null) {
            fields.put("client_secret", settings.secret().reveal());
        }
        var outcome = http.exchange(Call.form(operation, settings.token().base(), fields));
        if (outcome instanceof Outcome.Unreached unreached) {
            return new TokenAnswer.Unavailable(unreached.trouble());
        }
        var reply = ((Outcome.Reached) outcome).reply();
        if (reply.successful()) {
            return tokens(reply.json(), scopes, refresh)
                    .<TokenAnswer>map(TokenAnswer.Granted::new)
                    .orElseGet(() -> new TokenAnswer.Unavailable(incomplete()));
        }
        var error = settings.error().apply(reply);
        if (error.equals("authorization_pending") || error.equals("slow_down")) {
            return new TokenAnswer.Pending(error.equals("slow_down"));
        }
        return REFUSALS.contains(error)
                ? new TokenAnswer.Refused(error)
                : new TokenAnswer.Unavailable(application(reply));
    }

    private Optional<AccountTokens> tokens(JsonObject json, Set<String> scopes, @Nullable Secret refresh) {
        Instant now = http.surroundings().time().instant();
        var renewing = Json.text(json, "refresh_token").filter(token -> !token.isEmpty());
        if (renewing.isPresent() && !TOKEN.matcher(renewing.get()).matches()) {
            return Optional.empty();
        }
        return Json.text(json, "access_token")
                .filter(token -> TOKEN.matcher(token).matches())
                .map(token -> new AccountTokens(
                        Secret.of(token),
                        renewing.map(Secret::of).orElse(refresh),
                        seconds(json, "expires_in").map(now::plus).orElse(null),
                        granted(json).orElse(scopes)));
    }

    /** What was allowed: text with blanks as RFC 6749 has it, or an array; nothing where it is all that was asked for. */
    private static Optional<Set<String>> granted(JsonObject json) {
        if (json.get("scope") instanceof JsonArray several) {
            return Optional.of(several.stream()
                    .filter(JsonString.class::isInstance)
                    .map(scope -> ((JsonString) scope).getString())
                    .collect(Collectors.toSet()));
        }
        return Json.text(json, "scope")
                .map(text -> Arrays.stream(text.split(" "))
                        .filter(scope -> !scope.isEmpty())
                        .collect(Collectors.toSet()));
    }

    private static Optional<Duration> seconds(JsonObject json, String name) {
        return Json.number(json, name)
                .filter(seconds -> seconds > 0)
                .map(seconds -> Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE)));
    }

    private PlatformTrouble application(Reply reply) {
        var platform = http.dialect().platform();
        var error = settings.error().apply(reply);
        if (error.equals("invalid_client")
                || error.equals("unauthorized_client")
                || error.equals("redirect_uri_mismatch")) {
            return new PlatformTrouble(
                    false,
                    null,
                    error,
                    platform + " does not know this application so (" + error
                            + "); whoever runs it must compare client id, client secret and redirect address with those at "
                            + platform + ".");
        }
        return http.dialect()
                .refusal(reply, http.surroundings().time().instant())
                .trouble();
    }

    private PlatformTrouble incomplete() {
        return new PlatformTrouble(
                true,
                null,
                "malformed",
                http.dialect().platform() + " answered without what was asked for; it is asked again later.");
    }

    private String scope() {
        return String.join(" ", new TreeSet<>(settings.scopes()));
    }
}
