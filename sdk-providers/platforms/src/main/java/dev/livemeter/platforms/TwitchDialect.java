package dev.livemeter.platforms;

import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Helix does differently: each request names the application, and a refusal for too many requests says when the bucket is full again. */
record TwitchDialect(String clientId) implements Dialect {

    /** What the code of a refusal is where the account did not allow enough. */
    static final String MISSING_SCOPE = "missing_scope";

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Pattern MISSING = Pattern.compile("(?i)missing (?:required )?scope\\b[: ]*([a-z:_]{0,60}).*");

    @Override
    public String platform() {
        return "Twitch";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Client-Id", clientId);
    }

    @Override
    public Optional<Duration> pause(Reply reply, Instant now) {
        return reply.header("Ratelimit-Reset")
                .filter(text -> reply.status() == 429 && text.matches("[0-9]{1,12}"))
                .map(text -> Duration.between(now, Instant.ofEpochSecond(Long.parseLong(text))))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .filter(wait -> wait.compareTo(LONGEST) <= 0)
                .or(() -> Dialect.super.pause(reply, now));
    }

    /** A permission that was never given is refused with the status of a token that has ended; no renewal brings it. */
    @Override
    public Refusal refusal(Reply reply, Instant now) {
        var missing = MISSING.matcher(Json.text(reply.json(), "message").orElse(""));
        if (reply.status() != 401 || !missing.matches()) {
            return Dialect.super.refusal(reply, now);
        }
        var scope = missing.group(1);
        return new Refusal(
                // Without the chat an account is still good for streaming.
                TwitchSettings.NEEDED.contains(scope) ? Refusal.Kind.NEEDS_AUTHORIZATION : Refusal.Kind.FINAL,
                null,
                MISSING_SCOPE,
                "This account was connected to Twitch without a permission that is needed here"
                        + (scope.isEmpty() ? "" : " (" + scope + ")")
                        + "; connect it again and allow all that is asked for.");
    }

    /** The authorization server tells sentences where others tell the codes of RFC 6749. */
    static String error(Reply reply) {
        var message = Json.text(reply.json(), "message").orElse("").toLowerCase(Locale.ROOT);
        return switch (message) {
            case "authorization_pending", "slow_down" -> message;
            case "invalid device code", "device code expired" -> "expired_token";
            case "invalid client", "invalid client secret", "missing client id", "missing client secret" ->
                "invalid_client";
            case "parameter redirect_uri does not match registered uri" -> "redirect_uri_mismatch";
            case "invalid authorization code", "invalid refresh token" -> "invalid_grant";
            // Somebody disconnected the application: Twitch answers a renewal with 401 then.
            default -> reply.status() == 401 ? "invalid_grant" : "";
        };
    }
}
