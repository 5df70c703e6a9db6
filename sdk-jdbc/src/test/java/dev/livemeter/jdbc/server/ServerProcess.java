package dev.livemeter.jdbc.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A server as a process, with the processes that it made. Beside it waits a shell that reads from this JVM and kills the server
 * when there is nothing more to read, so that no server outlives a JVM that was killed.
 */
final class ServerProcess {

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final Process watchdog;

    private ServerProcess(Process process, Process watchdog) {
        this.process = process;
        this.watchdog = watchdog;
    }

    static ServerProcess start(List<String> command, Path folder, Path log) {
        try {
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
            var pid = process.pid();
            // The folder in the command tells this server from whatever may have got its number since.
            var watchdog = new ProcessBuilder(
                            "sh",
                            "-c",
                            "read -r _; if grep -q -F -- \"$2\" \"/proc/$1/cmdline\" 2>/dev/null; then kill -KILL \"$1\"; fi",
                            "watchdog",
                            Long.toString(pid),
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new ServerProcess(process, watchdog);
        } catch (IOException e) {
            throw new IllegalStateException("The server cannot be started: " + e.getMessage(), e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, and waits. */
    void stop(String signal) {
        signal(signal, List.of(process.pid()));
        await();
    }

    /** Kills it and all that it made, as a machine does that falls. */
    void kill() {
        var all = all();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle ->
                handle.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
        await();
    }

    void pause() {
        // The first one first: it cannot make others then.
        signal("STOP", List.of(process.pid()));
        var pids = pids(all());
        signal("STOP", pids);
        // A signal is sent before it is obeyed.
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!pids.stream().allMatch(ServerProcess::isStopped)) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("The server " + process.pid() + " does not stop.");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    void resume() {
        signal("CONT", pids(all()));
    }

    private static boolean isStopped(long pid) {
        try {
            var state = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return state.startsWith("T", state.lastIndexOf(')') + 2);
        } catch (NoSuchFileException e) {
            return true; // gone
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    private static List<Long> pids(List<ProcessHandle> handles) {
        return handles.stream().map(ProcessHandle::pid).toList();
    }

    private void await() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The server " + process.pid() + " does not end.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the server ended.", e);
        } finally {
            watchdog.destroy();
        }
    }

    private static void signal(String name, List<Long> pids) {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            // One of them may have ended by itself meanwhile, so that the exit code says nothing.
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("A signal cannot be sent: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a signal was sent.", e);
        }
    }

    /** Runs a program to its end. */
    static void run(List<String> command, Path folder, Path log) {
        try {
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end.");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        command + " ended with " + process.exitValue() + ":\n" + Files.readString(log));
            }
        } catch (IOException e) {
            throw new IllegalStateException(command + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command + " ran.", e);
        }
    }
}
