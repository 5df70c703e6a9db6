package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.billing.SettlementStore;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountStore;
import dev.livemeter.spi.BanStore;
import dev.livemeter.spi.BroadcastStore;
import dev.livemeter.spi.CallStore;
import dev.livemeter.spi.ChatStore;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.QuotaStore;
import dev.livemeter.spi.RecordingStore;
import dev.livemeter.spi.RoomStore;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.spi.ThumbnailStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * All stores in one database, with the books. Its tables begin with {@code livemeter_} and are brought up to date when it is
 * opened; the history of that is in a table of its own, so that it and a host's own migrations do not see each other.
 *
 * <p>A commit that was acknowledged survives the death of the process, by {@code kill -9} too, and nothing half done does. When the
 * machine loses its power, H2 keeps what the operating system had written by then: the last seconds may be missing (decision
 * record 0002). A server keeps it through that too, as it is set by default; where it is set to less, a warning is logged.
 * Thread-safe.
 */
public final class JdbcStorage implements Storage, AutoCloseable {

    private final Database database;
    private final Optional<SecretCipher> cipher;
    private final AutoCloseable pool;
    private final boolean exclusive;

    private JdbcStorage(
            DataSource source, String place, Optional<SecretCipher> cipher, AutoCloseable pool, boolean exclusive) {
        var dialect = Migrations.run(source, place);
        this.database = new Database(Jdbi.create(source), dialect);
        this.cipher = cipher;
        this.pool = pool;
        this.exclusive = exclusive;
    }

    /**
     * Opens a database. A file of H2 is made first where it is new; a server's database must be there. The user and password of a
     * server can stand in the URL, as its driver reads them.
     *
     * @param url such as {@code jdbc:h2:./livemeter}, {@code jdbc:postgresql://localhost/livemeter?user=live&password=...} or
     *     {@code jdbc:mariadb://localhost/livemeter?user=live&password=...}; the driver of a server is the host's to bring
     * @throws LivemeterException {@code storage.*}: {@code unknown_database}, {@code malformed_url}, {@code no_driver}, {@code unwritable},
     *     {@code locked}, {@code access_denied}, {@code no_such_database}, {@code no_rights}, {@code unsuitable}, {@code unreadable},
     *     {@code migration}, {@code unavailable}, {@code busy}, each with what to do
     */
    public static JdbcStorage open(String url) {
        return openAs(url, null, Secret.of(""));
    }

    /**
     * Opens a database with a user; a file of H2 that is new gets that user and password.
     *
     * @throws LivemeterException {@code storage.*}, as {@link #open(String)}
     */
    public static JdbcStorage open(String url, String user, Secret password) {
        return openAs(url, user, password);
    }

    @SuppressWarnings("try") // the probe is there to be open
    private static JdbcStorage openAs(String url, @Nullable String user, Secret password) {
        var parsed = DatabaseUrl.parse(url);
        parsed.file().ifPresent(JdbcStorage::requireFolder);
        // The probe stays until the pool is there, for H2 closes a database with its last connection.
        try (var probe = Pool.probe(parsed, user, password)) {
            var pool = Pool.open(parsed, user, password);
            try {
                var cipher = parsed.secretKeyFile().<SecretCipher>map(AesGcmSecretCipher::withKeyFile);
                return new JdbcStorage(pool, parsed.place(), cipher, pool, parsed.isExclusive());
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (SQLException e) {
            throw Pool.explained(parsed.dialect(), e, parsed.place());
        }
    }

    /**
     * Uses a data source of the host, which stays the host's to close. There is no cipher: the host decides where the key of its
     * secrets lies. The tables go where the data source's connections make theirs. An H2 file is set to durable commits for everybody who uses it; open one storage on it, and write nothing else
     * to it while sessions run, for only what goes through one storage takes turns.
     *
     * @throws LivemeterException {@code storage.*}, as {@link #open(String)}
     */
    public static JdbcStorage on(DataSource source) {
        return new JdbcStorage(source, "of the data source", Optional.empty(), () -> {}, false);
    }

    /** The books. */
    public LedgerStore ledgerStore() {
        return new JdbcLedgerStore(database);
    }

    /** The books and the sessions, in one transaction. */
    public SettlementStore settlementStore() {
        return new JdbcLedgerStore(database);
    }

    @Override
    public TariffStore tariffs() {
        return new JdbcTariffStore(database);
    }

    /** Sums for reports. */
    public ReportStore reportStore() {
        return new JdbcReportStore(database);
    }

    @Override
    public SessionStore sessions() {
        return new JdbcSessionStore(database);
    }

    @Override
    public DeliveryStore deliveries() {
        return new JdbcDeliveryStore(database);
    }

    @Override
    public Optional<CallStore> calls() {
        return Optional.of(new JdbcCallStore(database));
    }

    @Override
    public Optional<RoomStore> rooms() {
        return Optional.of(new JdbcRoomStore(database));
    }

    @Override
    public Optional<RecordingStore> recordings() {
        return Optional.of(new JdbcRecordingStore(database));
    }

    @Override
    public Optional<BroadcastStore> broadcasts() {
        return Optional.of(new JdbcBroadcastStore(database));
    }

    @Override
    public Optional<ChatStore> chats() {
        return Optional.of(new JdbcChatStore(database));
    }

    @Override
    public Optional<AccountStore> accounts() {
        return Optional.of(new JdbcAccountStore(database));
    }

    @Override
    public Optional<ThumbnailStore> thumbnails() {
        return Optional.of(new JdbcThumbnailStore(database));
    }

    @Override
    public Optional<QuotaStore> quotas() {
        return Optional.of(new JdbcQuotaStore(database));
    }

    @Override
    public Optional<BanStore> bans() {
        return Optional.of(new JdbcBanStore(database));
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

    /**
     * Whether this process alone can use the stores: of an embedded database that {@link #open(String)} opened. A data source of the host can be
     * shared with who knows whom.
     */
    @Override
    public boolean isExclusive() {
        return exclusive;
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
}
