package dev.livemeter.jdbc.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** MariaDB, as Debian installs it. */
public final class MariaDbServer extends DatabaseServer {

    /** Their triggers let nobody delete a row. */
    private static final Set<String> KEPT = Set.of("livemeter_entry", "livemeter_posting");

    /** One that syncs its log, as MariaDB does by default. Not started yet. */
    public MariaDbServer() {
        this(Durability.SYNCED);
    }

    /** One that treats commits like this. Not started yet. */
    public MariaDbServer(Durability durability) {
        this(durability, Memory.SMALL);
    }

    /** One that treats commits like this, with so much memory. Not started yet. */
    public MariaDbServer(Durability durability, Memory memory) {
        super(
                new Installation(
                        "mariadb-server",
                        List.of(
                                Path.of("/usr/sbin"),
                                Path.of("/usr/bin"),
                                Path.of("/usr/local/sbin"),
                                Path.of("/usr/local/bin")),
                        "mysql"),
                durability,
                memory);
    }

    @Override
    void initialize(Path folder, Path log) {
        try {
            var data = Files.createDirectory(folder.resolve("data"));
            installation.give(data);
            var temporary = Files.createDirectory(temporary(folder));
            installation.give(temporary);
            ServerProcess.run(
                    installation.command(
                            "mariadb-install-db",
                            List.of(
                                    "--no-defaults",
                                    "--datadir=" + data,
                                    "--tmpdir=" + temporary,
                                    "--auth-root-authentication-method=normal",
                                    "--skip-test-db",
                                    "--innodb-flush-log-at-trx-commit=0",
                                    "--innodb-log-file-size=16M")),
                    folder,
                    log);
        } catch (IOException e) {
            throw new IllegalStateException("The folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Of its own: a server that starts deletes what lies in that folder, and would take it from those that run. */
    private static Path temporary(Path folder) {
        return folder.resolve("tmp");
    }

    @Override
    Path program() {
        return installation.program("mariadbd");
    }

    @Override
    List<String> command(Path folder, int port) {
        var arguments = new ArrayList<>(List.of(
                "--no-defaults",
                "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + temporary(folder),
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--skip-name-resolve",
                "--innodb-buffer-pool-size=" + memory.pagesMebibytes() + "M",
                "--innodb-log-file-size=" + memory.logMebibytes() + "M",
                "--innodb-flush-log-at-trx-commit=" + (durability == Durability.SYNCED ? 1 : 0)));
        if (durability == Durability.FAST) {
            // else each table that is made or emptied is synced
            arguments.addAll(List.of("--debug-no-sync", "--innodb-flush-method=nosync", "--skip-innodb-doublewrite"));
        }
        return installation.command("mariadbd", arguments);
    }

    @Override
    void welcome() {
        administer(List.of(
                "CREATE USER " + USER + "@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT ALL ON *.* TO " + USER + "@'127.0.0.1'"));
    }

    @Override
    Connection administer() throws SQLException {
        return connect(url("") + "?connectTimeout=30000", "root", "");
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + database;
    }

    @Override
    DataSource dataSource(String url, String user, String password) {
        try {
            var source = new MariaDbDataSource(url);
            source.setUser(user);
            source.setPassword(password);
            return source;
        } catch (SQLException e) {
            throw new IllegalStateException("The URL " + url + " is not understood: " + e.getMessage(), e);
        }
    }

    @Override
    List<String> creation(String database) {
        return List.of("CREATE DATABASE " + database);
    }

    @Override
    List<String> removal(String database) {
        return List.of("DROP DATABASE IF EXISTS " + database);
    }

    @Override
    void empty(Connection connection, List<String> few, List<String> many) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET FOREIGN_KEY_CHECKS = 0");
            for (var table : few) {
                statement.execute((KEPT.contains(table) ? "TRUNCATE TABLE " : "DELETE FROM ") + table);
            }
            for (var table : many) {
                statement.execute("TRUNCATE TABLE " + table);
            }
            statement.execute("SET FOREIGN_KEY_CHECKS = 1");
        }
    }
}
