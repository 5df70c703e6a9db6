package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nginx writes down on a relay host comes here, if need be later. */
@Tag("once") // nginx, sshd and ffmpeg do not care which JVM asks
class RecordingFromHostTest {

    private static final String THERE = "/var/lib/livemeter-relay/recordings";

    @TempDir
    private Path here;

    private LiveOnHost on;

    @BeforeEach
    void startHost(@TempDir Path folder) throws Exception {
        on = new LiveOnHost(folder);
        on.settings
                .recordingFolder(here.resolve("making"))
                .recordingReserve(0)
                // So long nobody counts as lost: on a busy machine the way back to the host takes its time.
                .heartbeat(Duration.ofSeconds(5));
    }

    @AfterEach
    void stopHost() throws Exception {
        on.close();
    }

    @Test
    @DisplayName(
            "Acceptance 14: what is over while the host is away is brought when it is back and nobody else may look inside")
    void whatIsOverWhileTheHostIsAwayIsBroughtWhenItIsBackAndNobodyElseMayLookInside() throws Exception {
        var recordings = new ScriptedRecordings(Files.createDirectory(here.resolve("kept")));
        var authority = new ScriptedAuthority();
        var id = new RecordingId("rec-host-away");
        try (var relay = on.newRelay()) {
            relay.recordFor(recordings);
            var url = relay.open(authority).url().toString();
            try (var publisher = new FfmpegPublisher(url, "ec_live_alice_away").start()) {
                Await.until("it is admitted", () -> authority.session("ec_live_alice_away") != null);
                var session = authority.session("ec_live_alice_away");
                recordings.wanted.put(id, session);
                Await.until("nginx takes the order", () -> relay.startRecording(session, id));
                Await.until(
                        "some is written",
                        Duration.ofSeconds(30),
                        () -> recordings.grown.getOrDefault(id, 0L) > 20_000);
                assertThat(on.host.root("stat -c '%U:%G %a' " + THERE + " " + THERE + "/*"))
                        .isEqualTo("livemeter-relay:livemeter-deploy 2770\nlivemeter-relay:livemeter-deploy 640");
                assertThat(on.host.tryRoot("setpriv --reuid=nobody --regid=nogroup --clear-groups ls " + THERE))
                        .startsWith("2 ");
                on.wire.refuse();
                Await.until("it is noticed", () -> !relay.health().isUp());
                relay.stopRecording(session, id);
                Await.until("it is over", () -> recordings.ended.containsKey(id));
                on.wire.admit();
                assertThat(Mp4File.seconds(recordings.awaitFinished(id).file())).isGreaterThan(1.0);
                assertThat(publisher.isRunning()).isTrue();
            }
            Await.until("the publisher is gone", () -> !authority.ends.isEmpty());
        }
    }

    @Test
    void withoutAFolderOnThisMachineOrOnTheHostItDoesNotRecord() throws Exception {
        var recordings = new ScriptedRecordings(here);
        try (var relay = NginxRelay.on(
                on.where().build(),
                NginxRelayConfig.builder().ingestPort(on.ingestPort).build())) {
            assertThatThrownBy(() -> relay.recordFor(recordings))
                    .isInstanceOf(LivemeterException.class)
                    .hasMessage(
                            "Streams are to be recorded, and the relay 127.0.0.1:" + on.wire.port()
                                    + " has no folder on this machine in which its recordings are finished; give it one of its own with recordingFolder(...).");
        }
        on.host.root("mv " + THERE + " " + THERE + "-away");
        try (var relay = on.newRelay()) {
            relay.recordFor(recordings);
            assertThatThrownBy(() -> relay.open(new ScriptedAuthority()))
                    .isInstanceOf(LivemeterException.class)
                    .hasMessageStartingWith("Streams are to be recorded, and the relay host 127.0.0.1:" + on.wire.port()
                            + " has no folder " + THERE + " that this key may use (")
                    .hasMessageEndingWith("). Run install.sh of this release on the host.");
        } finally {
            on.host.root("mv " + THERE + "-away " + THERE);
        }
    }
}
