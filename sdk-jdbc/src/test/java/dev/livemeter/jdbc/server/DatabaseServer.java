package dev.livemeter.jdbc.server;

import dev.livemeter.testing.ServerPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database server of the tests' own: its data in a folder of its own, on loopback, on a free port. It can be stopped, killed,
 * frozen, and started again on the same data and port. Not thread-safe.
 */
public abstract sealed class DatabaseServer implements AutoCloseable permits PostgresServer, MariaDbServer {

    /** Who owns all databases. */
    static final String USER = "livemeter";

    static final String PASSWORD = "livemeter-secret";

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 14_000;

    final Installation installation;
    final Durability durability;
    final Memory memory;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable Path folder;
    private @Nullable ServerProcess process;
    private int port;

    DatabaseServer(Installation installation, Durability durability, Memory memory) {
        this.installation = installation;
        this.durability = durability;
        this.memory = memory;
    }

    /** Makes the data folder, the first time. */
    abstract void initialize(Path folder, Path log);

    /** The server itself. */
    abstract Path program();

    /** The command that starts it. */
    abstract List<String> command(Path folder, int port);

    /** Lets {@link #USER} in, the first time. */
    abstract void welcome() throws SQLException;

    /** Where its administrator connects. */
    abstract Connection administer() throws SQLException;

    /** The signal after which it ends in good order, without waiting for those who are connected. */
    abstract String stopSignal();

    abstract String url(String database);

    abstract DataSource dataSource(String url, String user, String password);

    abstract List<String> creation(String database);

    abstract List<String> removal(String database);

    /**
     * Empties tables, whatever keeps their rows from being deleted.
     *
     * @param few those of which a few rows are to be deleted
     * @param many those that are made anew
     */
    abstract void empty(Connection connection, List<String> few, List<String> many) throws SQLException;

    /** Starts it, on the data of the last time where there was one, and waits until it answers. */
    public final void start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("The server runs already; stop or kill it first.");
        }
        var first = folder == null;
        if (first) {
            folder = installation.newFolder();
            var made = folder;
            InitialData.provide(made, program(), log(), () -> initialize(made, log()));
            port = ServerPorts.free(FIRST_PORT, LAST_PORT);
        }
        process = ServerProcess.start(command(folder, port), folder, log());
        try {
            awaitAnswer();
            if (first) {
                welcome();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The server cannot be set up: " + e.getMessage(), e);
        }
    }

    /** Ends it in good order. */
    public final void stop() {
        running().stop(stopSignal());
    }

    /** {@code kill -9}, of it and all that it made. */
    public final void kill() {
        running().kill();
    }

    /** Freezes it: it takes no step, and its connections stay open. */
    public final void pause() {
        running().pause();
    }

    /** The other way of {@link #pause}. */
    public final void resume() {
        running().resume();
    }

    /** The number of its first process. */
    public final long pid() {
        return running().pid();
    }

    /** Where it listens on loopback; the same after each start. */
    public final int port() {
        return port;
    }

    /** A database that is empty and of its own. */
    public final ServerDatabase newDatabase() {
        var name = "livemeter_" + databases.incrementAndGet();
        administer(creation(name));
        return new ServerDatabase(this, name, url(name), USER, PASSWORD);
    }

    final void drop(String database) {
        administer(removal(database));
    }

    /** What its administrator may do. */
    public final void administer(List<String> statements) {
        try (var connection = administer();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(statements + " failed: " + e.getMessage(), e);
        }
    }

    /** Kills it and removes its data. Idempotent. */
    @Override
    public final void close() {
        if (process != null && process.isAlive()) {
            process.kill();
        }
        process = null;
        if (folder != null) {
            remove(folder);
            folder = null;
        }
    }

    private ServerProcess running() {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("The server does not run; start it first.");
        }
        return process;
    }

    private Path log() {
        // beside the data: the server of a root JVM is somebody else, who may not write where we do
        return folder.resolve("log");
    }

    private void awaitAnswer() {
        var end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try (var connection = administer()) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (!running(e)) {
                    throw new IllegalStateException("The server did not start:\n" + said(), e);
                }
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("The server does not answer:\n" + said(), e);
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean running(SQLException whileAsked) {
        return process != null && process.isAlive() && !"28P01".equals(whileAsked.getSQLState());
    }

    private String said() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }

    static Connection connect(String url, String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    private static void remove(Path folder) {
        try (var all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
