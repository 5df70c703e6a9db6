package dev.livemeter.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own benchmark, as a measure of the machine that everybody knows. */
final class Pgbench {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    private final BenchDatabase database;

    private Pgbench(BenchDatabase database) {
        this.database = database;
    }

    /** Fills a database of its own for it; a scale of 10 is a million accounts. */
    static Pgbench fill(BenchDatabase database, int scale) throws IOException, InterruptedException {
        var bench = new Pgbench(database);
        bench.run(List.of("-i", "-q", "-s", Integer.toString(scale)));
        return bench;
    }

    /**
     * Transactions a second.
     *
     * @param script such as {@code simple-update}, which is {@code -N}, or {@code tpcb-like}
     */
    double perSecond(String script, int clients, Duration length) throws IOException, InterruptedException {
        var seconds = Math.max(1, Math.round(length.toMillis() / 1000.0));
        var said = run(List.of(
                "-n",
                "-b",
                script,
                "-c",
                Integer.toString(clients),
                "-j",
                Integer.toString(Math.min(clients, 2)),
                "-T",
                Long.toString(seconds)));
        var found = TPS.matcher(said);
        if (!found.find()) {
            throw new IllegalStateException("pgbench told no transactions a second:\n" + said);
        }
        return Double.parseDouble(found.group(1));
    }

    private String run(List<String> arguments) throws IOException, InterruptedException {
        var where = URI.create(database.url().substring("jdbc:".length()));
        var command = new ArrayList<String>();
        command.add(program().toString());
        command.addAll(List.of("-h", where.getHost(), "-p", Integer.toString(where.getPort())));
        command.addAll(List.of("-U", database.user()));
        command.addAll(arguments);
        command.add(where.getPath().substring(1));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", database.password());
        var process = builder.start();
        try (var output = process.inputReader()) {
            var said = String.join("\n", output.lines().toList());
            if (process.waitFor() != 0) {
                throw new IllegalStateException("pgbench failed:\n" + said);
            }
            return said;
        } finally {
            process.destroy();
        }
    }

    private static Path program() throws IOException {
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin").resolve("pgbench"))
                    .filter(Files::isExecutable)
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IOException(
                            "There is no pgbench below " + DEBIAN + "; install the package postgresql."));
        }
    }
}
