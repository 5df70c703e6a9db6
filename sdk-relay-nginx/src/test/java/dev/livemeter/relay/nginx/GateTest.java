package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.relay.nginx.CallbackServer.Undecided;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes between a real nginx and the application, and what nginx answers by itself. The application is played, so that it is seen what reaches it. */
@Tag("once") // nginx does not care which JVM answers
class GateTest {

    private static final String TOKEN = "t".repeat(26);
    private static final Duration HEARTBEAT = Duration.ofMillis(500);

    @TempDir
    private Path folder;

    private final List<WebRequest> asked = new CopyOnWriteArrayList<>();
    private volatile boolean eachIsNeeded;
    private volatile @Nullable WebResponse toPublishers;
    private volatile WebResponse toHeartbeats = WebResponse.empty(200);
    private volatile @Nullable WebResponse toPushes;
    private Duration grace = Duration.ZERO;
    private RtmpSink sink;
    private CallbackServer application;
    private NginxConf conf;
    private NginxProcess nginx;

    private void start() throws Exception {
        sink = new RtmpSink();
        application = serve(0);
        var ports = FreePorts.pick(IpLiteral.address("127.0.0.1"), 4);
        var directory = WorkDirectory.open(folder.resolve("relay"));
        conf = new NginxConf(
                NginxInstallation.find(null, null),
                directory.path(),
                NginxConf.Ground.OWN,
                "127.0.0.1",
                new NginxConf.Ports(ports.get(0), ports.get(1), ports.get(2), application.port()),
                "live",
                Pace.of(HEARTBEAT),
                TOKEN,
                "r".repeat(26),
                null,
                new Gate(Gate.Place.make(ports.get(3)), grace),
                null);
        directory.write(conf.file(), conf.render());
        directory.prepare(conf.logFile());
        var log = new NginxLog(() -> {}, line -> {});
        nginx = grace.isZero() ? NginxChild.start(conf, log) : NginxDaemon.start(conf, log);
        var control = new NginxControl(new HttpLine(HttpClient.newHttpClient(), ports.get(2)), TOKEN);
        Await.until("nginx runs", () -> {
            try {
                return control.runs(conf.run());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private CallbackServer serve(int port) {
        return CallbackServer.start(this::decide, port, grace.isZero() ? Undecided.ANSWERED : Undecided.UNANSWERED);
    }

    @AfterEach
    void stop() throws Exception {
        application.close();
        nginx.stop();
        conf.gate().place().clear();
        sink.close();
    }

    private void decide(WebRequest request, Consumer<WebResponse> answer) {
        asked.add(request);
        var form = CallbackForm.parse(request.body().text());
        var call = form.text("call");
        var admitted = WebResponse.empty(302).with("Location", "session-of-" + form.text("clientid"));
        var push = new Answer.PassTo(sink.server("youtube") + "/a-platforms-key?x=1&y=2");
        answer.accept(
                switch (request.path().substring(TOKEN.length() + 2) + " " + call) {
                    case "ingest/publish publish" ->
                        !form.text("ring").isEmpty()
                                ? WebResponse.empty(302).with("Location", push.location())
                                : toPublishers == null ? admitted : toPublishers;
                    case "ingest/update update_publish" -> toHeartbeats;
                    case "ingest/update update_play" -> eachIsNeeded ? word(Gate.EACH_STATUS) : all();
                    case "ingest/play play", "pushes/update update_play" -> toPushes != null ? toPushes : one();
                    default -> WebResponse.empty(200);
                });
    }

    private WebResponse one() {
        return grace.isZero() ? WebResponse.empty(200) : all();
    }

    private WebResponse all() {
        return grace.isZero()
                ? word(Gate.GO_ON_STATUS)
                : WebResponse.empty(200).with("Cache-Control", "max-age=1, stale-if-error=" + grace.toSeconds());
    }

    private static WebResponse word(int status) {
        return WebResponse.empty(status).with("Cache-Control", "max-age=1");
    }

    private long count(String room, String call) {
        return asked.stream()
                .filter(request -> request.path().endsWith(room)
                        && CallbackForm.parse(request.body().text())
                                .text("call")
                                .equals(call))
                .count();
    }

    private RtmpClient publish(String key) throws IOException {
        var client = new RtmpClient(conf.ports().ingest());
        client.connect("live").createStream().publish(key).flush();
        return client;
    }

    /** An encoder whose stream is passed on to the platform. */
    private FfmpegPublisher encode(String key) throws IOException {
        var encoder = encodeFor(key);
        passOn();
        return encoder;
    }

    private FfmpegPublisher encodeFor(String key) {
        var encoder = new FfmpegPublisher("rtmp://127.0.0.1:" + conf.ports().ingest() + "/live", key).start();
        Await.until("nginx has the stream", () -> count("/ingest/play", "play") > 0);
        return encoder;
    }

    private void passOn() throws IOException {
        var line =
                PushLine.open(begun -> IngestWay.plain("127.0.0.1", conf.ports().ingest(), begun), "live", 0);
        try {
            assertThat(line.ring(anchored() + "?ring=1")).isEqualTo(PushLine.Found.TAKEN);
        } finally {
            line.close();
        }
    }

    private String anchored() {
        return asked.stream()
                .filter(request -> request.path().endsWith("/ingest/play"))
                .map(request -> CallbackForm.parse(request.body().text()).text("name"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void heartbeatsThatNobodyNeedsDoNotReachTheApplication() throws Exception {
        start();
        try (var encoder = encode("key")) {
            Await.until("the platform has the stream", () -> sink.keys().contains("a-platforms-key?x=1&y=2"));
            asked.clear();
            Await.until("ten heartbeats came", () -> count("/ingest/update", "update_publish") >= 10);
            assertThat(encoder.isRunning()).isTrue();
        }
        // For half a second each; asked once in a second or two, for all.
        assertThat(count("/ingest/update", "update_play")).isBetween(2L, 6L);
        assertThat(count("/pushes/update", "update_play")).isZero();
        assertThat(sink.keys()).as("nothing was opened anew").hasSize(1);
    }

    @Test
    void theyDoWhenTheyAreNeeded() throws Exception {
        eachIsNeeded = true;
        start();
        try (var encoder = encode("key")) {
            Await.until("they come", () -> count("/pushes/update", "update_play") >= 4);
            assertThat(asked)
                    .filteredOn(request -> request.path().endsWith("/pushes/update"))
                    .allSatisfy(request ->
                            assertThat(request.body().text()).contains("name=session-of-", "clientid=", "timestamp="));
            assertThat(encoder.isRunning()).isTrue();
            eachIsNeeded = false;
            Await.until("they end", () -> {
                asked.clear();
                sleep(HEARTBEAT.multipliedBy(3));
                return count("/pushes/update", "update_play") == 0;
            });
            eachIsNeeded = true;
            Await.until("and begin again", () -> count("/pushes/update", "update_play") >= 1);
            toPushes = WebResponse.empty(403);
            Await.until("a no ends the push", () -> count("/ingest/play_done", "play_done") >= 1);
            assertThat(encoder.isRunning()).isTrue();
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {402, 403, 409, 410, 422, 503})
    void aRefusalComesThroughAndCuts(int status) throws Exception {
        start();
        try (var client = publish("key")) {
            Await.until("it is alive", () -> count("/ingest/update", "update_publish") > 0);
            toHeartbeats = WebResponse.empty(status);
            assertThat(client.isHungUp()).as("a heartbeat is denied").isTrue();
        }
        toPublishers = WebResponse.empty(status);
        try (var client = publish("key")) {
            assertThat(client.isHungUp()).as("a publisher is denied").isTrue();
        }
        assertThat(asked.get(0).body().text()).contains("&addr=127.0.0.1&");
    }

    /** Whose heartbeats nginx answered itself could stream for ever without paying. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "key?call=update_play",
                "key?call=update_play&clientid=1",
                "key?&call=update_play&app=live",
                "key&call=update_play&x=1",
                "key\r\n\r\ncall=update_play&",
                "key%26call=update_play%26"
            })
    void nobodyPassesForOneThatNobodyAsksAbout(String key) throws Exception {
        start();
        try (var other = encode("key");
                var client = publish(key)) {
            Await.until("the answer for all is there", () -> count("/ingest/update", "update_play") > 0);
            asked.clear();
            Await.until("the heartbeats of both come", () -> count("/ingest/update", "update_publish") >= 6);
            assertThat(other.isRunning()).isTrue();
            toHeartbeats = WebResponse.empty(402);
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void nobodyPassesForOneByTheNameOfAnApplicationEither() throws Exception {
        start();
        try (var client = new RtmpClient(conf.ports().ingest())) {
            client.connect("live?x=1&call=update_play&y=1")
                    .createStream()
                    .publish("key")
                    .flush();
            Await.until("it asked", () -> !asked.isEmpty());
            Await.until("its heartbeats come", () -> count("/ingest/update", "update_publish") >= 4);
            toHeartbeats = WebResponse.empty(402);
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void anApplicationThatIsGoneEndsEveryStream() throws Exception {
        start();
        try (var encoder = encode("key")) {
            Await.until("the platform has the stream", () -> !sink.keys().isEmpty());
            Await.until("it is alive", () -> count("/ingest/update", "update_publish") > 2);
            application.close();
            Await.until("it is cut off", Duration.ofSeconds(30), () -> !encoder.isRunning());
        }
    }

    @Test
    void anApplicationThatHangsEndsEveryStream() throws Exception {
        start();
        try (var encoder = encode("key")) {
            Await.until("it is alive", () -> count("/ingest/update", "update_publish") > 2);
            application.close();
            application =
                    CallbackServer.start((request, answer) -> {}, conf.ports().callbacks(), Undecided.ANSWERED);
            Await.until("it is cut off", Duration.ofSeconds(30), () -> !encoder.isRunning());
        }
    }

    @Test
    void withAGraceItIsTheLastAnswersThatHoldAndNoLongerThanTheyAllowed() throws Exception {
        grace = Duration.ofSeconds(8);
        toHeartbeats = all();
        start();
        try (var encoder = encode("key")) {
            Await.until("the platform has the stream", () -> !sink.keys().isEmpty());
            Await.until("it is alive", () -> count("/ingest/update", "update_publish") > 2);
            application.close();
            sleep(Duration.ofSeconds(3));
            assertThat(encoder.isRunning()).isTrue();
            application = serve(conf.ports().callbacks());
            assertThat(application.port()).isEqualTo(conf.ports().callbacks());
            asked.clear();
            Await.until("it is heard again", () -> count("/ingest/update", "update_publish") > 2);
            Await.until("and about pushes", () -> count("/ingest/update", "update_play") > 0);
            assertThat(sink.keys()).as("nothing was opened anew").hasSize(1);
            application.close();
            var left = System.nanoTime();
            Await.until("it is cut off", () -> !encoder.isRunning());
            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .isBetween(grace.minusSeconds(2), grace.plusSeconds(10));
        }
    }

    @Test
    void whatWasToldOfOnePushHoldsWhileTheApplicationIsAwayToo() throws Exception {
        grace = Duration.ofSeconds(20);
        toHeartbeats = all();
        eachIsNeeded = true;
        start();
        try (var encoder = encode("key")) {
            Await.until("its heartbeats come", () -> count("/pushes/update", "update_play") >= 2);
            application.close();
            sleep(Duration.ofSeconds(4));
            application = serve(conf.ports().callbacks());
            asked.clear();
            Await.until("it is heard again", () -> count("/pushes/update", "update_play") >= 2);
            assertThat(encoder.isRunning()).isTrue();
            assertThat(count("/ingest/play_done", "play_done")).isZero();
        }
    }

    @Test
    void whatAPushWasToldWhenItBeganHoldsUntilItsFirstHeartbeat() throws Exception {
        grace = Duration.ofSeconds(20);
        toHeartbeats = all();
        eachIsNeeded = true;
        start();
        try (var encoder = encodeFor("key")) {
            Await.until("the publisher may go on", () -> kept("KEY: update_publish ") == 1);
            passOn();
            // Those of both anchors, and of the push.
            Await.until("what it was told is kept", () -> kept("KEY: update_play ") >= 3);
            application.close();
            Await.until("the platform has the stream", () -> !sink.keys().isEmpty());
            sleep(Duration.ofSeconds(4));
            application = serve(conf.ports().callbacks());
            asked.clear();
            Await.until("it is heard", () -> count("/pushes/update", "update_play") >= 1);
            assertThat(encoder.isRunning()).isTrue();
            assertThat(count("/ingest/play_done", "play_done")).isZero();
        }
    }

    private long kept(String key) {
        try (Stream<Path> files = Files.walk(conf.gate().place().answers())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> text(file).contains(key))
                    .count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** nginx writes a file under another name first. */
    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void aStrangerFindsNothingAtTheGate() throws Exception {
        start();
        var gate = conf.gate().port();
        var form = "app=live&clientid=5&call=publish&name=stolen";
        for (var path : List.of("/", "/ingest/publish", "/" + "x".repeat(26) + "/ingest/publish", "/pushes/update")) {
            assertThat(post(gate, path, form)).as(path).startsWith("HTTP/1.1 404 ");
        }
        assertThat(asked).isEmpty();
        for (var address : NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .toList()) {
            assertThatThrownBy(() -> {
                        try (var socket = new Socket()) {
                            socket.connect(new InetSocketAddress(address, gate), 1_000);
                        }
                    })
                    .isInstanceOf(ConnectException.class);
        }
        assertThat(post(gate, "/" + TOKEN + "/ingest/publish", form))
                .as("by the token")
                .startsWith("HTTP/1.1 302 ")
                .contains("Location: session-of-5\r\n");
    }

    @Test
    void noKeyIsWrittenDownByIt() throws Exception {
        grace = Duration.ofSeconds(5);
        toHeartbeats = all();
        start();
        try (var encoder = encode("a-secret-key")) {
            Await.until("the platform has the stream", () -> !sink.keys().isEmpty());
            Await.until("it is alive", () -> count("/ingest/update", "update_publish") > 2);
            application.close();
            Await.until("it is cut off", () -> !encoder.isRunning());
        }
        for (var place : List.of(folder, conf.gate().place().answers())) {
            try (Stream<Path> files = Files.walk(place)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain("a-secret-key")
                            .doesNotContain("a-platforms-key");
                }
            }
        }
    }

    private static String post(int port, String path, String body) throws IOException {
        try (var socket = new Socket(IpLiteral.address("127.0.0.1"), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("POST " + path
                                    + " HTTP/1.0\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: Close\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
