package dev.livemeter.platforms;

import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Refusal.Kind;
import dev.livemeter.platforms.http.Reply;
import java.time.Instant;
import java.util.Set;

/** Kick's errors have no words of their own: the status is what there is. */
record KickDialect() implements Dialect {

    private static final Set<String> APPLICATION = Set.of("invalid_client", "unauthorized_client");

    @Override
    public String platform() {
        return "Kick";
    }

    @Override
    public Refusal refusal(Reply reply, Instant now) {
        if (reply.status() == 403) {
            return new Refusal(
                    Kind.FINAL,
                    null,
                    "http_403",
                    "Kick does not let this account do that; connect it again and allow everything that is asked for.");
        }
        return Dialect.super.refusal(reply, now);
    }

    /** Kick documents one error for all that a code or a refresh token can be refused for. */
    static String error(Reply reply) {
        var word = Json.text(reply.json(), "error").orElse("");
        if (APPLICATION.contains(word)) {
            return word;
        }
        return reply.status() == 400 || reply.status() == 401 ? "invalid_grant" : "";
    }
}
