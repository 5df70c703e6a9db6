package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An nginx of an earlier life that nobody could stop: the machine was out of memory, say, and its supervisor was killed too. It is
 * stopped only if its command line names our own configuration file; a pid file alone may name anybody by now.
 */
final class LeftOver {

    private static final Logger log = LoggerFactory.getLogger(LeftOver.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private LeftOver() {}

    /**
     * Stops it, if there is one.
     *
     * @return whether there was
     */
    static boolean stop(Path pidFile, Path configuration) {
        var found = find(pidFile, configuration);
        found.ifPresent(process -> {
            log.warn("An nginx of an earlier run is still there (process {}) and is stopped.", process.pid());
            process.destroy();
            if (!endsWithin(process, PATIENCE)) {
                process.destroyForcibly();
                endsWithin(process, PATIENCE);
            }
        });
        return found.isPresent();
    }

    /** The master process of an nginx that runs with that very configuration. */
    static Optional<ProcessHandle> find(Path pidFile, Path configuration) {
        return pidIn(pidFile).flatMap(ProcessHandle::of).filter(process -> isOurs(process, configuration));
    }

    private static boolean isOurs(ProcessHandle process, Path configuration) {
        // nginx writes its whole command line into its title, as one text.
        var title = commandLine(process.pid())
                .or(() -> process.info().commandLine())
                .orElse("");
        return title.startsWith("nginx: master process ") && title.endsWith(" -c " + configuration);
    }

    private static Optional<String> commandLine(long pid) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' ')
                    .strip());
        } catch (IOException noSuchFileSystem) {
            return Optional.empty();
        }
    }

    private static Optional<Long> pidIn(Path file) {
        try {
            return Optional.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static boolean endsWithin(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
