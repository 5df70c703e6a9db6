package dev.livemeter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers that are larger than memory should have to hold, on a real port. */
class StreamedAnswerTest {

    /** More than all memory that this test could have. */
    private static final long HUGE = 1L << 42;

    private static final AtomicInteger WRITTEN = new AtomicInteger();
    private static final AtomicLong MOST = new AtomicLong();
    private static Livemeter live;
    private static WebServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        live = Livemeter.builder()
                .wallet(InMemoryWallet.create(TimeSource.system()))
                .storage(InMemoryStorage.create())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build();
        server = WebServer.builder(live)
                .port(0)
                .handler("/large", StreamedAnswerTest::answer)
                .start();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        server.close();
        live.close();
    }

    private static WebResponse answer(WebRequest request) {
        var body = switch (request.path()) {
            case "/huge" ->
                WebBody.streamed(HUGE, out -> {
                    var block = new byte[64 * 1024];
                    for (var sent = 0L; sent < HUGE; sent += block.length) {
                        out.write(block);
                        MOST.set(sent);
                    }
                });
            case "/altered" ->
                WebBody.streamed(1_000, out -> {
                    out.write(new byte[400]);
                    throw new LivemeterException("recording.altered", "It was altered.");
                });
            default ->
                WebBody.streamed(3, out -> {
                    WRITTEN.incrementAndGet();
                    out.write(new byte[] {1, 2, 3});
                });
        };
        return new WebResponse(200, Map.of("Content-Type", "video/mp4"), body);
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.url().resolve("/large" + path));
    }

    private static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(request, handler);
    }

    @Test
    void arrivesWithItsLength() throws Exception {
        var answer = send(request("/small").build(), BodyHandlers.ofByteArray());
        assertThat(answer.body()).containsExactly(1, 2, 3);
        assertThat(answer.headers().firstValue("Content-Length")).contains("3");
    }

    @Test
    void isNotMadeForWhoAsksForTheHeadAlone() throws Exception {
        var before = WRITTEN.get();
        var answer =
                send(request("/small").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).contains("3");
        assertThat(WRITTEN.get()).isEqualTo(before);
    }

    @Test
    void isMadeNoFasterThanItIsTaken() throws Exception {
        var answer = send(request("/huge").build(), BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("Content-Length")).contains(Long.toString(HUGE));
        try (InputStream body = answer.body()) {
            assertThat(body.readNBytes(5_000_000)).hasSize(5_000_000);
        }
        // What lies in buffers on the way is little; the rest was never made.
        assertThat(MOST.get()).isLessThan(500_000_000L);
    }

    @Test
    void thatBreaksOffIsSeenToBeTooShort() {
        assertThatThrownBy(() -> send(request("/altered").build(), BodyHandlers.ofByteArray()))
                .isInstanceOf(IOException.class);
    }
}
