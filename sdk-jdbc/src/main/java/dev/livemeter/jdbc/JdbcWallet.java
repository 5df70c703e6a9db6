package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Ledger;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The wallet and all stores in one database: {@code .wallet(JdbcWallet.open("jdbc:h2:./livemeter"))} is all that a host writes. A
 * {@link LedgerWallet} on a {@link JdbcStorage}, and thread-safe as both are.
 */
public final class JdbcWallet implements Wallet, Storage, AutoCloseable {

    private final JdbcStorage storage;
    private final LedgerWallet wallet;

    private JdbcWallet(JdbcStorage storage, InstantSource time) {
        this.storage = storage;
        this.wallet = new LedgerWallet(storage.ledgerStore(), time);
    }

    /**
     * Opens the wallet in a database, and makes that first where it is new.
     *
     * @param url such as {@code jdbc:h2:./livemeter}
     * @throws LivemeterException {@code storage.*}, as {@link JdbcStorage#open(String)}
     */
    public static JdbcWallet open(String url) {
        return on(JdbcStorage.open(url), TimeSource.system());
    }

    /**
     * Opens the wallet in a database with a user; one that is new gets that user and password.
     *
     * @throws LivemeterException {@code storage.*}, as {@link JdbcStorage#open(String)}
     */
    public static JdbcWallet open(String url, String user, Secret password) {
        return on(JdbcStorage.open(url, user, password), TimeSource.system());
    }

    /**
     * The wallet on a data source of the host, which stays the host's to close.
     *
     * @throws LivemeterException {@code storage.*}, as {@link JdbcStorage#open(String)}
     */
    public static JdbcWallet on(DataSource source) {
        return on(JdbcStorage.on(source), TimeSource.system());
    }

    /**
     * The wallet in a storage, which is closed with it.
     *
     * @param time dates entries and expires holds
     */
    public static JdbcWallet on(JdbcStorage storage, InstantSource time) {
        return new JdbcWallet(storage, time);
    }

    /** The books, to read and to prove. */
    public Ledger ledger() {
        return wallet.ledger();
    }

    /**
     * Writes down that holds have expired, as {@link LedgerWallet#sweepExpired}.
     *
     * @return how many wallets had something to write down
     */
    public int sweepExpired(int mostWallets) {
        return wallet.sweepExpired(mostWallets);
    }

    @Override
    public Optional<WalletBalance> balance(UserId owner) {
        return wallet.balance(owner);
    }

    @Override
    public CreditResult credit(CreditRequest request) {
        return wallet.credit(request);
    }

    @Override
    public HoldResult hold(HoldRequest request) {
        return wallet.hold(request);
    }

    @Override
    public Optional<Hold> find(HoldId id) {
        return wallet.find(id);
    }

    @Override
    public CaptureResult capture(CaptureRequest request) {
        return wallet.capture(request);
    }

    @Override
    public Optional<Hold> voidHold(HoldId id) {
        return wallet.voidHold(id);
    }

    @Override
    public SessionStore sessions() {
        return storage.sessions();
    }

    @Override
    public StreamKeyStore streamKeys() {
        return storage.streamKeys();
    }

    @Override
    public DestinationStore destinations() {
        return storage.destinations();
    }

    @Override
    public Optional<SecretCipher> cipher() {
        return storage.cipher();
    }

    @Override
    public void close() {
        storage.close();
    }
}
