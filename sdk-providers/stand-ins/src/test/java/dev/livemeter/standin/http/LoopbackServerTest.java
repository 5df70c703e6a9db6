package dev.livemeter.standin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.standin.Browser;
import jakarta.json.Json;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoopbackServerTest {

    @Test
    void answersWithoutTheDelayOfDelayedConfirmations() {
        var body = Json.createObjectBuilder().add("text", "x".repeat(1000)).build();
        try (var server = new LoopbackServer("test", request -> Response.json(200, body))) {
            var browser = new Browser();
            var millis = new long[21];
            for (var i = 0; i < millis.length; i++) {
                var began = System.nanoTime();
                assertThat(browser.get(server.root()).statusCode()).isEqualTo(200);
                millis[i] = (System.nanoTime() - began) / 1_000_000;
            }
            Arrays.sort(millis);
            // Each answer would wait 40 ms if head and body waited for one another; a busy machine delays some.
            assertThat(millis[millis.length / 4]).isLessThan(35);
        }
    }

    @Test
    void whatFailsIsSaidToBeTheStandInsFault() {
        try (var server = new LoopbackServer("test", request -> {
            throw new IllegalStateException("a bug");
        })) {
            var answer = new Browser().get(server.root());
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("The stand-in itself failed; its log says where.");
        }
    }
}
