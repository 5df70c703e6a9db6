package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nginx writes streams down, in plain, until they are finished; nobody but nginx's worker and this process can look inside. A file bears its recording's name from its
 * first moment on, so that it is known after a crash whose it is. Thread-safe.
 */
final class RecordingFolder implements RecordingPlace {

    private static final Logger log = LoggerFactory.getLogger(RecordingFolder.class);
    private static final Pattern OURS = Pattern.compile("([a-z0-9][a-z0-9-]{7,63})\\.(flv|flv\\.part|mp4|mp4\\.part)");

    /** What nginx gives to a file that it begins; no name of ours ends with it. */
    static final String BEGUN = ".begun";

    private static final Pattern WRITTEN_BY_NGINX = Pattern.compile("[a-z0-9-]{8,64}-[0-9]{1,12}\\.begun");

    private final Path path;

    private RecordingFolder(Path path) {
        this.path = path;
    }

    /** That folder, made where it is missing, and made private. */
    static RecordingFolder open(Path wanted) {
        var path = wanted.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.recording_folder",
                    "The folder " + path + " for recordings cannot be made or made private: " + e.getMessage()
                            + ". Give one that this user may write to.",
                    false,
                    e);
        }
        return new RecordingFolder(path);
    }

    @Override
    public Path path() {
        return path;
    }

    /**
     * Gives the folder to whom nginx's worker runs as.
     *
     * @param nginxOwn a folder that nginx itself gave to its worker
     * @throws LivemeterException {@code relay.recording_folder} if the worker could not get there
     */
    void giveTo(Path nginxOwn) {
        try {
            var worker = Files.getOwner(nginxOwn);
            Files.setOwner(path, worker);
            for (var parent = path.getParent(); parent != null; parent = parent.getParent()) {
                requirePassage(parent, worker);
            }
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.recording_folder",
                    "The folder " + path + " for recordings cannot be given to nginx's worker: " + e.getMessage() + ".",
                    false,
                    e);
        }
    }

    private void requirePassage(Path parent, UserPrincipal worker) throws IOException {
        var permissions = Files.getPosixFilePermissions(parent);
        if (!permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
                && !Files.getOwner(parent).equals(worker)) {
            throw new LivemeterException(
                    "relay.recording_folder",
                    "The folder " + path + " for recordings cannot be reached by nginx's worker, which runs as "
                            + worker.getName() + ": " + parent
                            + " lets nobody pass. Let others pass there (chmod o+x), or"
                            + " give another folder.");
        }
    }

    @Override
    public RecordingFolder here() {
        return this;
    }

    /** The name of a file that nginx just began, of what it answered; empty where that is none. */
    static Optional<String> begun(String writtenByNginx) {
        return Optional.ofNullable(Path.of(writtenByNginx).getFileName())
                .map(Path::toString)
                .filter(name -> WRITTEN_BY_NGINX.matcher(name).matches());
    }

    /** Whose recording a file is; empty where it is none of ours. */
    static Optional<RecordingId> idOf(String name) {
        var ours = OURS.matcher(name);
        return ours.matches() ? Optional.of(new RecordingId(ours.group(1))) : Optional.empty();
    }

    @Override
    public boolean adopt(String writtenByNginx, RecordingId id) {
        var name = begun(writtenByNginx);
        if (name.isEmpty()) {
            return false;
        }
        try {
            Files.move(path.resolve(name.get()), media(id));
            return true;
        } catch (IOException e) {
            log.warn("nginx began no file for the recording {}: {}.", id, e.toString());
            return false;
        }
    }

    /** What nginx wrote. */
    Path media(RecordingId id) {
        return path.resolve(id + ".flv");
    }

    /** What is made of it, while it is made. */
    Path unfinished(RecordingId id) {
        return path.resolve(id + ".mp4.part");
    }

    /** What is made of it. */
    Path finished(RecordingId id) {
        return path.resolve(id + ".mp4");
    }

    /** What is on its way from a relay host. */
    Path coming(RecordingId id) {
        return path.resolve(id + ".flv.part");
    }

    @Override
    public Optional<Long> size(RecordingId id) {
        try {
            return Optional.of(Files.size(media(id)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    @Override
    public long room() {
        try {
            return Files.getFileStore(path).getUsableSpace();
        } catch (IOException gone) {
            return 0;
        }
    }

    /** The MP4 that is made of it, and its copy in a vault on the same disk. */
    @Override
    public int copiesToCome() {
        return 2;
    }

    @Override
    public boolean bring(RecordingId id) {
        return size(id).isPresent();
    }

    @Override
    public boolean mayGrow(RecordingId id) {
        return size(id).isPresent();
    }

    @Override
    public void delete(RecordingId id) {
        for (var file : List.of(media(id), coming(id), unfinished(id), finished(id))) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                log.warn("The file {} of a recording could not be deleted: {}.", file, e.getMessage());
            }
        }
    }

    @Override
    public List<RecordingId> left() {
        var found = new TreeSet<String>();
        for (var file : files()) {
            var name = file.getFileName().toString();
            if (name.endsWith(BEGUN)) {
                forget(file);
            }
            idOf(name).ifPresent(id -> found.add(id.value()));
        }
        return found.stream().map(RecordingId::new).toList();
    }

    private List<Path> files() {
        var all = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(path)) {
            files.forEach(all::add);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            log.warn("The folder {} of recordings cannot be looked through: {}.", path, e.getMessage());
        }
        return all;
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("The file {} could not be deleted: {}.", file, e.getMessage());
        }
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
