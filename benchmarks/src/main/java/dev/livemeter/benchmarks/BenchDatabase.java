package dev.livemeter.benchmarks;

import dev.livemeter.benchmarks.Databases.Place;
import dev.livemeter.jdbc.server.DatabaseServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database to measure on. The server, where there is one, ends with it.
 *
 * @param server null for an embedded one
 */
record BenchDatabase(
        Place place,
        String url,
        String user,
        String password,
        @Nullable DatabaseServer server) implements AutoCloseable {

    /** A connection of its own; whoever measures opens it before the time begins. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /** Another, empty, database on the same server. */
    BenchDatabase sibling() {
        if (server == null) {
            return new BenchDatabase(place, url + "-" + System.nanoTime(), user, password, null);
        }
        var database = server.newDatabase();
        // The server is the first one's to close.
        return new BenchDatabase(place, database.url(), database.user(), database.password(), server);
    }

    /** Version and what it promises for a commit, as it says itself. */
    String settings() throws SQLException {
        try (var connection = connect()) {
            var said = new ArrayList<String>();
            said.add(place
                    + (place == Place.H2 ? " with WRITE_DELAY 0, " : " ")
                    + connection.getMetaData().getDatabaseProductVersion());
            for (var setting : questions()) {
                try (var statement = connection.createStatement();
                        var row = statement.executeQuery(setting.question())) {
                    row.next();
                    said.add(setting.name() + "=" + row.getString(1));
                }
            }
            return String.join(", ", said);
        }
    }

    private record Setting(String name, String question) {}

    private List<Setting> questions() {
        return switch (place) {
            case POSTGRESQL ->
                List.of(
                        new Setting("fsync", "SHOW fsync"),
                        new Setting("synchronous_commit", "SHOW synchronous_commit"),
                        new Setting("shared_buffers", "SHOW shared_buffers"));
            case MARIADB ->
                List.of(
                        new Setting("flush_log_at_trx_commit", "SELECT @@innodb_flush_log_at_trx_commit"),
                        new Setting("buffer_pool_size", "SELECT @@innodb_buffer_pool_size"),
                        new Setting("log_file_size", "SELECT @@innodb_log_file_size"));
            // what our storage sets is set for the naive tables too
            case H2 -> List.of();
        };
    }

    /** What the processor has done for the server so far; zero for an embedded one, whose work is ours. */
    Duration cpu() {
        return server == null ? Duration.ZERO : ProcessorTime.ofTree(server.pid());
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
