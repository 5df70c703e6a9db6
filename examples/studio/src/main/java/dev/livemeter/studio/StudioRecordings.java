package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.recording.FolderVault;
import dev.livemeter.recording.RecordingPolicy;
import dev.livemeter.recording.RecordingPolicy.Mode;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;

/** Recordings in the studio: by hand, for everybody, kept for a week beside the database. */
final class StudioRecordings {

    private static final long GIGABYTE = 1_000_000_000L;

    private final Path data;

    private StudioRecordings(Path data) {
        this.data = data.toAbsolutePath().normalize();
    }

    static StudioRecordings in(Path data) {
        return new StudioRecordings(data);
    }

    /** Has them written beside the database, if they can be. */
    void prepare(NginxRelayConfig.Builder relay) {
        if (arePossible()) {
            relay.workDirectory(data.resolve("relay")).recordingReserve(GIGABYTE);
        }
    }

    void prepare(Livemeter.Builder live) {
        if (arePossible()) {
            live.recording(
                    RecordingPolicy.builder()
                            .forAll(Mode.MANUAL)
                            .retention(Duration.ofDays(7))
                            .bytesPerUser(5 * GIGABYTE)
                            .build(),
                    FolderVault.in(data.resolve("recordings")));
        }
    }

    /** Started by root, nginx lets its worker run as somebody else, who does not get into a folder like {@code /root}. */
    private boolean arePossible() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return true;
        }
        for (var folder = data; folder != null; folder = folder.getParent()) {
            try {
                if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            } catch (IOException notKnown) {
                return false;
            }
        }
        return true;
    }
}
