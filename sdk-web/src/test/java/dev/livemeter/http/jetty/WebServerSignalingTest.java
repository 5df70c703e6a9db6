package dev.livemeter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.http.Caller;
import dev.livemeter.money.Tariff;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.testing.InMemoryBooks;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.Currency;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** REST, signaling, the socket of chat and the browser client: all on one port. */
@Timeout(180)
class WebServerSignalingTest {

    private static final String OPEN = "{\"type\":\"OPEN\"}";

    private final SignalingServer signaling = SignalingServer.builder()
            .options(SignalingOptions.builder().path("/peer").build())
            .build();
    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(dev.livemeter.time.TimeSource.system()))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .calls(CallPolicy.defaults(Currency.getInstance("USD")), signaling)
            .build();
    private final WebServer server = WebServer.builder(live)
            .port(0)
            .authenticator(request -> request.header("x-test-user").map(Caller::broadcaster))
            .signaling(signaling)
            .start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
        live.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.url().resolve(path)).header("x-test-user", "bob");
    }

    private String got(String path) throws Exception {
        var answer = http.send(to(path).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static JsonObject read(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    private JsonObject token() throws Exception {
        var answer = http.send(
                to("/api/calls/token")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        return read(answer.body());
    }

    private Heard connect(String id, String token) {
        var heard = new Heard();
        http.newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + server.port() + "/peer/peerjs?key=peerjs&id=" + id + "&token="
                                + token),
                        heard)
                .join();
        return heard;
    }

    private static final class Heard implements WebSocket.Listener {

        private final LinkedBlockingQueue<String> texts = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            texts.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            texts.add("closed " + code);
            return null;
        }

        @Nullable
        String next() throws InterruptedException {
            return texts.poll(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void oneGetsATokenComesIntoSignalingAndIsThere() throws Exception {
        var token = token();
        var bob = connect(token.getString("peer"), token.getString("token"));
        assertThat(bob.next()).isEqualTo("{\"type\":\"OPEN\"}");
        assertThat(read(got("/api/calls/price?callee=bob")).getBoolean("present"))
                .isTrue();
        assertThat(connect("bob", "made-up").next())
                .isEqualTo(
                        "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"The token is not valid for this id, or has expired;"
                                + " get a new one and connect again.\"}}");
    }

    @Test
    void aTokenThatWasReplacedTakesNothingBackAndTheOneInUseDoes() throws Exception {
        var old = live.calls().token("bob", "");
        assertThat(connect("bob", old.value().reveal()).next()).isEqualTo(OPEN);
        var used = live.calls().token("bob", "");
        // Of two tokens the newer one ends later, by milliseconds.
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!used.expiresAt().isAfter(old.expiresAt()) && System.nanoTime() < deadline) {
            used = live.calls().token("bob", "");
        }
        var bob = connect("bob", used.value().reveal());
        assertThat(bob.next()).isEqualTo(OPEN);

        var replayed = connect("bob", old.value().reveal());
        assertThat(replayed.next()).isEqualTo("{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
        // Whoever has the id did not notice: the first that he hears is that somebody else uses his present token.
        assertThat(bob.texts).isEmpty();
        var thief = connect("bob", used.value().reveal());
        assertThat(thief.next()).isEqualTo(OPEN);
        assertThat(bob.next()).startsWith("closed");
    }

    @Test
    void restSignalingChatAndTheBrowserClientShareThePort() throws Exception {
        assertThat(got("/api/health")).isEqualTo("{\"status\":\"up\"}");
        assertThat(got("/peer/peerjs/id")).hasSize(36);
        assertThat(got("/livemeter/livemeter.js")).contains("LivemeterClient");
        assertThat(got("/livemeter/livemeter.d.ts")).contains("export class LivemeterClient");
        var channel = ChatChannel.of("stream", "bob");
        var chat = new ChatClient(http, server.url(), "bob", channel.key()).open(0);
        assertThat(chat.next("page").getJsonArray("entries")).isEmpty();
        var answer = http.send(to("/nowhere").build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        chat.drop();
    }

    @Test
    void whoIsConnectedIsToldToComeAgainWhenTheServerStops() throws Exception {
        var token = token();
        var bob = connect(token.getString("peer"), token.getString("token"));
        assertThat(bob.next()).isEqualTo("{\"type\":\"OPEN\"}");
        server.close();
        assertThat(bob.next()).isEqualTo("closed 1012");
        assertThat(live.calls().isPresent("bob")).isFalse();
    }

    @Test
    void signalingAtTheRootIsRefused() {
        try (var alone = SignalingServer.dropIn()) {
            assertThatThrownBy(() -> WebServer.builder(live).signaling(alone))
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.faults())
                                    .containsExactly(
                                            "The signaling path is '/', where the site is; give it one of its own with"
                                                    + " SignalingOptions.builder().path(\"/calls\"), say."));
        }
    }
}
