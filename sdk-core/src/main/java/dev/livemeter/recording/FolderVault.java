package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.MediaVault;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A vault in a folder of its own, readable by the user of this process alone; on a disk that several nodes mount, they share it. Thread-safe. */
public final class FolderVault implements MediaVault {

    private static final String ENDING = ".sealed";
    private static final String UNFINISHED = ".part";
    private static final int BUFFER = 256 * 1024;

    private final Path folder;

    private FolderVault(Path folder) {
        this.folder = folder;
    }

    /**
     * A vault in that folder, made where it is missing. Parts that a crash left unfinished are deleted by the next {@link #put} of that name.
     *
     * @throws LivemeterException {@code recording.vault} if it cannot be made, made private, or written to
     */
    public static FolderVault in(Path folder) {
        var path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path, attributes(path, "rwx------"));
            if (isPosix(path)) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
            if (!Files.isWritable(path)) {
                throw new IOException("it is not writable");
            }
        } catch (IOException e) {
            throw new LivemeterException(
                    "recording.vault",
                    "The folder " + path + " for recordings cannot be made, made private, or written to: "
                            + e.getMessage() + ". Give one that this user may write to.",
                    false,
                    e);
        }
        return new FolderVault(path);
    }

    @Override
    public void put(RecordingId id, Content content) throws IOException {
        var part = folder.resolve(id + UNFINISHED);
        Files.deleteIfExists(part);
        try (var channel = FileChannel.open(
                part,
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                attributes(folder, "rw-------"))) {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            content.writeTo(out);
            out.flush();
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, file(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    /** The name is as durable as the bytes; where folders cannot be synced, the file system answers for it. */
    private void syncFolder() {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            return;
        }
    }

    @Override
    public Optional<SeekableByteChannel> open(RecordingId id) throws IOException {
        try {
            return Optional.of(Files.newByteChannel(file(id), StandardOpenOption.READ));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(RecordingId id) throws IOException {
        Files.deleteIfExists(file(id));
        Files.deleteIfExists(folder.resolve(id + UNFINISHED));
    }

    private Path file(RecordingId id) {
        return folder.resolve(id + ENDING);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public String toString() {
        return "FolderVault[" + folder + "]";
    }
}
