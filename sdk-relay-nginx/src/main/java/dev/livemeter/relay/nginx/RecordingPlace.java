package dev.livemeter.relay.nginx;

import dev.livemeter.recording.RecordingId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where nginx writes streams down: a folder of this machine, or of a relay host. Files are made of it in a folder of this machine. Thread-safe; blocks on the disk or the host. */
interface RecordingPlace extends AutoCloseable {

    /** As nginx finds it. */
    Path path();

    /** The folder of this machine where files are made. */
    RecordingFolder here();

    /** Takes a file that nginx just began under the name of its recording; nginx goes on to write to it. */
    boolean adopt(String writtenByNginx, RecordingId id);

    /** How much nginx has written; empty where there is no file. */
    Optional<Long> size(RecordingId id);

    /** How much room the disk has that nginx writes to; none where it cannot be asked. */
    long room();

    /** How many more files of the size of a recording that disk has to take until it is put away. */
    int copiesToCome();

    /**
     * Sees to it that what nginx wrote lies {@linkplain #here() here}. Idempotent.
     *
     * @return whether there is anything
     * @throws IOException if it cannot be brought now; nothing is lost by that
     */
    boolean bring(RecordingId id) throws IOException;

    /** Deletes all that there is of a recording. Idempotent. */
    void delete(RecordingId id);

    /** Whether nginx may write to it still, if its stream goes on: what was brought is over. */
    boolean mayGrow(RecordingId id);

    /**
     * Of which recordings there is something; what nginx began and nobody took over is deleted.
     *
     * @throws dev.livemeter.LivemeterException if it cannot be looked
     */
    List<RecordingId> left();

    /** Lets go of what it holds. Idempotent. */
    @Override
    void close();
}
