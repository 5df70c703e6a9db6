package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.Ledger;
import dev.livemeter.billing.LedgerSettler;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.billing.Reports;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
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
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.spi.TariffStore;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The wallet and all stores in one database: {@code .wallet(JdbcWallet.open("jdbc:h2:./livemeter"))} is all that a host writes. A
 * {@link LedgerWallet} on a {@link JdbcStorage}, and thread-safe as both are.
 */
public final class JdbcWallet implements Wallet, Storage, Settler, AutoCloseable {

    private final JdbcStorage storage;
    private final LedgerWallet wallet;
    private final InstantSource time;
    private final LedgerSettler settler;

    private JdbcWallet(JdbcStorage storage, InstantSource time) {
        this.storage = storage;
        this.time = time;
        this.wallet = new LedgerWallet(storage.ledgerStore(), time);
        this.settler = new LedgerSettler(storage.settlementStore(), time);
    }

    /**
     * Opens the wallet in a database. A file of H2 is made first where it is new; a server's database must be there.
     *
     * @param url such as {@code jdbc:h2:./livemeter} or {@code jdbc:postgresql://localhost/livemeter}, as {@link JdbcStorage#open(String)}
     * @throws LivemeterException {@code storage.*}, as {@link JdbcStorage#open(String)}
     */
    public static JdbcWallet open(String url) {
        return on(JdbcStorage.open(url), TimeSource.system());
    }

    /**
     * Opens the wallet in a database with a user; a file of H2 that is new gets that user and password.
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

    /** Everything else that these books can do: purchases, earnings, payouts, refunds, exports. */
    public Billing billing() {
        return Billing.on(storage.ledgerStore(), time);
    }

    /** What was sold, and what the books moved. */
    public Reports reports() {
        return new Reports(storage.reportStore());
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
    public DebitResult debit(DebitRequest request) {
        return wallet.debit(request);
    }

    @Override
    public RefundResult refund(RefundRequest request) {
        return wallet.refund(request);
    }

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        return settler.settle(batch);
    }

    @Override
    public Duration coverable(UserId payer, Instant at) {
        return settler.coverable(payer, at);
    }

    @Override
    public TariffStore tariffs() {
        return storage.tariffs();
    }

    @Override
    public boolean isExclusive() {
        return storage.isExclusive();
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
    public DeliveryStore deliveries() {
        return storage.deliveries();
    }

    @Override
    public Optional<CallStore> calls() {
        return storage.calls();
    }

    @Override
    public Optional<RoomStore> rooms() {
        return storage.rooms();
    }

    @Override
    public Optional<RecordingStore> recordings() {
        return storage.recordings();
    }

    @Override
    public Optional<ChatStore> chats() {
        return storage.chats();
    }

    @Override
    public Optional<AccountStore> accounts() {
        return storage.accounts();
    }

    @Override
    public Optional<BroadcastStore> broadcasts() {
        return storage.broadcasts();
    }

    @Override
    public Optional<ThumbnailStore> thumbnails() {
        return storage.thumbnails();
    }

    @Override
    public Optional<QuotaStore> quotas() {
        return storage.quotas();
    }

    @Override
    public Optional<BanStore> bans() {
        return storage.bans();
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
