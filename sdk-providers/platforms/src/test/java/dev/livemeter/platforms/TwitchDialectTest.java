package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Reply;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TwitchDialectTest {

    private static Refusal read(int status, String message) {
        return new TwitchDialect("client")
                .refusal(
                        new Reply(
                                status,
                                HttpHeaders.of(Map.of(), (name, value) -> true),
                                Json.object().add("message", message).build()),
                        Instant.EPOCH);
    }

    @Test
    void aPermissionForTheChatThatWasNeverGivenCostsNotTheWholeAccount() {
        assertThat(read(401, "Missing scope: user:write:chat"))
                .isEqualTo(new Refusal(
                        Refusal.Kind.FINAL,
                        null,
                        "missing_scope",
                        "This account was connected to Twitch without a permission that is needed here (user:write:chat);"
                                + " connect it again and allow all that is asked for."));
    }

    @Test
    void oneThatStreamingNeedsDoes() {
        assertThat(read(401, "Missing scope: channel:manage:broadcast").kind())
                .isEqualTo(Refusal.Kind.NEEDS_AUTHORIZATION);
    }

    @Test
    void aTokenThatHasEndedIsStillRenewed() {
        assertThat(read(401, "Invalid OAuth token").kind()).isEqualTo(Refusal.Kind.UNAUTHORIZED);
        assertThat(read(403, "Missing scope: user:write:chat").code()).isEqualTo("http_403");
    }
}
