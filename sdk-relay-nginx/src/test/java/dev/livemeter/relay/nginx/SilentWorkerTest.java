package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx that lives, keeps its connections and says nothing, as where its machine hangs for a while. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class SilentWorkerTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** What a machine with much to do may take for a task that is due, or for an answer of nginx. */
    private static final Duration BUSY = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    @Test
    @DisplayName(
            "Acceptance 8: heartbeats that stop without a word end the session, and who sends on afterwards is cut")
    void aStreamThatNothingIsHeardOfIsLostOnceAndCutWhenNginxGoesOn() throws Exception {
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var relay = NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(1)
                        .heartbeat(HEARTBEAT)
                        .allowPrivateDestinations(true)
                        .workDirectory(directory)
                        .build())) {
            authority.pushes = request -> List.of(ScriptedAuthority.push("p", sink.server("youtube"), "platform-key"));
            var ingest = relay.open(authority).url().toString();
            try (var publisher = new FfmpegPublisher(ingest, "key").start()) {
                Await.until("it is live", () -> authority.saw("key", "p", State.LIVE));
                var session = authority.session("key");
                var beats = authority.beats.size();
                Await.until("a heartbeat comes", () -> authority.beats.size() > beats);
                var heard = System.nanoTime();
                var workers = new RunningNginx(directory).workers();
                workers.forEach(worker -> Programs.signal("STOP", worker.pid()));
                final long wentOn;
                try {
                    assertThat(relay.health().trouble()).isEqualTo("nginx runs and does not answer.");
                    var end = authority.end(session);
                    assertThat(end.cause()).isEqualTo(EndCause.LOST);
                    assertThat(Duration.ofNanos(end.atNanos() - heard))
                            .as("two heartbeats that did not come, and time for their answers")
                            .isBetween(
                                    HEARTBEAT.multipliedBy(2),
                                    Pace.of(HEARTBEAT).lost().plus(BUSY));
                    assertThat(publisher.isRunning())
                            .as("nobody could tell the encoder yet")
                            .isTrue();
                } finally {
                    wentOn = System.nanoTime();
                    workers.forEach(worker -> Programs.signal("CONT", worker.pid()));
                }
                Await.until("the encoder is gone", () -> !publisher.isRunning());
                assertThat(Duration.ofNanos(System.nanoTime() - wentOn))
                        .as("by the order that waited, or by the next heartbeat")
                        .isLessThan(HEARTBEAT.plus(BUSY));
                assertThat(authority.history("key", "p"))
                        .as("its platform is not to blame")
                        .containsExactly(State.CONNECTING, State.LIVE);

                try (var again = new FfmpegPublisher(ingest, "key").start()) {
                    Await.until("the key works again", () -> !session.equals(authority.session("key")));
                    Await.until("and is live", () -> authority.saw("key", "p", State.LIVE));
                    assertThat(again.isRunning()).isTrue();
                }
                assertThat(authority.requests).as("who asked").hasSize(2);
                assertThat(sink.keys()).as("once for each of them").containsExactly("platform-key", "platform-key");
                assertThat(authority.endsOf(session)).isEqualTo(1);
            }
        }
    }
}
