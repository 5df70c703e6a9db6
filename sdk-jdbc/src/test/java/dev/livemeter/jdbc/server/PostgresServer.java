package dev.livemeter.jdbc.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL, as Debian installs it. Its language is English and not C, so that what depends on sorting by bytes fails. */
public final class PostgresServer extends DatabaseServer {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final int FIRST_WITH_ICU = 15;
    private static final String SETTINGS = "?connectTimeout=30&ApplicationName=test";

    /** One that syncs its log, as PostgreSQL does by default. Not started yet. */
    public PostgresServer() {
        this(Durability.SYNCED);
    }

    /** One that treats commits like this. Not started yet. */
    public PostgresServer(Durability durability) {
        this(durability, Memory.SMALL);
    }

    /** One that treats commits like this, with so much memory. Not started yet. */
    public PostgresServer(Durability durability, Memory memory) {
        super(
                new Installation(
                        "postgresql",
                        Installation.newest(DEBIAN)
                                .map(version -> List.of(version.resolve("bin")))
                                .orElse(List.of(DEBIAN)),
                        "postgres"),
                durability,
                memory);
    }

    @Override
    void initialize(Path folder, Path log) {
        try {
            var password = folder.resolve("password");
            Files.writeString(password, PASSWORD);
            installation.give(password);
            var arguments = new ArrayList<>(List.of(
                    "--pgdata=" + folder.resolve("data"),
                    "--username=" + USER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync"));
            var version = Installation.newest(DEBIAN).map(Installation::number).orElse(FIRST_WITH_ICU);
            if (version >= FIRST_WITH_ICU) {
                arguments.addAll(List.of("--locale-provider=icu", "--icu-locale=en-US"));
            }
            ServerProcess.run(installation.command("initdb", arguments), folder, log);
        } catch (IOException e) {
            throw new IllegalStateException("The folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    Path program() {
        return installation.program("postgres");
    }

    @Override
    List<String> command(Path folder, int port) {
        var arguments = new ArrayList<>(List.of("-D", folder.resolve("data").toString(), "-p", Integer.toString(port)));
        var settings = new ArrayList<>(List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "shared_buffers=" + memory.pagesMebibytes() + "MB",
                "max_connections=60"));
        if (durability == Durability.FAST) {
            settings.addAll(List.of("fsync=off", "full_page_writes=off", "synchronous_commit=off"));
        }
        settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        return installation.command("postgres", arguments);
    }

    @Override
    void welcome() {}

    @Override
    Connection administer() throws SQLException {
        return connect(url("postgres"), USER, PASSWORD);
    }

    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    @Override
    DataSource dataSource(String url, String user, String password) {
        var source = new PGSimpleDataSource();
        source.setUrl(url.contains("?") ? url : url + SETTINGS);
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    @Override
    List<String> creation(String database) {
        return List.of("CREATE DATABASE " + database);
    }

    @Override
    List<String> removal(String database) {
        return List.of("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }

    @Override
    void empty(Connection connection, List<String> few, List<String> many) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Triggers keep the books; for this session they are silent.
            var told = new ArrayList<>(List.of("SET session_replication_role = replica"));
            few.forEach(table -> told.add("DELETE FROM " + table));
            if (!many.isEmpty()) {
                told.add("TRUNCATE " + String.join(", ", many) + " CASCADE");
            }
            told.add("SET session_replication_role = DEFAULT");
            statement.execute(String.join("; ", told));
        }
    }
}
