package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.livemeter.destination.DestinationStatus.State;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many streams as one small machine is asked to carry, for a minute. One encoder sends them all, from a file, so that the relay is what is seen. */
@Tag("once")
@Tag("alone")
class ManyStreamsTest {

    private static final int STREAMS = 25;
    private static final int DESTINATIONS = 4;
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration SPAN = Duration.ofSeconds(60);

    /** The worker has some 10 MB when it begins, and each connection its buffers; what leaks with every picture would pass this. */
    private static final long MOST_KILOBYTES = 64 * 1024;

    /** In percent: both sides are counted one after the other, and a second and a half of the minute may lie between. */
    private static final double MOST_UNDER_WAY = 2.5;

    /** An encoder of 130 kbit/s sends twice as much in that time. */
    private static final long LEAST_BYTES = SPAN.toSeconds() * 8_000;

    /** Each stream is looked at by a player once or twice, which comes, may have a heartbeat or two, and goes. */
    private static final int LOOKS = STREAMS * 4;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("Acceptance 16: 25 streams to 4 places for a minute, without a drop")
    void noneIsDroppedAndCallbacksAndMemoryAreBounded() throws Exception {
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var relay = NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(DESTINATIONS)
                        .heartbeat(HEARTBEAT)
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .build())) {
            authority.pushes = request -> IntStream.range(0, DESTINATIONS)
                    .mapToObj(place -> ScriptedAuthority.push(
                            "p" + place,
                            sink.server("youtube"),
                            request.streamKey().reveal() + "-" + place))
                    .toList();
            var ingest = relay.open(authority).url().toString();
            var nginx = new RunningNginx(directory.resolve("relay"));
            var calls = writeDownCallbacks(nginx);
            var encoder = publishAll(ingest);
            try {
                Await.until(
                        "all are live everywhere",
                        Duration.ofSeconds(60),
                        () -> live(authority) == STREAMS * DESTINATIONS);
                var beaten = authority.beats.size();
                var changed = authority.changes.size();
                var before = kilobytes(nginx);
                var called = calls.size();
                var sent = bytes(nginx.statistics(), "live");
                var taken = bytes(sink.statistics(), "youtube");
                var begun = System.nanoTime();
                while (System.nanoTime() - begun < SPAN.toNanos()) {
                    assertThat(encoder.isAlive())
                            .as("the encoder, which ends with the first stream that does")
                            .isTrue();
                    assertThat(authority.ends).isEmpty();
                    Thread.sleep(500);
                }
                var took = Duration.ofNanos(System.nanoTime() - begun);
                var sentNow = bytes(nginx.statistics(), "live");
                var takenNow = bytes(sink.statistics(), "youtube");
                var callsNow = calls.size();
                authority.sessions.forEach((key, session) -> {
                    var came = sentNow.get(session.value()) - sent.get(session.value());
                    assertThat(came).as("bytes of %s", key).isGreaterThan(LEAST_BYTES);
                    for (var place = 0; place < DESTINATIONS; place++) {
                        var name = key + "-" + place;
                        assertThat(takenNow.get(name) - taken.get(name))
                                .as("bytes of %s that arrived at place %s", key, place)
                                .isCloseTo(came, withinPercentage(MOST_UNDER_WAY));
                    }
                });
                assertThat(authority.lags).isEmpty();
                assertThat(authority.changes).as("no destination was lost").hasSize(changed);
                assertThat(authority.requests).as("nobody came twice").hasSize(STREAMS);
                assertThat(sink.keys()).as("nothing was opened anew").hasSize(STREAMS * DESTINATIONS);

                var beats = authority.beats.size() - beaten;
                var rounds = took.toMillis() / HEARTBEAT.toMillis();
                assertThat(beats)
                        .as("one proof of life for each stream and interval")
                        .isBetween((int) (STREAMS * (rounds - 1)), (int) (STREAMS * (rounds + 2)));
                var asked = callsNow.all() - called.all();
                var passedOn = callsNow.passedOn() - called.passedOn();
                System.out.println("callbacks of nginx in a minute: " + asked + ", to the application: " + passedOn);
                assertThat(asked)
                        .as("publishers and pushes ask once in each interval, and looks")
                        .isBetween(passedOn, (int) (STREAMS * (1 + DESTINATIONS) * (rounds + 2)) + LOOKS);
                assertThat(passedOn)
                        .as("publishers and looks, and a question for all pushes each second or so")
                        .isBetween(
                                (int) (STREAMS * (rounds - 1)),
                                (int) (STREAMS * (rounds + 2) + 2 * took.toSeconds()) + LOOKS);

                var after = kilobytes(nginx);
                System.out.println("memory of nginx's worker with " + STREAMS + " streams to " + DESTINATIONS
                        + " places: " + before + " kB, a minute later " + after + " kB; heartbeats: " + beats);
                assertThat(after).isLessThan(MOST_KILOBYTES).isLessThan(before + before / 4);
                for (var place = 0; place < DESTINATIONS; place++) {
                    assertThat(sink.frames("youtube", "key" + (STREAMS - 1) + "-" + place, 10))
                            .isEqualTo(10);
                }
            } finally {
                Programs.stop(encoder);
            }
            Await.until("each end is reported", () -> authority.ends.size() == STREAMS);
        }
    }

    private static long live(ScriptedAuthority authority) {
        return authority.changes.stream()
                .filter(change -> change.state() == State.LIVE)
                .count();
    }

    /** Sends the same to every key, without encoding. */
    private static Process publishAll(String ingest) {
        var command = new ArrayList<>(List.of(
                "ffmpeg",
                "-nostdin",
                "-loglevel",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                EncodedShow.of(EncodedShow.SMALL).toString()));
        for (var stream = 0; stream < STREAMS; stream++) {
            command.addAll(List.of("-map", "0", "-c", "copy", "-f", "flv", ingest + "/key" + stream));
        }
        return Programs.start(Programs.temporaryFile("encoder"), command);
    }

    /** What nginx's worker has in memory. */
    private static long kilobytes(RunningNginx nginx) throws Exception {
        var worker = nginx.workers().get(0);
        return Files.readAllLines(Path.of("/proc/" + worker.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** The bytes of picture and sound that came in, of each stream of an application. */
    private static Map<String, Long> bytes(URI statistics, String application) throws IOException {
        try (var page = statistics.toURL().openStream()) {
            return StatisticsPage.parse(page).entrySet().stream()
                    .filter(entry -> entry.getKey().application().equals(application))
                    .collect(Collectors.toMap(
                            entry -> entry.getKey().stream(),
                            entry -> entry.getValue().bytesIn()));
        }
    }

    /** Has nginx write a line for each of its callbacks from now on, which says who answered it; before anybody publishes, as streams stay in the worker that has them. */
    private static CallLog writeDownCallbacks(RunningNginx nginx) throws IOException {
        var log = new CallLog(nginx.configuration().resolveSibling("calls.log"));
        var plain = Files.readString(nginx.configuration());
        var gate = nginx.configured("on_publish http://127\\.0\\.0\\.1:(\\d+)/");
        var inGate = "    listen 127.0.0.1:" + gate + ";\n";
        var written = plain.replace("http {\n", "http {\n  log_format calls \"[$upstream_addr]\";\n")
                .replace(inGate, inGate + "    access_log " + NginxConf.quoted(log.file()) + " calls;\n");
        assertThat(written).hasSizeGreaterThan(plain.length() + 60);
        Files.writeString(nginx.configuration(), written);
        var before = nginx.workers();
        Programs.signal("HUP", nginx.master().pid());
        Await.until("the worker from before is gone", () -> before.stream().noneMatch(ProcessHandle::isAlive));
        return log;
    }

    /** What nginx wrote down of its callbacks. */
    private record CallLog(Path file) {

        /** How many there were, and how many of them the application answered. */
        record Size(int all, int passedOn) {}

        Size size() throws IOException {
            var lines = Files.readAllLines(file);
            return new Size(lines.size(), (int)
                    lines.stream().filter(line -> line.contains("127.")).count());
        }
    }
}
