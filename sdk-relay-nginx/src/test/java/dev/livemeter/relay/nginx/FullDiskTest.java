package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.recording.RecordingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of two megabytes, full to the brim while a stream is recorded. Root may mount one, and whoever is let by sudo without a password. */
@Tag("once") // nginx does not care which JVM asks
class FullDiskTest {

    private static final RecordingId ID = new RecordingId("rec-full0000");

    @TempDir
    private Path directory;

    @Test
    @DisplayName("Acceptance 14: the stream lives on and the recording says why it failed")
    void theStreamLivesOnAndTheRecordingSaysWhyItFailed() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        var disk = Files.createDirectory(directory.resolve("disk"));
        var owner = "uid=" + Files.getAttribute(directory, "unix:uid");
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=2m," + owner, "livemeter-test", disk.toString()))
                .as("A small disk is mounted by root, or by sudo without a password; run the tests as one of them.")
                .isTrue();
        try {
            record(disk);
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private void record(Path disk) throws IOException {
        var authority = new ScriptedAuthority();
        var recordings = new ScriptedRecordings(Files.createDirectory(directory.resolve("kept")));
        try (var relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .workDirectory(directory.resolve("relay"))
                .recordingFolder(disk)
                .recordingReserve(0)
                .build())) {
            relay.recordFor(recordings);
            var ingest = relay.open(authority).url().toString();
            var key = "ec_live_alice_full";
            try (var publisher = new FfmpegPublisher(ingest, key).start()) {
                Await.until("it is admitted", () -> authority.session(key) != null);
                var session = authority.session(key);
                Await.until("nginx takes the order", () -> relay.startRecording(session, ID));
                Await.until("some is written", () -> recordings.grown.getOrDefault(ID, 0L) > 5_000);
                fill(disk.resolve("filler"));
                Await.until("the recording failed", () -> recordings.failed.containsKey(ID));
                assertThat(recordings.ended)
                        .containsEntry(
                                ID, "The disk of the relay is nearly full; the stream went on without the recording.");
                assertThat(recordings.failed)
                        .containsEntry(ID, "The disk of the relay is full, so no file could be made of it.");
                var beats = authority.beats.size();
                Await.until("the stream lives on", () -> authority.beats.size() > beats + 2);
                assertThat(publisher.isRunning()).isTrue();
                assertThat(authority.endsOf(session)).isZero();
                assertThat(disk.resolve(ID + ".flv")).doesNotExist();
                Files.delete(disk.resolve("filler"));
            }
        }
    }

    private static void fill(Path file) throws IOException {
        var block = new byte[4096];
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        var order = new ArrayList<String>();
        if (!"root".equals(System.getProperty("user.name"))) {
            order.addAll(List.of("sudo", "-n"));
        }
        order.addAll(List.of(command));
        return new ProcessBuilder(order).inheritIO().start().waitFor() == 0;
    }
}
