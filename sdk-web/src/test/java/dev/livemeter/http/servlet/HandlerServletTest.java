package dev.livemeter.http.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.http.BrowserClientMounted;
import dev.livemeter.http.LivemeterApi;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What answers requests, in a real Tomcat. */
@Timeout(180)
class HandlerServletTest {

    private final Echo echo = new Echo();
    private final ManualTime time = ManualTime.create();
    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(time))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .build();
    private final LivemeterApi api = LivemeterApi.builder(live).build();
    private final TomcatServer server = TomcatServer.start(Map.of(
            "/echo/*", new HandlerServlet(echo, 10),
            "/api/*", new HandlerServlet(api),
            "/livemeter/*", new HandlerServlet(StaticFiles.browserClient())));
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
        api.close();
        live.close();
    }

    /** Says what it was asked; what waits is answered when the test says so. */
    private static final class Echo implements WebHandler {

        private final Queue<CompletableFuture<WebResponse>> waiting = new ConcurrentLinkedQueue<>();

        @Override
        public WebResponse handle(WebRequest request) {
            if (request.path().equals("/broken")) {
                throw new IllegalStateException("broken");
            }
            return WebResponse.text(
                    201,
                    "text/plain; charset=utf-8",
                    String.join(
                            " ",
                            request.method(),
                            request.path(),
                            request.parameter("q").orElse("-"),
                            request.header("x-test").orElse("-"),
                            request.body().text(),
                            request.remoteAddress()));
        }

        @Override
        public CompletionStage<WebResponse> handleLater(WebRequest request) {
            if (!request.path().equals("/wait")) {
                return WebHandler.super.handleLater(request);
            }
            var later = new CompletableFuture<WebResponse>();
            waiting.add(later);
            return later;
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> sent(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aRequestArrivesWithAllThatItSays() throws Exception {
        var answer =
                sent(to("/echo/a%20b/c?q=%C3%A9+1&q=2").header("X-Test", "yes").POST(BodyPublishers.ofString("text")));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain;charset=utf-8");
        assertThat(answer.body()).isEqualTo("POST /a b/c é 1 yes text 127.0.0.1");
        assertThat(sent(to("/echo").GET()).body()).isEqualTo("GET / - -  127.0.0.1");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        var answer = sent(to("/echo/a").POST(BodyPublishers.ofString("12345678901")));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("The body is too large; at most 10 bytes are read.");
        assertThat(sent(to("/echo/a").POST(BodyPublishers.ofString("1234567890")))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void whatWaitsHoldsNoThreadAndIsAnsweredInTheEnd() {
        var answers = new CompletableFuture<?>[300];
        for (var i = 0; i < answers.length; i++) {
            answers[i] = http.sendAsync(to("/echo/wait").build(), BodyHandlers.ofString())
                    .thenAccept(answer -> assertThat(answer.body()).isEqualTo("at last"));
        }
        // More than there are threads of the container: all of them have come in.
        while (echo.waiting.size() < answers.length) {
            Thread.onSpinWait();
        }
        echo.waiting.forEach(later -> later.complete(WebResponse.text(200, "text/plain", "at last")));
        CompletableFuture.allOf(answers).orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Test
    void aFailureSaysNothingOfWhatFailed() throws Exception {
        var answer = sent(to("/echo/broken").GET());
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
                .contains("Something went wrong here. The log tells the operator more.")
                .doesNotContain("IllegalState");
        var later = http.sendAsync(to("/echo/wait").build(), BodyHandlers.ofString());
        while (echo.waiting.isEmpty()) {
            Thread.onSpinWait();
        }
        echo.waiting.forEach(waiting -> waiting.completeExceptionally(new IllegalStateException("broken")));
        assertThat(later.orTimeout(60, TimeUnit.SECONDS).join().statusCode()).isEqualTo(500);
    }

    @Test
    void anAddressThatIsNotEncodedWellIsRefused() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /echo/a?q=%zz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 400");
        }
    }

    @Test
    void theBrowserClientIsLoadedWholeFromAServletContainer() throws Exception {
        BrowserClientMounted.requireWhole(URI.create("http://127.0.0.1:" + server.port() + "/livemeter/"));
    }

    @Test
    void theApiAnswersInAServletContainer() throws Exception {
        var health = sent(to("/api/health").GET());
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(health.headers().firstValue("cache-control")).contains("no-store");
        assertThat(sent(to("/api/status").GET()).statusCode()).isEqualTo(401);
        var head = sent(to("/api/health").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }
}
