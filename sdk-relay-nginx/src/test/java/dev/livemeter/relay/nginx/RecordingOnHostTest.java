package dev.livemeter.relay.nginx;

import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RecordsStreamsContract;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract of relays that record, with a relay host: nginx writes there, and what is kept is made here. */
@Tag("once") // nginx, sshd and ffmpeg do not care which JVM asks
class RecordingOnHostTest extends RecordsStreamsContract {

    private static final String THERE = "/var/lib/livemeter-relay/recordings";

    private static LiveOnHost on;

    @TempDir
    private Path here;

    @BeforeAll
    static void startHost(@TempDir Path folder) throws Exception {
        on = new LiveOnHost(folder);
    }

    @AfterAll
    static void stopHost() throws Exception {
        on.close();
    }

    @AfterEach
    void nothingPlainIsLeft() {
        Await.until(
                "nothing is left on the host",
                () -> on.host.root("ls -A " + THERE).isEmpty());
        Await.until(
                "nothing is left here",
                () -> MediaBytes.all(here.resolve("making")).isEmpty());
    }

    @Override
    protected RelayController newRelay() {
        on.settings.recordingFolder(here.resolve("making")).recordingReserve(0);
        try {
            return on.newRelay();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected RelayController successor(RelayController closed) {
        return newRelay();
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return NginxRelayContractTest.encoder(ingest, streamKey);
    }

    @Override
    protected void assertPlays(byte[] media, Duration length) throws Exception {
        Mp4File.assertPlays(media, here.resolve("kept.mp4"), length);
    }
}
