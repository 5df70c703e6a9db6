package dev.livemeter.jdbc.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@link MeteringProcess} as its parent sees it. Not thread-safe. */
final class Child implements AutoCloseable {

    /** The exit code of what was killed. */
    static final int KILLED = 128 + 9;

    /** How long it may live. */
    static final Duration PATIENCE = Duration.ofSeconds(80);

    private final Process process;
    private final BufferedReader output;
    private final Path errors;
    private final Story story = new Story();
    private volatile boolean givenUp;

    private Child(Process process, Path errors) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.errors = errors;
    }

    /** Starts it; it gets ready and waits for {@link #begin}. */
    static Child start(ChildJvm jvm, MeteringProcess.Orders orders, Path folder) {
        try {
            var errors = Files.createTempFile(folder, "child", ".log");
            var command = jvm.command(MeteringProcess.class);
            command.addAll(orders.words());
            return new Child(
                    new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Child begin() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new IllegalStateException("The process ended before it began:\n" + said(), e);
        }
    }

    /** Hears it to its end. */
    Story hear() {
        return hear(line -> false);
    }

    /**
     * Hears it until a line that ends with a semicolon satisfies that, or to its end.
     *
     * @throws IllegalStateException if it takes too long, with what it wrote to its log
     */
    Story hear(Predicate<String> enough) {
        var limit = CompletableFuture.runAsync(
                () -> {
                    givenUp = true;
                    kill();
                },
                CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        try {
            listen(enough);
        } finally {
            limit.cancel(false);
        }
        if (givenUp) {
            throw new IllegalStateException("The process " + pid() + " was heard for " + PATIENCE
                    + " and was not through; it was killed. Its log:\n" + said());
        }
        return story;
    }

    private void listen(Predicate<String> enough) {
        try {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.endsWith(";")) {
                    var whole = line.substring(0, line.length() - 1);
                    story.hear(whole);
                    if (enough.test(whole)) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Story story() {
        return story;
    }

    long pid() {
        return process.pid();
    }

    /** {@code kill -9}. What it said by then can still be heard, which {@link Process#destroyForcibly} would close. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Freezes it, or wakes it up. */
    void signal(String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("The signal " + name + " could not be sent to " + pid() + ".");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a signal was sent.", e);
        }
    }

    /** Waits for its end. */
    int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new IllegalStateException("The process " + pid() + " said its last word and did not end within "
                        + PATIENCE + "; it was killed. Its log:\n" + said());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a process ended.", e);
        }
    }

    /** What it wrote to its log. */
    String said() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
