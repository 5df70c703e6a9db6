package dev.livemeter.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.LivemeterException;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * All stores in one database, with the books. Its tables begin with {@code livemeter_} and are brought up to date when it is
 * opened; the history of that is in a table of its own, so that it and a host's own migrations do not see each other.
 *
 * <p>A commit that was acknowledged survives the death of the process, by {@code kill -9} too, and nothing half done does. When the
 * machine loses its power, H2 keeps what the operating system had written by then: the last seconds may be missing (decision
 * record 0002). Thread-safe.
 */
public final class JdbcStorage implements Storage, AutoCloseable {

    /** Where H2 has none: what it calls its first user by custom. */
    private static final String DEFAULT_USER = "sa";

    private final Database database;
    private final Optional<SecretCipher> cipher;
    private final AutoCloseable pool;

    private JdbcStorage(DataSource source, String place, Optional<SecretCipher> cipher, AutoCloseable pool) {
        var dialect = prepare(source, place);
        this.database = new Database(Jdbi.create(source), dialect);
        this.cipher = cipher;
        this.pool = pool;
    }

    /**
     * Opens a database, and makes it first where it is new.
     *
     * @param url such as {@code jdbc:h2:./livemeter}
     * @throws LivemeterException {@code storage.*}: {@code unknown_database}, {@code malformed_url}, {@code unwritable}, {@code locked},
     *     {@code access_denied}, {@code unreadable}, {@code migration}, each with what to do
     */
    public static JdbcStorage open(String url) {
        return open(url, DEFAULT_USER, Secret.of(""));
    }

    /**
     * Opens a database with a user; one that is new gets that user and password.
     *
     * @throws LivemeterException {@code storage.*}, as {@link #open(String)}
     */
    @SuppressWarnings("try") // the probe is there to be open
    public static JdbcStorage open(String url, String user, Secret password) {
        var parsed = H2Url.parse(url);
        parsed.file().ifPresent(JdbcStorage::requireFolder);
        try (var probe = connect(parsed, user, password)) {
            // The pool would report a failure in its own words, with a stack, before it throws; asked first, it is
            // ours to explain. The probe stays until the pool is there, for H2 closes a database with its last
            // connection.
            var pool = pool(parsed, user, password);
            try {
                var cipher = parsed.secretKeyFile().<SecretCipher>map(AesGcmSecretCipher::withKeyFile);
                return new JdbcStorage(pool, parsed.place(), cipher, pool);
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (SQLException e) {
            throw explained(new H2Dialect(), e, parsed.place());
        }
    }

    /**
     * Uses a data source of the host, which stays the host's to close. There is no cipher: the host decides where the key of its
     * secrets lies. An H2 file is set to durable commits for everybody who uses it; open one storage on it, and write nothing else
     * to it while sessions run, for only what goes through one storage takes turns.
     *
     * @throws LivemeterException {@code storage.*}, as {@link #open(String)}
     */
    public static JdbcStorage on(DataSource source) {
        return new JdbcStorage(source, "of the data source", Optional.empty(), () -> {});
    }

    /** The books. */
    public LedgerStore ledgerStore() {
        return new JdbcLedgerStore(database);
    }

    @Override
    public SessionStore sessions() {
        return new JdbcSessionStore(database);
    }

    @Override
    public StreamKeyStore streamKeys() {
        return new JdbcStreamKeyStore(database);
    }

    @Override
    public DestinationStore destinations() {
        return new JdbcDestinationStore(database);
    }

    /**
     * For an embedded file, AES with a key in a file beside it, {@code livemeter.secret.key} for {@code livemeter.mv.db}. Back up
     * both, and not in one place: who has both can read the secrets. Empty otherwise.
     */
    @Override
    public Optional<SecretCipher> cipher() {
        return cipher;
    }

    /** Closes the connections that this opened, and with the last one an embedded database. Idempotent. */
    @Override
    public void close() {
        try {
            pool.close();
        } catch (Exception e) {
            throw new LivemeterException("storage.fault", "The pool of connections could not be closed.", false, e);
        }
    }

    private static Connection connect(H2Url url, String user, Secret password) throws SQLException {
        return DriverManager.getConnection(url.complete(), user, password.reveal());
    }

    private static HikariDataSource pool(H2Url url, String user, Secret password) {
        var config = new HikariConfig();
        config.setPoolName("livemeter");
        config.setJdbcUrl(url.complete());
        config.setUsername(user);
        config.setPassword(password.reveal());
        // Embedded, a connection is an object and not a socket: there is nothing to gain from closing one and making
        // another, and a database in memory is gone with its last.
        config.setMaxLifetime(0);
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }

    private static void requireFolder(Path file) {
        var folder = file.getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw unwritable(folder, null);
        }
    }

    private static LivemeterException unwritable(@Nullable Path folder, @Nullable IOException cause) {
        return new LivemeterException(
                "storage.unwritable",
                "The folder " + folder + " of the database cannot be made or written."
                        + " Give a folder that this process may write to, on a disk that is not full.",
                false,
                cause);
    }

    private static Dialect prepare(DataSource source, String place) {
        Dialect dialect;
        try (var connection = source.getConnection()) {
            dialect = Dialect.of(connection);
            dialect.makeDurable(connection);
        } catch (SQLException e) {
            throw explained(new H2Dialect(), e, place);
        }
        try {
            Flyway.configure(JdbcStorage.class.getClassLoader())
                    .dataSource(source)
                    .table("livemeter_schema_history")
                    .locations("classpath:livemeter-migrations/" + dialect.migrations())
                    // A host's tables may be there before ours; version 0 says so and skips none of our migrations.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new LivemeterException(
                    "storage.migration",
                    "The tables of the database " + place
                            + " could not be brought up to date: they were made by a later version, or changed by hand."
                            + " Use the version that made them, or restore the database from its copy.",
                    false,
                    e);
        }
        return dialect;
    }

    private static LivemeterException explained(Dialect dialect, SQLException failure, String place) {
        var explained = dialect.explain(failure, place);
        return explained != null
                ? explained
                : new LivemeterException(
                        "storage.unavailable",
                        "The database " + place + " could not be opened: " + failure.getMessage(),
                        true,
                        failure);
    }
}
