package dev.livemeter.studio;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of the tests in a process of its own, so that it can be killed. */
final class OwnProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private OwnProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** Runs the main method of that class, by this Java and with all that this JVM knows. */
    static OwnProcess start(Class<?> program, List<String> words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // it ends before the second compiler would pay
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(words);
        return new OwnProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** The next line that it says with that beginning. Blocks. */
    String read(String beginning) throws IOException {
        var seen = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("The application ended after:\n" + seen);
    }

    /** {@code kill -9}; it is gone when this returns. Idempotent. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
