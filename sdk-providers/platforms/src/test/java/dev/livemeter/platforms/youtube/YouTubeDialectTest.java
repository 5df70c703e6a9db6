package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Reply;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YouTubeDialectTest {

    private static Refusal read(int status, String reason) {
        var body = "{\"error\":{\"errors\":[{\"reason\":\"" + reason + "\"}]}}";
        return new YouTubeDialect()
                .refusal(
                        new Reply(
                                status,
                                HttpHeaders.of(Map.of(), (name, value) -> true),
                                Json.parse(body.getBytes(StandardCharsets.UTF_8))
                                        .orElseThrow()),
                        Instant.EPOCH);
    }

    @Test
    void aMissingTokenIsReadByItsStatusAndAMissingParameterIsNone() {
        assertThat(read(401, "required").kind()).isEqualTo(Refusal.Kind.UNAUTHORIZED);
        assertThat(read(400, "required"))
                .isEqualTo(new Refusal(
                        Refusal.Kind.FINAL,
                        null,
                        "required",
                        "YouTube refused the request (required); look the word up in the reference of its API."));
    }
}
