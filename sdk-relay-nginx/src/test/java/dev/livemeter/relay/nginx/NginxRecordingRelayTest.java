package dev.livemeter.relay.nginx;

import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RecordsStreamsContract;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract of relays that record, with a real nginx, real encoders and ffmpeg. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class NginxRecordingRelayTest extends RecordsStreamsContract {

    @TempDir
    private Path directory;

    @Override
    protected RelayController newRelay() {
        try {
            // nginx's worker has to pass where this test runs as root.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .workDirectory(directory.resolve("relay"))
                .recordingReserve(0)
                .build());
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
        Mp4File.assertPlays(media, directory.resolve("kept.mp4"), length);
    }
}
