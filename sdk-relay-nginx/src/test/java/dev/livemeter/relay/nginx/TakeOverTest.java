package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.recording.FolderVault;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingPolicy;
import dev.livemeter.recording.RecordingPolicy.Mode;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second encoder comes with the key of one that streams: Livemeter, nginx and ffmpeg together. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class TakeOverTest {

    @TempDir
    private Path directory;

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final List<LiveEvent> events = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("Acceptance 9: while the first encoder streams, the same key takes over at once")
    void theSameKeyTakesOverWhatStreams() throws Exception {
        takesOver(false);
    }

    @Test
    @DisplayName("Acceptance 9: while the first encoder stands still, the same key takes over at once")
    void theSameKeyTakesOverWhatStandsStill() throws Exception {
        takesOver(true);
    }

    private void takesOver(boolean frozen) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        try (var sink = new RtmpSink();
                var live = start()) {
            live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
            live.destinations().add("alice", Destination.custom("Sink", sink.server("twitch"), "k"));
            var key = live.streamKeys().create("alice").reveal();
            var ingest = live.ingest().url().toString();
            try (var first = new FfmpegPublisher(ingest, key).start()) {
                Await.until("the first is live", () -> started() == 1);
                Await.until(
                        "it is charged", () -> running(live).metering().used().toMillis() > 0);
                var before = running(live);
                if (frozen) {
                    signal("STOP", first.process());
                }
                try (var second = new FfmpegPublisher(ingest, key).start()) {
                    var begun = System.nanoTime();
                    Await.until("the second is live", Duration.ofSeconds(12), () -> started() == 2);
                    System.out.println("latency from a second encoder's start to its stream's: "
                            + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
                    assertThat(sink.frames("twitch", "k", 10)).isEqualTo(10);
                    if (frozen) {
                        signal("CONT", first.process());
                    }
                    Await.until("the first is gone", () -> !first.isRunning());
                    var after = running(live);
                    assertThat(after.id()).isNotEqualTo(before.id());
                    assertThat(second.isRunning()).isTrue();
                    second.stop();
                    Await.until("it is over", () -> books.sessions().open().isEmpty());
                    assertThat(stored(before).end().sentence())
                            .isEqualTo(
                                    "Stopped by Livemeter: another encoder at 127.0.0.1 came with the same stream key.");
                    assertThat(stored(after).end()).isEqualTo(new SessionEnd.HungUp());
                    assertChargedOneAfterTheOther(stored(before), stored(after));
                } finally {
                    if (frozen && first.isRunning()) {
                        signal("CONT", first.process());
                    }
                }
            }
            assertThat(events).noneMatch(PublishRefused.class::isInstance);
            Await.until(
                    "both recordings are finished",
                    Duration.ofSeconds(30),
                    () -> live.recordings().of("alice", 10).stream()
                                    .map(Recording::state)
                                    .filter(RecordingState.READY::equals)
                                    .count()
                            == 2);
        }
    }

    private void assertChargedOneAfterTheOther(Session first, Session second) {
        assertThat(first.endedAt()).isBeforeOrEqualTo(second.openedAt());
        for (var session : List.of(first, second)) {
            assertThat(session.state()).isEqualTo(SessionState.ENDED);
            var wall = Duration.between(session.liveAt(), session.endedAt());
            assertThat(session.metering().used()).isBetween(wall.minusMillis(100), wall.plusMillis(100));
            assertThat(session.metering().charged())
                    .isEqualTo(session.metering().cost());
        }
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    private long started() {
        return events.stream().filter(SessionStarted.class::isInstance).count();
    }

    private static Session running(Livemeter live) {
        return live.sessions().running("alice").get(0).session();
    }

    private Session stored(Session session) {
        return books.sessions().find(session.id()).orElseThrow();
    }

    private Livemeter start() {
        return Livemeter.builder()
                .wallet(books)
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(1)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .recordingReserve(0)
                        .build()))
                .provider(new OutlivedApplicationTest.Sinks())
                .tariff(Tariff.perMinute("USD", "0.60").in(Increment.SECONDS))
                .recording(
                        RecordingPolicy.builder().forAll(Mode.AUTOMATIC).build(),
                        FolderVault.in(directory.resolve("vault")))
                .listener(events::add)
                .build();
    }

    private static void signal(String name, Process process) throws Exception {
        var order = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(order.waitFor()).isZero();
    }
}
