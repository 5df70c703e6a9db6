package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.RecordingChanged;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.recording.FolderVault;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingAccess.Granted;
import dev.livemeter.recording.RecordingPolicy;
import dev.livemeter.recording.RecordingPolicy.Mode;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.net.URI;
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

/** A whole stream with Livemeter, nginx, ffmpeg and a vault: recorded by itself, encrypted, loaded by a link. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class RecordedStreamTest {

    @TempDir
    private Path directory;

    private static final Duration GRACE = Duration.ofSeconds(30);

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final List<LiveEvent> events = new CopyOnWriteArrayList<>();

    private record Sink(URI server) implements StreamProvider {
        @Override
        public String name() {
            return "sink";
        }

        @Override
        public String displayName() {
            return "Sink";
        }

        @Override
        public Check check(Destination destination) {
            return new Check.Accepted();
        }

        @Override
        public Preparation prepare(Destination destination) {
            return new Preparation.Ready(new PushTarget(server, destination.requireKey()));
        }
    }

    @Test
    @DisplayName("Acceptance 14: is recorded by itself lies encrypted and comes back by a link")
    void isRecordedByItselfLiesEncryptedAndComesBackByALink() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        try (var sink = new RtmpSink();
                var live = start(sink, Duration.ZERO)) {
            var key = prepareAlice(live);
            var session = streamed(live, key);
            var recording = ready(live, session);
            var token = live.recordings()
                    .link(recording.id(), Duration.ofMinutes(1))
                    .token()
                    .reveal();
            var download = ((Granted) live.recordings().open(token)).download();
            var loaded = directory.resolve("loaded.mp4");
            try (var out = Files.newOutputStream(loaded)) {
                download.writeTo(out, 0, download.bytes());
            }
            assertThat(Mp4File.boxes(loaded)).startsWith("ftyp", "moov");
            assertThat(Mp4File.seconds(loaded))
                    .isCloseTo(recording.length().toMillis() / 1000.0, within(1.0))
                    .isGreaterThan(2.0);
            Files.delete(loaded);
            Await.until(
                    "the relay deleted what was plain",
                    () -> MediaBytes.all(directory.resolve("relay/recordings")).isEmpty());
            assertThat(directory.resolve("vault/" + recording.id() + ".sealed")).isRegularFile();
            assertThat(MediaBytes.in(directory)).isEmpty();
            live.recordings().delete(recording.id());
            assertThat(directory.resolve("vault")).isEmptyDirectory();
        }
    }

    @Test
    void goesOnWithItsStreamWhileTheApplicationRestarts() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        try (var sink = new RtmpSink()) {
            var live = start(sink, GRACE);
            var key = prepareAlice(live);
            var publisher = new FfmpegPublisher(live.ingest().url().toString(), key).start();
            try {
                Await.until("it is live", () -> events.stream().anyMatch(SessionStarted.class::isInstance));
                var session = live.sessions().running("alice").get(0).session().id();
                // nginx keeps the answer to a heartbeat; before the first one there is none.
                Await.until("it grows", Duration.ofSeconds(30), () -> bytes(live, session) > 60_000);
                var before = bytes(live, session);
                live.close();
                var next = start(sink, GRACE);
                try {
                    Await.until("it goes on", Duration.ofSeconds(30), () -> bytes(next, session) > 2 * before);
                    assertThat(next.recordings().of("alice", 10)).hasSize(1);
                    publisher.stop();
                    var recording = ready(next, session);
                    assertThat(recording.bytes()).isGreaterThan(before);
                    assertThat(recording.detail()).isEmpty();
                } finally {
                    next.close();
                }
            } finally {
                publisher.close();
                live.close();
                NginxRelay.endLeftBehind(directory.resolve("relay"));
            }
        }
    }

    private static long bytes(Livemeter live, SessionId session) {
        return live.recordings().running(session).map(Recording::bytes).orElse(0L);
    }

    private Livemeter start(RtmpSink sink, Duration grace) {
        return Livemeter.builder()
                .wallet(books)
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(1)
                        .heartbeat(Duration.ofSeconds(grace.isZero() ? 1 : 2))
                        .restartGrace(grace)
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .recordingReserve(0)
                        .build()))
                .provider(new Sink(URI.create(sink.server("twitch"))))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .recording(
                        RecordingPolicy.builder().forAll(Mode.AUTOMATIC).build(),
                        FolderVault.in(directory.resolve("vault")))
                .listener(events::add)
                .build();
    }

    private static String prepareAlice(Livemeter live) {
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        live.destinations().add("alice", new Destination("sink", "Sink", null, Secret.of("k")));
        return live.streamKeys().create("alice").reveal();
    }

    private SessionId streamed(Livemeter live, String key) {
        try (var publisher = new FfmpegPublisher(live.ingest().url().toString(), key).start()) {
            Await.until("it is live", () -> events.stream().anyMatch(SessionStarted.class::isInstance));
            var session = live.sessions().running("alice").get(0).session().id();
            Await.until(
                    "it grows",
                    Duration.ofSeconds(30),
                    () -> live.recordings()
                            .running(session)
                            .filter(now -> now.bytes() > 60_000)
                            .isPresent());
            assertThat(publisher.isRunning()).isTrue();
            return session;
        }
    }

    private Recording ready(Livemeter live, SessionId session) {
        Await.until(
                "it is ready",
                Duration.ofSeconds(30),
                () -> events.stream()
                        .filter(RecordingChanged.class::isInstance)
                        .map(RecordingChanged.class::cast)
                        .anyMatch(event -> event.state() == RecordingState.READY));
        return live.recordings().of("alice", 10).stream()
                .filter(recording -> recording.session().equals(session))
                .findFirst()
                .orElseThrow();
    }
}
