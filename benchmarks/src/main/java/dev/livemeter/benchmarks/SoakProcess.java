package dev.livemeter.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The application's process, and the orders to it. Thread-safe. */
final class SoakProcess {

    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final String[] ingest;

    private SoakProcess(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader();
        this.orders = process.outputWriter();
        this.ingest = expect("ready ").split(" ", -1);
    }

    static SoakProcess start(Path data) throws IOException {
        return new SoakProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SoakApplication.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolve("application.log").toFile()))
                .start());
    }

    /** Where encoders publish to. */
    String ingest() {
        return ingest[0];
    }

    /** The same by TLS. */
    String tlsIngest() {
        return ingest[1];
    }

    /**
     * Orders something, and waits for the answer.
     *
     * @return what stands behind the word that is expected
     * @throws IOException if the process is gone
     */
    synchronized String order(String line, String expected) throws IOException {
        orders.write(line + "\n");
        orders.flush();
        return expect(expected);
    }

    private String expect(String beginning) throws IOException {
        for (var line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
        }
        throw new IOException("The application ended before it said '" + beginning.strip() + "'; see its log.");
    }

    /** As a crash. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** In good order. */
    void close() throws IOException, InterruptedException {
        orders.close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("The application did not end within a minute.");
        }
    }
}
