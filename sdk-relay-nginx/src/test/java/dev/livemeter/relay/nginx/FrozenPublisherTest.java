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

/** An encoder whose machine hangs, and that comes back on another one. */
@Tag("once")
class FrozenPublisherTest {

    @TempDir
    private Path directory;

    @Test
    @DisplayName("Acceptance 9: an encoder that stands still is dropped and its key works again")
    void anEncoderThatStandsStillIsDroppedAndItsKeyWorksAgain() throws Exception {
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var relay = relay()) {
            authority.pushes = request -> List.of(ScriptedAuthority.push("p", sink.server("youtube"), "platform-key"));
            var ingest = relay.open(authority).url().toString();
            try (var first = new FfmpegPublisher(ingest, "key").start()) {
                Await.until("it is live", () -> authority.saw("key", "p", State.LIVE));
                var session = authority.session("key");
                Programs.signal("STOP", first.process().pid());
                var begun = System.nanoTime();
                try {
                    Await.until("it is dropped", Duration.ofSeconds(60), () -> authority.endsOf(session) == 1);
                    System.out.println("latency from the standstill of an encoder to its end: "
                            + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
                    assertThat(authority.end(session).cause()).isEqualTo(EndCause.SILENT);
                    assertThat(authority.silences.get(authority.silences.size() - 1))
                            .as("it is proven up to the last picture")
                            .isBetween(Duration.ofSeconds(12), Duration.ofNanos(System.nanoTime() - begun));
                    assertThat(authority.history("key", "p"))
                            .as("a paused encoder is not its platform's fault")
                            .containsExactly(State.CONNECTING, State.LIVE);
                    try (var second = new FfmpegPublisher(ingest, "key").start()) {
                        Await.until("the second is let in", () -> !session.equals(authority.session("key")));
                        Await.until("and is live", () -> authority.saw("key", "p", State.LIVE));
                        assertThat(sink.frames("youtube", "platform-key", 10)).isEqualTo(10);
                        assertThat(second.isRunning()).isTrue();
                    }
                } finally {
                    Programs.signal("CONT", first.process().pid());
                }
                assertThat(authority.endsOf(session)).isEqualTo(1);
            }
        }
    }

    @Test
    void inAnOldWorkerWhichNoStatisticsShowItIsProvenUpToTheLastPictureToo() throws Exception {
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var relay = relay()) {
            authority.pushes = request -> List.of(ScriptedAuthority.push("p", sink.server("youtube"), "platform-key"));
            var ingest = relay.open(authority).url().toString();
            try (var publisher = new FfmpegPublisher(ingest, "key").start()) {
                Await.until("it is live", () -> authority.saw("key", "p", State.LIVE));
                var session = authority.session("key");
                new RunningNginx(directory).reload();
                Programs.signal("STOP", publisher.process().pid());
                var begun = System.nanoTime();
                try {
                    Await.until("it is dropped", Duration.ofSeconds(60), () -> authority.endsOf(session) == 1);
                } finally {
                    Programs.signal("CONT", publisher.process().pid());
                }
                assertThat(authority.end(session).cause()).isEqualTo(EndCause.SILENT);
                assertThat(authority.silences.get(authority.silences.size() - 1))
                        .as("looks that the stream is not in any more are noticed after two seconds")
                        .isBetween(
                                Duration.ofSeconds(12),
                                Duration.ofNanos(System.nanoTime() - begun).plusSeconds(3));
            }
        }
    }

    private NginxRelay relay() {
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory)
                .build());
    }
}
