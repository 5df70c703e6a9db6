package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where one nginx keeps its files; nobody but its user can look inside, as the configuration holds the callback token. */
final class WorkDirectory {

    private static final Logger log = LoggerFactory.getLogger(WorkDirectory.class);
    private static final String PRIVATE_DIRECTORY = "rwx------";
    private static final String PRIVATE_FILE = "rw-------";

    private final Path path;
    private final boolean temporary;

    private WorkDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /** That directory, made where it is missing; or a temporary one. */
    static WorkDirectory open(@Nullable Path wanted) {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE_DIRECTORY));
        try {
            if (wanted == null) {
                return new WorkDirectory(Files.createTempDirectory("livemeter-relay-", owner), true);
            }
            var path = wanted.toAbsolutePath().normalize();
            if (Files.notExists(path)) {
                Files.createDirectories(path, owner);
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(PRIVATE_DIRECTORY));
            return new WorkDirectory(path, false);
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.work_directory",
                    "The work directory of the relay" + (wanted == null ? "" : ", " + wanted + ",")
                            + " cannot be made or made private: " + e.getMessage()
                            + ". Give one that this user may write to.",
                    false,
                    e);
        }
    }

    Path path() {
        return path;
    }

    /** Makes a file, where it is missing, that others cannot read whoever writes to it. */
    void prepare(Path file) {
        try {
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE_FILE)));
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static LivemeterException failed(Path file, IOException e) {
        return new LivemeterException(
                "relay.work_directory", "The file " + file + " cannot be written: " + e.getMessage() + ".", false, e);
    }

    void write(Path file, String text) {
        try {
            var fresh = Files.createTempFile(
                    path,
                    "nginx",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE_FILE)));
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Deletes a temporary directory; another one stays. */
    void close() {
        if (!temporary) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("The temporary directory {} of the relay could not be deleted: {}.", path, e.getMessage());
        }
    }
}
