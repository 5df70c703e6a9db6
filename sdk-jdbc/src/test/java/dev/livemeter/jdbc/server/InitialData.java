package dev.livemeter.jdbc.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a server's programs make before its first start, kept in the build folder of the module that is tested: to make it takes seconds of a processor, to copy
 * it a fraction of one. Where no module is tested it is made each time. Thread-safe, and safe between processes.
 */
final class InitialData {

    private InitialData() {}

    /**
     * Fills the folder of a server.
     *
     * @param program who makes the data: another version of it makes other data
     * @param initialize fills that folder, the first time
     */
    static synchronized void provide(Path folder, Path program, Path log, Runnable initialize) {
        var module = System.getProperty("basedir");
        if (module == null) {
            initialize.run();
            return;
        }
        try {
            var all = Files.createDirectories(Path.of(module, "target", "servers"));
            var kept = all.resolve(program.getFileName() + "-"
                    + Files.getLastModifiedTime(program.toRealPath()).toMillis());
            try (var turn = FileChannel.open(
                    all.resolve(kept.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                turn.lock(); // until it is closed
                if (!Files.exists(kept)) {
                    initialize.run();
                    var copy = all.resolve(
                            kept.getFileName() + "." + ProcessHandle.current().pid());
                    copy(folder, copy, log);
                    Files.move(copy, kept);
                } else {
                    copy(kept, folder, log);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With owners and rights, as servers look at them. */
    private static void copy(Path from, Path to, Path log) {
        ServerProcess.run(List.of("cp", "-a", "-T", from.toString(), to.toString()), Path.of("/"), log);
    }
}
