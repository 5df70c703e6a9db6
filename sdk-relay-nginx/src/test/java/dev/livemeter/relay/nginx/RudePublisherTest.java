package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those who try to stream without paying, to speak for nginx, or for somebody else. */
class RudePublisherTest {

    @TempDir
    private Path directory;

    private final ScriptedAuthority authority = new ScriptedAuthority();
    private NginxRelay relay;
    private int port;

    @BeforeEach
    void open() {
        authority.pushes = request -> List.of(ScriptedAuthority.push("d", "rtmp://127.0.0.1:9/app", "k"));
        relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory)
                .build());
        port = relay.open(authority).url().getPort();
    }

    @AfterEach
    void close() {
        relay.close();
    }

    @Test
    @DisplayName("Acceptance 7: a stream that is closed in the same breath does not live on unseen")
    void aStreamThatIsClosedInTheSameBreathDoesNotLiveOnUnseen() throws Exception {
        for (var round = 0; round < 10; round++) {
            try (var client = new RtmpClient(port)) {
                client.connect("live")
                        .createStream()
                        .publish("rude" + round)
                        .closeStream()
                        .flush();
                assertThat(client.isHungUp()).as("round %s", round).isTrue();
            }
        }
        Await.until(
                "whoever was admitted is reported as ended", () -> authority.ends.size() == authority.sessions.size());
        assertThat(authority.changes).isEmpty();
        assertThat(authority.beats).isEmpty();
    }

    @Test
    void whoPublishesASecondTimeOnOneConnectionIsCutOff() throws Exception {
        try (var client = new RtmpClient(port)) {
            client.connect("live").createStream().publish("first").flush();
            Await.until("it is alive", () -> !authority.beats.isEmpty());
            client.publish("second").flush();
            assertThat(client.isHungUp()).isTrue();
        }
        assertThat(authority.end(authority.session("first")).cause()).isEqualTo(EndCause.LEFT);
        assertThat(authority.requests).hasSize(1);
    }

    @Test
    @DisplayName("Acceptance 2: what is written behind a key does not count")
    void whatIsWrittenBehindAKeyDoesNotCount() throws Exception {
        try (var client = new RtmpClient(port)) {
            client.connect("live")
                    .createStream()
                    .publish("mine?name=victim&clientid=1&call=update_publish&app=other")
                    .flush();
            Await.until("it is alive", () -> !authority.beats.isEmpty());
            assertThat(authority.requests).singleElement().satisfies(request -> {
                assertThat(request.streamKey().reveal()).isEqualTo("mine");
                assertThat(request.remoteAddress()).isEqualTo("127.0.0.1");
            });
        }
        assertThat(authority.end(authority.session("mine")).cause()).isEqualTo(EndCause.LEFT);
    }

    @Test
    void aLineBreakInAKeyIsPartOfTheKey() throws Exception {
        try (var client = new RtmpClient(port)) {
            client.connect("live")
                    .createStream()
                    .publish("a\r\nX-Evil: 1\r\n\r\n&name=b")
                    .flush();
            Await.until("it asked", () -> !authority.requests.isEmpty());
            assertThat(authority.requests.get(0).streamKey().reveal()).isEqualTo("a\r\nX-Evil: 1\r\n\r\n&name=b");
        }
    }

    @Test
    void theAnchorTakesNobodyIn() throws Exception {
        var anchor = Integer.parseInt(nginx().configured("push rtmp://127\\.0\\.0\\.1:(\\d+)/anchor"));
        try (var client = new RtmpClient(anchor)) {
            client.connect("anchor")
                    .createStream()
                    .publish("guessed-session-id")
                    .flush();
            assertThat(client.isHungUp()).isTrue();
        }
        assertThat(authority.requests).isEmpty();
    }

    @Test
    void aStreamThatRunsIsPassedOnToNowhereByWhoKnowsItsName() throws Exception {
        try (var publisher = new RtmpClient(port)) {
            publisher.connect("live").createStream().publish("victim").flush();
            Await.until("it is alive", () -> !authority.beats.isEmpty());
            var stream = authority.session("victim").value();
            for (var name : List.of(stream, stream + "?ring=guessed", stream + "?ring=&name=x")) {
                try (var client = new RtmpClient(port)) {
                    client.connect("live").createStream().publish(name).flush();
                    assertThat(client.isHungUp()).as(name).isTrue();
                }
            }
            assertThat(publisher.isHungUpWithin(1500)).isFalse();
        }
        assertThat(authority.requests).hasSize(1);
    }

    @Test
    void aForgedCallbackIsAnsweredWithNothingToLearnFrom() throws Exception {
        var callbacks = Integer.parseInt(nginx().configured("on_publish http://127\\.0\\.0\\.1:(\\d+)/"));
        var token = nginx().configured("on_publish http://127\\.0\\.0\\.1:\\d+/([a-z0-9]+)/");
        var form = "app=live&clientid=5&call=publish&name=stolen&addr=1.2.3.4";
        assertThat(post(callbacks, "/" + "x".repeat(token.length()) + "/ingest/publish", form))
                .startsWith("HTTP/1.1 404");
        assertThat(post(callbacks, "/" + token + "/ingest/publish", "clientid=5"))
                .startsWith("HTTP/1.1 400");
        assertThat(post(callbacks, "/" + token + "/ingest/publish", form + "&x=" + "y".repeat(20_000)))
                .startsWith("HTTP/1.1 413");
        assertThat(authority.requests).isEmpty();
    }

    @Test
    @DisplayName("Acceptance 3: an authority that hangs keeps nobody waiting and leaks nothing")
    void anAuthorityThatHangsKeepsNobodyWaitingAndLeaksNothing() throws Exception {
        var answers = new CountDownLatch(1);
        var asked = new CompletableFuture<Long>();
        authority.beforeAnswer = () -> {
            asked.complete(System.nanoTime());
            try {
                assertThat(answers.await(120, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (var client = new RtmpClient(port)) {
            client.connect("live").createStream().publish("patient").flush();
            assertThat(client.isHungUp()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - asked.get(1, TimeUnit.SECONDS)))
                    .as("nginx waits three seconds, and a machine that has much to do may be late")
                    .isLessThan(Duration.ofSeconds(6));
        }
        answers.countDown();
        Await.until("it was admitted after all", () -> authority.session("patient") != null);
        assertThat(authority.end(authority.session("patient")).cause()).isEqualTo(EndCause.LEFT);
    }

    @Test
    void anOrderForNobodyCutsNobody() throws Exception {
        try (var client = new RtmpClient(port)) {
            client.connect("live").createStream().publish("bystander").flush();
            Await.until("it is alive", () -> !authority.beats.isEmpty());
            relay.disconnect(new SessionId("somebody-else"));
            assertThat(client.isHungUpWithin(1500)).isFalse();
        }
    }

    private RunningNginx nginx() {
        return new RunningNginx(directory);
    }

    /** As nginx sends it, read until the connection is closed. */
    private static String post(int port, String path, String body) throws IOException {
        try (var socket = new Socket(IpLiteral.address("127.0.0.1"), port)) {
            socket.setSoTimeout(2000);
            socket.getOutputStream()
                    .write(("POST " + path
                                    + " HTTP/1.0\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: Close\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
