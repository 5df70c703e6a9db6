package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.livemeter.relay.nginx.CallbackServer.Undecided;
import dev.livemeter.relay.nginx.Pusher.Outcome;
import dev.livemeter.session.SessionId;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rings at streams of a real nginx. The application is played. */
@Tag("once")
class PushLinesTest {

    private static final String TOKEN = "t".repeat(26);
    private static final SessionId STREAM = new SessionId("stream-of-a-session");

    @TempDir
    private Path folder;

    private final ManualTime time = ManualTime.create();
    private final List<CallbackForm> told = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private RtmpSink sink;
    private CallbackServer application;
    private NginxConf conf;
    private NginxProcess nginx;
    private NginxControl control;
    private WorkDirectory directory;
    private PushLines lines;

    @BeforeEach
    void start() throws Exception {
        sink = new RtmpSink();
        application = CallbackServer.start(this::decide, 0, Undecided.ANSWERED);
        var ports = FreePorts.pick(IpLiteral.address("127.0.0.1"), 4);
        directory = WorkDirectory.open(folder.resolve("relay"));
        conf = new NginxConf(
                NginxInstallation.find(null, null),
                directory.path(),
                NginxConf.Ground.OWN,
                "127.0.0.1",
                new NginxConf.Ports(ports.get(0), ports.get(1), ports.get(2), application.port()),
                "live",
                Pace.of(Duration.ofSeconds(1)),
                TOKEN,
                "r1".repeat(13),
                null,
                new Gate(Gate.Place.make(ports.get(3)), Duration.ZERO),
                null);
        directory.write(conf.file(), conf.render());
        nginx = NginxChild.start(conf, new NginxLog(() -> {}, line -> {}));
        control = new NginxControl(new HttpLine(HttpClient.newHttpClient(), ports.get(2)), TOKEN);
        awaitRun(conf);
        lines = new PushLines(
                begun -> {
                    var socket = IngestWay.plain("127.0.0.1", conf.ports().ingest(), begun);
                    sockets.add(socket);
                    return socket;
                },
                "live",
                control,
                time,
                time);
    }

    @AfterEach
    void stop() throws Exception {
        lines.close();
        nginx.stop();
        application.close();
        conf.gate().place().clear();
        sink.close();
    }

    private void awaitRun(NginxConf wanted) {
        Await.until("nginx runs", () -> {
            try {
                return control.runs(wanted.run());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void decide(WebRequest request, Consumer<WebResponse> answer) {
        var form = CallbackForm.parse(request.body().text());
        told.add(form);
        var ticket = form.text(RingTickets.ARGUMENT);
        if (!form.text("call").equals("publish")) {
            answer.accept(WebResponse.empty(200));
        } else if (ticket.isEmpty()) {
            answer.accept(WebResponse.empty(302).with("Location", STREAM.value()));
        } else {
            var order = lines.redeem(form.text("name"), ticket).orElse(Answer.FORBIDDEN);
            answer.accept(
                    order instanceof Answer.PassTo to
                            ? WebResponse.empty(302).with("Location", to.location())
                            : WebResponse.empty(order.equals(Answer.GO) ? 200 : 403));
        }
    }

    private FfmpegPublisher publish() {
        var encoder = new FfmpegPublisher("rtmp://127.0.0.1:" + conf.ports().ingest() + "/live", "key").start();
        Await.until(
                "nginx has the stream",
                () -> told("play").stream().anyMatch(form -> form.text("addr").endsWith("/" + NginxConf.ANCHOR)));
        return encoder;
    }

    private List<CallbackForm> told(String call) {
        return told.stream().filter(form -> form.text("call").equals(call)).toList();
    }

    private String to(String key) {
        return sink.server("youtube") + "/" + key;
    }

    private void reload() {
        var next = conf.with(conf.stream(), "r2".repeat(13));
        new NginxReload(directory, control).apply(conf.render(), next);
        awaitRun(next);
    }

    @Test
    void oneStreamGoesToSeveralAndOneOfThemIsClosedAlone() throws Exception {
        try (var encoder = publish()) {
            lines.meet(STREAM);
            for (var key : List.of("one", "two", "three")) {
                assertThat(lines.open(STREAM, to(key))).isEqualTo(Outcome.ORDERED);
            }
            Await.until("all have it", () -> sink.keys().containsAll(List.of("one", "two", "three")));
            Await.until("nginx told of all", () -> client("two") > 0);
            lines.close(STREAM, client("two"));
            Await.until(
                    "its end is told",
                    () -> told("play_done").stream()
                            .anyMatch(form -> form.text("addr").endsWith("/two")));
            assertThat(sink.frames("youtube", "one", 10)).isEqualTo(10);
            assertThat(sink.frames("youtube", "three", 10)).isEqualTo(10);
            assertThat(encoder.isRunning()).isTrue();
            assertThat(told("update_publish"))
                    .as("a line is no publisher")
                    .allMatch(form -> form.text("name").equals("key"));
        }
    }

    private long client(String key) {
        return told("play").stream()
                .filter(form -> form.text("addr").endsWith("/" + key))
                .mapToLong(form -> form.number("clientid").orElseThrow())
                .findFirst()
                .orElse(0);
    }

    @Test
    void aStreamFromBeforeAReloadIsReachedByTheLineThatItWasMetBy() throws Exception {
        try (var encoder = publish()) {
            lines.meet(STREAM);
            reload();
            lines.reloaded();
            assertThat(lines.open(STREAM, to("after-the-reload"))).isEqualTo(Outcome.ORDERED);
            assertThat(sink.frames("youtube", "after-the-reload", 10)).isEqualTo(10);
            assertThat(encoder.isRunning()).isTrue();
        }
    }

    @Test
    void oneThatNoLineLeadsToIsNotDisturbed() throws Exception {
        try (var encoder = publish()) {
            reload();
            assertThat(lines.open(STREAM, to("nowhere"))).isEqualTo(Outcome.NO_LINE);
            assertThat(lines.open(STREAM, to("nowhere"))).isEqualTo(Outcome.NO_LINE);
            var beats = told("update_publish").size();
            Await.until("it goes on", () -> told("update_publish").size() > beats + 1);
            assertThat(encoder.isRunning()).isTrue();
        }
        assertThat(sink.keys()).isEmpty();
    }

    @Test
    void aLineThatBrokeIsReplaced() throws Exception {
        try (var encoder = publish()) {
            lines.meet(STREAM);
            assertThat(lines.open(STREAM, to("one"))).isEqualTo(Outcome.ORDERED);
            var line = told("publish").stream()
                    .filter(form -> !form.text(RingTickets.ARGUMENT).isEmpty())
                    .findFirst()
                    .orElseThrow();
            assertThat(line.text("addr")).isEqualTo("127.0.0.1");
            // A ticket that was used is none: nginx hangs up on who has it.
            var other = PushLine.open(
                    begun -> IngestWay.plain("127.0.0.1", conf.ports().ingest(), begun), "live", 0);
            var name = STREAM.value() + "?" + RingTickets.ARGUMENT + "=" + line.text(RingTickets.ARGUMENT);
            assertThat(catchThrowable(() -> other.ring(name))).isInstanceOf(IOException.class);
            assertThat(other.isOpen()).isFalse();
            for (var socket : sockets) {
                socket.close();
            }
            assertThat(lines.open(STREAM, to("two"))).isEqualTo(Outcome.ORDERED);
            Await.until("both have it", () -> sink.keys().containsAll(List.of("one", "two")));
            assertThat(encoder.isRunning()).isTrue();
        }
    }

    @Test
    void noSecretIsLeftAnywhere() throws Exception {
        try (var encoder = publish()) {
            lines.meet(STREAM);
            lines.open(STREAM, to("a-platforms-key"));
            assertThat(sink.frames("youtube", "a-platforms-key", 1)).isEqualTo(1);
            assertThat(encoder.isRunning()).isTrue();
        }
        var tickets = new RingTickets();
        var ticket = tickets.issue("stream", to("a-platforms-key"));
        assertThat(tickets.toString()).doesNotContain(ticket).doesNotContain("a-platforms-key");
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("a-platforms-key");
            }
        }
    }
}
