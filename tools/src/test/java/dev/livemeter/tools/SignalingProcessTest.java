package dev.livemeter.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as operators start it: a process of its own, with a real Redis. */
@Tag("once") // processes
@Timeout(120)
class SignalingProcessTest {

    private static final Pattern READY = Pattern.compile("READY http://[^/]+:([0-9]+).*\\R");

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (var process : processes) {
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    private int redis() throws IOException, InterruptedException {
        final int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var process = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        processes.add(process);
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!answers(port)) {
            assertThat(process.isAlive() && System.nanoTime() < deadline)
                    .as(Files.readString(folder.resolve("redis.log")))
                    .isTrue();
            Thread.sleep(20);
        }
        return port;
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }

    private record Node(Process process, int port, Path log) {}

    private Node node(int redis, String name) throws IOException, InterruptedException {
        return node(name, List.of(), "--host=127.0.0.1", "--redis=redis://127.0.0.1:" + redis);
    }

    /** What it prints goes to files: a pipe that nobody reads would stop it. */
    private Node node(String name, List<String> ofTheJvm, String... more) throws IOException, InterruptedException {
        var out = folder.resolve(name + ".out");
        var log = folder.resolve(name + ".log");
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ofTheJvm);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                SignalingCommand.class.getName(),
                "--port=0",
                "--path=/calls",
                "--drain=300"));
        command.addAll(List.of(more));
        var process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .start();
        processes.add(process);
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        var ready = READY.matcher(Files.readString(out));
        while (!ready.find()) {
            assertThat(process.isAlive() && System.nanoTime() < deadline)
                    .as(Files.readString(log))
                    .isTrue();
            Thread.sleep(20);
            ready = READY.matcher(Files.readString(out));
        }
        return new Node(process, Integer.parseInt(ready.group(1)), log);
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
            return texts.poll(30, TimeUnit.SECONDS);
        }
    }

    private static WebSocket connect(Node node, String id, Heard heard) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + node.port() + "/calls/peerjs?key=peerjs&id=" + id
                                + "&token=not-for-the-log"),
                        heard)
                .join();
    }

    @Test
    void twoProcessesAreOneOverRedisAndSigtermDrainsAndEndsWithZero() throws Exception {
        var redis = redis();
        var one = node(redis, "one");
        var two = node(redis, "two");
        var atAlice = new Heard();
        var atBob = new Heard();
        var alice = connect(one, "alice", atAlice);
        connect(two, "bob", atBob);
        assertThat(atAlice.next()).isEqualTo("{\"type\":\"OPEN\"}");
        assertThat(atBob.next()).isEqualTo("{\"type\":\"OPEN\"}");
        alice.sendText("{\"type\":\"OFFER\",\"dst\":\"bob\",\"payload\":1}", true)
                .join();
        assertThat(atBob.next()).isEqualTo("{\"type\":\"OFFER\",\"src\":\"alice\",\"dst\":\"bob\",\"payload\":1}");

        one.process().destroy(); // SIGTERM
        assertThat(atAlice.next()).isEqualTo("closed 1012");
        assertThat(one.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(one.process().exitValue()).isZero();
        assertThat(Files.readString(one.log()))
                .contains("\"event\":\"joined\",\"peer\":\"alice\"}", "\"event\":\"lost\",\"peer\":\"alice\"}")
                .doesNotContain("not-for-the-log");
        assertThat(two.process().isAlive()).isTrue();
    }

    @Test
    void withoutAHostItListensOnAllAddresses() throws Exception {
        var node = node("everywhere", List.of());
        var heard = new Heard();
        connect(node, "alice", heard);
        assertThat(heard.next()).isEqualTo("{\"type\":\"OPEN\"}");
        assertThat(Files.readString(node.log())).doesNotContain("IPv6");
    }

    @Test
    void whereThereIsNoIpv6ItSaysSoAndListensOnAllAddressesOfIpv4() throws Exception {
        var node = node("everywhere", List.of("-Djava.net.preferIPv4Stack=true"));
        var heard = new Heard();
        connect(node, "alice", heard);
        assertThat(heard.next()).isEqualTo("{\"type\":\"OPEN\"}");
        assertThat(Files.readString(node.log()))
                .contains("This machine has no IPv6, so :: cannot be listened on; it is 0.0.0.0 instead.");
    }

    /** What kill -9 leaves: nobody says good-bye, and nothing is taken back from Redis. */
    @Test
    void theIdsOfAProcessThatIsKilledAreFreeWithinSeconds() throws Exception {
        var redis = redis();
        var one = node(redis, "one");
        var two = node(redis, "two");
        var atAlice = new Heard();
        connect(one, "alice", atAlice);
        assertThat(atAlice.next()).isEqualTo("{\"type\":\"OPEN\"}");
        one.process().destroyForcibly();

        // Somebody else, with another token, gets the id once the node counts as gone.
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        var answer = "";
        while (!answer.equals("{\"type\":\"OPEN\"}") && System.nanoTime() < deadline) {
            var atOther = new Heard();
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create(
                                    "ws://127.0.0.1:" + two.port() + "/calls/peerjs?key=peerjs&id=alice&token=another"),
                            atOther)
                    .join();
            answer = String.valueOf(atOther.next());
            Thread.sleep(200);
        }
        assertThat(answer).isEqualTo("{\"type\":\"OPEN\"}");
    }
}
