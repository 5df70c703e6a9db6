package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.CallbackServer.Undecided;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackServerTest {

    private static final String WHOLE =
            "POST /t/ingest/update?x=1 HTTP/1.0\r\nHost: h\r\nContent-Type: a/b\r\nCONTENT-LENGTH: 5\r\n\r\na=1&b";

    private final List<WebRequest> asked = new CopyOnWriteArrayList<>();
    private final List<Consumer<WebResponse>> open = new CopyOnWriteArrayList<>();
    private volatile @Nullable WebResponse response = WebResponse.empty(302).with("Location", "there");
    private CallbackServer server;

    private CallbackServer start(Undecided undecided) {
        server = CallbackServer.start(
                (request, answer) -> {
                    asked.add(request);
                    var now = response;
                    if (now == null) {
                        open.add(answer);
                    } else {
                        answer.accept(now);
                    }
                },
                0,
                undecided);
        return server;
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(IpLiteral.address("127.0.0.1"), server.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private String ask(String... parts) throws Exception {
        try (var socket = connect()) {
            for (var part : parts) {
                socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                Thread.sleep(parts.length > 1 ? 20 : 0);
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aQuestionIsReadAndAnsweredByTheEndOfTheConnection() throws Exception {
        start(Undecided.ANSWERED);
        assertThat(ask(WHOLE))
                .isEqualTo("HTTP/1.1 302 .\r\nConnection: close\r\nContent-Length: 0\r\nLocation: there\r\n\r\n");
        var request = asked.get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/t/ingest/update");
        assertThat(request.header("content-type")).contains("a/b");
        assertThat(request.body().text()).isEqualTo("a=1&b");
        assertThat(request.remoteAddress()).isEqualTo("127.0.0.1");
    }

    @Test
    void ofHeadersThatComeTwiceTheFirstCountsHoweverItIsWritten() throws Exception {
        start(Undecided.ANSWERED);
        assertThat(ask("POST /a?b=c HTTP/1.1\r\nCONTENT-type:\t one \r\ncontent-length:2\r\nX:\r\nContent-Type: two\r\n"
                        + "Content-Length: 999\r\nconnection: Close\r\nConnection: keep-alive\r\n\r\nhi"))
                .startsWith("HTTP/1.1 302 ")
                .contains("Connection: close");
        var request = asked.get(0);
        assertThat(request.path()).isEqualTo("/a");
        assertThat(request.header("Content-Type")).contains("one");
        assertThat(request.body().text()).isEqualTo("hi");
    }

    private static final String KEPT = WHOLE.replace("HTTP/1.0", "HTTP/1.1");

    private static String head(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                return head + "(end)";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Test
    void whoAsksMoreIsAnsweredOverTheSameConnection() throws Exception {
        start(Undecided.ANSWERED);
        try (var socket = connect()) {
            for (var round = 1; round <= 20; round++) {
                socket.getOutputStream().write(KEPT.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(head(socket))
                        .isEqualTo(
                                "HTTP/1.1 302 .\r\nConnection: keep-alive\r\nContent-Length: 0\r\nLocation: there\r\n\r\n");
                assertThat(asked).hasSize(round);
            }
            // Longer than a question may take.
            Thread.sleep(7_000);
            socket.getOutputStream()
                    .write(KEPT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 302 ")
                    .contains("Connection: close");
        }
    }

    @Test
    void theNextQuestionMayNotTakeForEverEither() throws Exception {
        start(Undecided.ANSWERED);
        try (var socket = connect()) {
            socket.getOutputStream().write(KEPT.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(head(socket)).startsWith("HTTP/1.1 302 ");
            socket.getOutputStream().write("POST /a HT".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 413, 415})
    void aStrangerKeepsNoConnection(int status) throws Exception {
        start(Undecided.ANSWERED);
        response = WebResponse.empty(status);
        assertThat(ask(KEPT)).startsWith("HTTP/1.1 " + status + " ").contains("Connection: close");
    }

    @Test
    void whatIsUndecidedEndsTheConnectionWhereAGateRepeatsItsLastAnswer() throws Exception {
        start(Undecided.UNANSWERED);
        response = WebResponse.empty(503);
        assertThat(ask(KEPT)).isEmpty();
    }

    @Test
    void whoLeavesBeforeTheAnswerIsForgotten() throws Exception {
        start(Undecided.ANSWERED);
        response = null;
        try (var socket = connect()) {
            socket.getOutputStream().write(KEPT.getBytes(StandardCharsets.ISO_8859_1));
            Await.until("it is asked", () -> open.size() == 1);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        open.get(0).accept(WebResponse.empty(200));
        response = WebResponse.empty(200);
        assertThat(ask(WHOLE)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aQuestionMayComeInPieces() throws Exception {
        start(Undecided.ANSWERED);
        var random = new Random(1);
        for (var round = 0; round < 5; round++) {
            var parts = new ArrayList<String>();
            for (var at = 0; at < WHOLE.length(); ) {
                var next = Math.min(WHOLE.length(), at + 1 + random.nextInt(40));
                parts.add(WHOLE.substring(at, next));
                at = next;
            }
            assertThat(ask(parts.toArray(String[]::new))).startsWith("HTTP/1.1 302 ");
        }
        assertThat(asked)
                .hasSize(5)
                .allSatisfy(request -> assertThat(request.body().text()).isEqualTo("a=1&b"));
    }

    @Test
    void anAnswerMayComeMuchLaterAndHoldsUpNobody() throws Exception {
        start(Undecided.ANSWERED);
        response = null;
        try (var socket = connect()) {
            socket.getOutputStream().write(WHOLE.getBytes(StandardCharsets.ISO_8859_1));
            Await.until("it is asked", () -> open.size() == 1);
            response = WebResponse.empty(200);
            assertThat(ask(WHOLE)).startsWith("HTTP/1.1 200 ");
            open.get(0).accept(WebResponse.empty(403));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void whatIsUndecidedIsNotAnsweredWhereAGateRepeatsItsLastAnswer() throws Exception {
        response = WebResponse.empty(503);
        start(Undecided.UNANSWERED);
        assertThat(ask(WHOLE)).isEmpty();
        server.close();
        start(Undecided.ANSWERED);
        assertThat(ask(WHOLE)).startsWith("HTTP/1.1 503 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "POST\r\n\r\n",
                "POST /a\r\n\r\n",
                "POST a HTTP/1.0\r\n\r\n",
                "POST /a b HTTP/1.0\r\n\r\n",
                "POST /a HTTP/2.0\r\n\r\n",
                "POST /a HTTP/1.0\r\nno header\r\n\r\n",
                "POST /a HTTP/1.0\r\n: value\r\n\r\n",
                "POST /a HTTP/1.0\r\nContent-Length: -1\r\n\r\n",
                "POST /a HTTP/1.0\r\nContent-Length: 1x\r\n\r\n",
                "POST /a HTTP/1.0\r\nContent-Length: 99999999999\r\n\r\n",
                "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void whatIsNoQuestionReachesNobody(String text) throws Exception {
        start(Undecided.ANSWERED);
        assertThat(ask(text)).startsWith("HTTP/1.1 400 ");
        assertThat(asked).isEmpty();
    }

    @Test
    void neverReadsMoreThanIsAllowed() throws Exception {
        start(Undecided.ANSWERED);
        assertThat(ask("POST /a HTTP/1.0\r\nX: " + "y".repeat(9_000))).startsWith("HTTP/1.1 400 ");
        assertThat(ask("POST /a HTTP/1.0\r\nContent-Length: 999999\r\n\r\n"
                        + "x".repeat(CallbackHandler.MOST_BYTES + 1)))
                .startsWith("HTTP/1.1 302 ");
        assertThat(asked.get(0).body().length()).isEqualTo(CallbackHandler.MOST_BYTES + 1);
    }

    @Test
    void whoNeverEndsItsQuestionIsSentAway() throws Exception {
        start(Undecided.ANSWERED);
        try (var socket = connect()) {
            socket.getOutputStream().write("POST /a HT".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void aDecisionThatFailsIsAnswered() throws Exception {
        server = CallbackServer.start(
                (request, answer) -> {
                    throw new IllegalStateException("Not today.");
                },
                0,
                Undecided.ANSWERED);
        assertThat(ask(WHOLE)).startsWith("HTTP/1.1 500 ");
    }

    @Test
    void aPortThatIsTakenIsReplacedByAFreeOne() throws Exception {
        start(Undecided.ANSWERED);
        try (var other = CallbackServer.start(
                (request, answer) -> answer.accept(WebResponse.empty(200)), server.port(), Undecided.ANSWERED)) {
            assertThat(other.port()).isNotEqualTo(server.port());
        }
    }
}
