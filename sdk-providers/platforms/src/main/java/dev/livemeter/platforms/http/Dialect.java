package dev.livemeter.platforms.http;

import dev.livemeter.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What one platform does differently over HTTP. Stateless. */
public interface Dialect {

    /** For sentences, such as {@code YouTube}. */
    String platform();

    /** What each request of the API carries besides the token; no secret. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /** What stands before a token in the header {@code Authorization}: {@code Bearer} unless overridden. */
    default String tokenScheme() {
        return "Bearer";
    }

    /** What the query of a request holds besides for the token that it is sent with, such as a proof that its sender knows a secret. */
    default Map<String, String> query(Secret token) {
        return Map.of();
    }

    /** How long the platform wants to be left alone. {@code Retry-After} unless overridden. */
    default Optional<Duration> pause(Reply reply, Instant now) {
        return RetryAfter.read(reply, now);
    }

    /** What an answer that is no success means. By its status unless overridden. */
    default Refusal refusal(Reply reply, Instant now) {
        return Refusal.byStatus(platform(), reply.status(), pause(reply, now).orElse(null));
    }

    /** Whether a new token that is refused too means that the account's owner must connect it again. */
    default boolean secondRefusalIsFinal() {
        return true;
    }

    /** Where nobody but HTTP itself says what an answer means. */
    static Dialect plain(String platform) {
        return () -> platform;
    }
}
