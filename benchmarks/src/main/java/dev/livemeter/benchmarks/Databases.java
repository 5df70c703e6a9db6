package dev.livemeter.benchmarks;

import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.Durability;
import dev.livemeter.jdbc.server.MariaDbServer;
import dev.livemeter.jdbc.server.Memory;
import dev.livemeter.jdbc.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The databases that are measured on. Servers sync each commit to the disk and have memory for all that is measured. Not thread-safe. */
final class Databases implements AutoCloseable {

    private final List<Place> wanted;
    private final Path folder;

    private Databases(List<Place> wanted) throws IOException {
        this.wanted = wanted;
        this.folder = Files.createTempDirectory("livemeter-benchmark");
    }

    /** Where money can be kept. */
    enum Place {
        POSTGRESQL("PostgreSQL"),
        MARIADB("MariaDB"),
        H2("H2");

        private final String title;

        Place(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** All of them. */
    static Databases all() throws IOException {
        return new Databases(List.of(Place.values()));
    }

    /** H2 alone, which needs nothing installed, in the place of the others. */
    static Databases embedded() throws IOException {
        return new Databases(List.of(Place.H2));
    }

    /** Those that are measured on. */
    List<Place> places() {
        return wanted;
    }

    /** PostgreSQL where there is one: loads are measured on one database. */
    Place first() {
        return wanted.get(0);
    }

    /** A database of its own, which the caller closes. */
    BenchDatabase open(Place place) throws IOException {
        return switch (place) {
            case POSTGRESQL -> served(place, new PostgresServer(Durability.SYNCED, Memory.AMPLE));
            case MARIADB -> served(place, new MariaDbServer(Durability.SYNCED, Memory.AMPLE));
            case H2 -> {
                var file = Files.createTempDirectory(folder, "h2").resolve("livemeter");
                yield new BenchDatabase(place, "jdbc:h2:" + file, "sa", "", null);
            }
        };
    }

    private static BenchDatabase served(Place place, DatabaseServer server) {
        try {
            server.start();
            var database = server.newDatabase();
            return new BenchDatabase(place, database.url(), database.user(), database.password(), server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
