package dev.livemeter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.http.Caller;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryRelay;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.ByteArrayInputStream;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server on a real port. */
class WebServerTest {

    private static final AtomicReference<WebRequest> SEEN = new AtomicReference<>();
    private static final CountDownLatch SLOW_STARTED = new CountDownLatch(1);
    private static Livemeter live;
    private static WebServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        live = Livemeter.builder()
                .wallet(InMemoryWallet.create(TimeSource.system()))
                .storage(InMemoryStorage.create())
                .relay(InMemoryRelay.create())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build();
        server = builder().start();
        client = HttpClient.newHttpClient();
    }

    private static WebServer.Builder builder() {
        return WebServer.builder(live)
                .port(0)
                .authenticator(request -> request.header("x-test-user").map(Caller::broadcaster))
                .handler("/echo", WebServerTest::echo)
                .handler("/echo/deeper", request -> WebResponse.text(200, "text/plain", "deeper " + request.path()))
                .files(WebServerTest.class.getClassLoader(), "dev/livemeter/http/page");
    }

    private static WebResponse echo(WebRequest request) {
        SEEN.set(request);
        if (request.path().equals("/fail")) {
            throw new IllegalStateException("db.internal");
        }
        if (request.path().equals("/slow")) {
            SLOW_STARTED.countDown();
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return WebResponse.text(
                200, "text/plain; charset=utf-8", "echo " + request.body().text());
    }

    @AfterAll
    static void stop() {
        server.close();
        server.close();
        live.close();
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.url().resolve(path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Sends the very bytes: the client of the JDK would tidy them up. */
    private static String raw(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String rawGet(String target) throws IOException {
        return raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    @Test
    void theLineOfTheQuickStart() throws Exception {
        final CompletableFuture<Void> joined;
        try (var quick = WebServer.start(live, 0)) {
            assertThat(quick.url()).isEqualTo(URI.create("http://127.0.0.1:" + quick.port() + "/"));
            var health =
                    HttpRequest.newBuilder(quick.url().resolve("/api/health")).build();
            assertThat(client.send(health, BodyHandlers.ofString()).body()).isEqualTo("{\"status\":\"up\"}");
            var status =
                    HttpRequest.newBuilder(quick.url().resolve("/api/status")).build();
            assertThat(client.send(status, BodyHandlers.ofString()).body()).contains("auth.no_authenticator");
            joined = CompletableFuture.runAsync(() -> {
                try {
                    quick.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        joined.get(60, TimeUnit.SECONDS);
    }

    @Test
    void theApiAnswersBehindItsPrefix() throws Exception {
        var answer = send(to("/api/status").header("X-Test-User", "alice"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("server")).isEmpty();
        assertThat(answer.body()).contains("\"user\":\"alice\"");
    }

    @Test
    void writesGoThroughTheWholeWay() throws Exception {
        var answer = send(to("/api/stream-keys")
                .header("X-Test-User", "alice")
                .header("Content-Type", "application/json")
                .header("Origin", "http://127.0.0.1:" + server.port())
                .POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(201);
        var foreign = send(to("/api/stream-keys")
                .header("X-Test-User", "alice")
                .header("Content-Type", "application/json")
                .header("Origin", "http://evil.example")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(foreign.statusCode()).isEqualTo(403);
    }

    @Test
    void aConnectionIsKeptForTheNextRequest() throws Exception {
        var request = "GET /api/health HTTP/1.1\r\nHost: localhost\r\n";
        var answer = raw(request + "\r\n" + request + "Connection: close\r\n\r\n");
        assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(3);
    }

    @Test
    void aRequestArrivesDecodedAndWhole() throws Exception {
        var answer = send(to("/echo/a%20b/c?x=1&x=2&y=%C3%A4+b")
                .header("X-Some", "one")
                .header("X-Forwarded-For", "198.51.100.1")
                .method("PATCH", BodyPublishers.ofString("grün")));
        assertThat(answer.body()).isEqualTo("echo grün");
        var seen = SEEN.get();
        assertThat(seen.method()).isEqualTo("PATCH");
        assertThat(seen.path()).isEqualTo("/a b/c");
        assertThat(seen.query().get("x")).containsExactly("1", "2");
        assertThat(seen.parameter("y")).hasValue("ä b");
        assertThat(seen.header("X-SOME")).hasValue("one");
        assertThat(seen.remoteAddress()).isEqualTo("127.0.0.1");
    }

    @Test
    void theLongestPrefixWins() throws Exception {
        assertThat(send(to("/echo/deeper/x")).body()).isEqualTo("deeper /x");
        assertThat(send(to("/echo/deeper")).body()).isEqualTo("deeper /");
        assertThat(send(to("/echo/deepers")).body()).isEqualTo("echo ");
        assertThat(send(to("/echoes")).statusCode()).isEqualTo(404);
    }

    @Test
    void aBodyOverTheLimitIsRefusedWithAndWithoutLength() throws Exception {
        var fits = "x".repeat(64 * 1024);
        assertThat(send(to("/echo").POST(BodyPublishers.ofString(fits))).statusCode())
                .isEqualTo(200);
        var big = fits + "x";
        var told = send(to("/echo").POST(BodyPublishers.ofString(big)));
        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains("request.too_large");
        var chunked = send(to("/echo")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(big.getBytes(StandardCharsets.UTF_8)))));
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void headHasTheHeadersAlone() throws Exception {
        var answer = send(to("/").method("HEAD", BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length"))
                .hasValue(send(to("/")).body().length());
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void filesComeWithTypeTagAndPolicy() throws Exception {
        var page = send(to("/"));
        assertThat(page.body()).contains("<title>Page</title>");
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("default-src 'self'");
        assertThat(page.headers().firstValue("cache-control")).hasValue("no-cache");
        var tag = page.headers().firstValue("etag").orElseThrow();
        var again = send(to("/index.html").header("If-None-Match", tag));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(send(to("/").header("If-None-Match", "\"other\"")).statusCode())
                .isEqualTo(200);
        assertThat(send(to("/app/main.js")).headers().firstValue("content-type"))
                .hasValue("text/javascript; charset=utf-8");
        assertThat(send(to("/").POST(BodyPublishers.noBody())).statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../jetty/WebServerTest.class",
                "/..%2fjetty/WebServerTest.class",
                "/%2e%2e/jetty/WebServerTest.class",
                "/..%5cjetty%5cWebServerTest.class",
                "/app/..;/..;/secret.txt",
                "/%252e%252e/secret.txt",
                "/app//../../secret.txt",
                "/secret.txt%00.html",
                "/.hidden.html",
                "/app",
                "/app/",
                "/index.html/",
                "/nothing.html",
                "/index",
                "//etc/passwd"
            })
    void nothingOutsideTheFolderIsServed(String target) throws Exception {
        assertThat(rawGet(target)).containsPattern("^HTTP/1.1 (400|404) ").doesNotContain("hidden things");
    }

    @Test
    void whatJettyRefusesIsAProblemToo() throws Exception {
        var ambiguous = rawGet("/a%2fb");
        assertThat(ambiguous)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json")
                .doesNotContain("etty");
        assertThat(raw("NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 ").doesNotContain("etty");
        assertThat(rawGet("/echo?x=%ZZ")).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    }

    @Test
    void aHandlerThatFailsTellsNothing() throws Exception {
        var answer = send(to("/echo/fail"));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("\"code\":\"internal\"").doesNotContain("db.internal");
    }

    @Test
    void whatRunsComesToItsEndBeforeTheServerStops() throws Exception {
        var stopping = builder().start();
        var slow = HttpRequest.newBuilder(stopping.url().resolve("/echo/slow")).build();
        var answer = client.sendAsync(slow, BodyHandlers.ofString());
        assertThat(SLOW_STARTED.await(60, TimeUnit.SECONDS)).isTrue();
        stopping.close();
        assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        var port = server.port();
        assertThatThrownBy(() -> WebServer.start(live, port))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("web.port_in_use"))
                .hasMessage("The port " + port + " of 127.0.0.1 is used by another program; stop that one, or choose"
                        + " another port, 0 for a free one.");
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        assertThatThrownBy(
                        () -> WebServer.builder(live).host("192.0.2.1").port(0).start())
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("web.not_started"));
    }

    @Test
    void whatDoesNotFitIsToldBeforeThePortIsOpened() {
        assertThatThrownBy(() -> builder().port(70_000).start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The port is 70000");
        assertThatThrownBy(() -> builder().handler("/echo", WebServerTest::echo))
                .hasMessage("Two handlers are mounted at '/echo'; mount each at a prefix of its own.");
        assertThatThrownBy(() -> builder().handler("/api", WebServerTest::echo).start())
                .hasMessageStartingWith("A handler is mounted at '/api', where the API is");
        assertThatThrownBy(() ->
                        builder().handler("no-slash/", WebServerTest::echo).start())
                .hasMessageStartingWith("The path prefix 'no-slash/' does not fit");
    }
}
