package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
            var encoder = publishAll(ingest);
            try {
                Await.until(
                        "all are live everywhere",
                        Duration.ofSeconds(60),
                        () -> live(authority) == STREAMS * DESTINATIONS);
                var asked = authority.beats.size();
                var changed = authority.changes.size();
                var before = kilobytes();
                var begun = System.nanoTime();
                while (System.nanoTime() - begun < SPAN.toNanos()) {
                    assertThat(encoder.isAlive())
                            .as("the encoder, which ends with the first stream that does")
                            .isTrue();
                    assertThat(authority.ends).isEmpty();
                    Thread.sleep(500);
                }
                var took = Duration.ofNanos(System.nanoTime() - begun);
                assertThat(authority.changes).as("no destination was lost").hasSize(changed);
                assertThat(authority.requests).as("nobody came twice").hasSize(STREAMS);
                assertThat(sink.keys()).as("nothing was opened anew").hasSize(STREAMS * DESTINATIONS);

                var beats = authority.beats.size() - asked;
                var rounds = took.toMillis() / HEARTBEAT.toMillis();
                assertThat(beats)
                        .as("one proof of life for each stream and interval")
                        .isBetween((int) (STREAMS * (rounds - 1)), (int) (STREAMS * (rounds + 2)));
                var after = kilobytes();
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
    private long kilobytes() throws Exception {
        var master = Long.parseLong(Files.readString(directory.resolve("relay").resolve(NginxConf.PID_FILE))
                .strip());
        var worker =
                ProcessHandle.of(master).orElseThrow().children().findFirst().orElseThrow();
        return Files.readAllLines(Path.of("/proc/" + worker.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
