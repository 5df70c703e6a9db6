package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx writes down what a real encoder sends, and a real ffmpeg makes files of it. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class RelayRecordingTest {

    private static final RecordingId FIRST = new RecordingId("rec-first000");
    private static final RecordingId SECOND = new RecordingId("rec-second00");

    @TempDir
    private Path directory;

    private final List<FfmpegPublisher> publishers = new ArrayList<>();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private ScriptedRecordings recordings;
    private NginxRelay relay;
    private String ingest;

    @BeforeEach
    void open() throws IOException {
        // nginx's worker has to pass where this test runs as root.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        recordings = new ScriptedRecordings(Files.createDirectory(directory.resolve("kept")));
    }

    private void open(Path folder, long reserveBytes) {
        relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .workDirectory(directory.resolve("relay"))
                .recordingFolder(folder)
                .recordingReserve(reserveBytes)
                .build());
        relay.recordFor(recordings);
        ingest = relay.open(authority).url().toString();
    }

    private Path folder() {
        return directory.resolve("relay/recordings");
    }

    private File left() {
        return folder().resolve(RecordingProcess.ID + ".flv").toFile();
    }

    @AfterEach
    void close() {
        publishers.forEach(FfmpegPublisher::close);
        if (relay != null) {
            relay.close();
        }
    }

    private SessionId publish(String name) {
        var key = "ec_live_alice_" + name;
        publishers.add(new FfmpegPublisher(ingest, key).start());
        Await.until(key + " is admitted", () -> authority.session(key) != null);
        return authority.session(key);
    }

    /** Starts one, and waits until some of it is written. */
    private void record(SessionId session, RecordingId id, int bytes) {
        recordings.wanted.put(id, session);
        Await.until("nginx takes the order", () -> relay.startRecording(session, id));
        Await.until("some is written", Duration.ofSeconds(30), () -> recordings.grown.getOrDefault(id, 0L) > bytes);
    }

    @Test
    @DisplayName("Acceptance 14: two recordings of one stream play and nothing plain is left")
    void twoRecordingsOfOneStreamPlayAndNothingPlainIsLeft() throws Exception {
        open(folder(), 0);
        var session = publish("two");
        var begun = System.nanoTime();
        record(session, FIRST, 40_000);
        assertThat(relay.startRecording(session, SECOND)).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
        relay.stopRecording(session, SECOND);
        relay.stopRecording(session, FIRST);
        var first = recordings.awaitFinished(FIRST);
        var atMost = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(Mp4File.boxes(first.file())).startsWith("ftyp", "moov").contains("mdat");
        assertThat(Mp4File.seconds(first.file()))
                .isCloseTo(first.length().toMillis() / 1000.0, within(1.0))
                .isBetween(1.0, atMost.toMillis() / 1000.0 + 1);
        assertThat(first.bytes()).isEqualTo(Files.size(first.file()));
        assertThat(recordings.ended.get(FIRST)).isEmpty();

        record(session, SECOND, 20_000);
        publishers.get(0).stop();
        var second = recordings.awaitFinished(SECOND);
        assertThat(Mp4File.boxes(second.file())).startsWith("ftyp", "moov");
        assertThat(authority.endsOf(session)).isEqualTo(1);
        Await.until("nothing plain is left", () -> MediaBytes.all(folder()).isEmpty());
    }

    @Test
    void whatIsNotThereIsNotRecordedAndAnObjectionEndsTheRecordingAlone() {
        open(folder(), 0);
        assertThat(relay.startRecording(new SessionId("session-unknown"), FIRST))
                .isFalse();
        relay.stopRecording(new SessionId("session-unknown"), FIRST);
        var session = publish("objection");
        record(session, FIRST, 5_000);
        recordings.refusedOnce.add(FIRST);
        recordings.objection = "The room is used up.";
        // The first attempt to put it away fails; it is made again.
        recordings.awaitFinished(FIRST);
        assertThat(recordings.ended).containsEntry(FIRST, "The room is used up.");
        assertThat(publishers.get(0).isRunning()).isTrue();
        assertThat(authority.endsOf(session)).isZero();
    }

    @Test
    @DisplayName("Acceptance 14: an nginx that is killed costs no more than the last moments")
    void anNginxThatIsKilledCostsNoMoreThanTheLastMoments() throws Exception {
        open(folder(), 0);
        var session = publish("killed");
        record(session, FIRST, 30_000);
        var nginx = new RunningNginx(directory.resolve("relay"));
        var workers = nginx.workers();
        nginx.master().destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        assertThat(authority.end(session).cause()).isEqualTo(EndCause.LOST);
        assertThat(Mp4File.seconds(recordings.awaitFinished(FIRST).file())).isGreaterThan(1.0);
    }

    @Test
    @DisplayName(
            "Acceptance 14: what a killed application left is finished at the next start and what nobody wants is deleted")
    void whatAKilledApplicationLeftIsFinishedAtTheNextStartAndWhatNobodyWantsIsDeleted() throws Exception {
        var port = TestPorts.free();
        var killed = Programs.java(
                RecordingProcess.class,
                "open",
                Integer.toString(port),
                directory.resolve("relay").toString(),
                directory.resolve("kept").toString());
        try {
            publishers.add(new FfmpegPublisher("rtmp://127.0.0.1:" + port + "/live", "ec_live_alice_orphan").start());
            Await.until("some is written", () -> left().length() > 30_000);
        } finally {
            killed.destroyForcibly().waitFor();
        }
        Await.until("nginx ended, too", () -> !publishers.get(0).isRunning());
        // What such a moment leaves now and then: a picture that is cut in its middle, and what was being made of it.
        var written = Files.readAllBytes(left().toPath());
        var half = Arrays.copyOf(written, written.length - 7);
        Files.write(folder().resolve(SECOND + ".flv"), half);
        Files.write(folder().resolve(SECOND + ".mp4.part"), Arrays.copyOf(half, 500));
        Files.write(folder().resolve("rec-nobody00.flv"), half);
        Files.write(folder().resolve("rec-nobody00.mp4"), half);
        Files.write(folder().resolve("session-unknown-1700000000.begun"), half);
        recordings.wanted.put(RecordingProcess.ID, new SessionId("session-killed"));
        recordings.wanted.put(SECOND, new SessionId("session-killed"));
        open(folder(), 0);
        for (var id : List.of(RecordingProcess.ID, SECOND)) {
            assertThat(Mp4File.seconds(recordings.awaitFinished(id).file())).isGreaterThan(1.0);
        }
        Await.until("nothing is left", () -> MediaBytes.all(folder()).isEmpty());
        assertThat(recordings.finished).containsOnlyKeys(RecordingProcess.ID, SECOND);
        assertThat(recordings.failed).isEmpty();
    }

    @Test
    void aDiskThatIsNearlyFullEndsTheRecordingAloneAndNoOtherBegins() throws Exception {
        open(folder(), 0);
        var session = publish("reserve");
        record(session, FIRST, 5_000);
        relay.close();
        recordings.awaitFinished(FIRST);
        publishers.get(0).close();
        open(folder(), Long.MAX_VALUE / 2);
        var again = publish("reserve2");
        Thread.sleep(500);
        assertThat(relay.startRecording(again, SECOND)).isFalse();
        assertThat(publishers.get(1).isRunning()).isTrue();
    }

    @Test
    void aRelayWithoutAPlaceThatStaysDoesNotRecord() {
        relay = NginxRelay.local(NginxRelayConfig.builder().ingestPort(0).build());
        assertThatThrownBy(() -> relay.recordFor(recordings))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "Streams are to be recorded, and the relay has no work directory that stays, in which the next start"
                                + " finds what a crash left; give one with workDirectory(...).");
    }

    @Test
    void withoutFfmpegTheRelayDoesNotOpen() {
        relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .workDirectory(directory.resolve("relay"))
                .ffmpeg(directory.resolve("none"))
                .build());
        relay.recordFor(recordings);
        assertThatThrownBy(() -> relay.open(authority))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The ffmpeg " + directory.resolve("none")
                        + " cannot be run. Correct the setting, or leave it out to have it looked for.");
    }
}
