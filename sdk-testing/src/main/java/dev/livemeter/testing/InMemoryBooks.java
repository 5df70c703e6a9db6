package dev.livemeter.testing;

import dev.livemeter.billing.Billing;
import dev.livemeter.billing.Ledger;
import dev.livemeter.billing.LedgerSettler;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.billing.Reports;
import dev.livemeter.identity.UserId;
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

/**
 * The wallet and all stores in memory, settled together: what {@code JdbcWallet} is in a database, for tests. One line of the builder serves
 * both, {@code .wallet(InMemoryBooks.create(time))}. Thread-safe.
 */
public final class InMemoryBooks implements Wallet, Storage, Settler {

    private final InMemoryLedgerStore store = new InMemoryLedgerStore();
    private final InMemoryStorage storage;
    private final LedgerWallet wallet;
    private final Settler settler;

    private final InstantSource time;

    private InMemoryBooks(InMemoryStorage storage, InstantSource time) {
        this.storage = storage;
        this.time = time;
        this.wallet = new LedgerWallet(store, time);
        this.settler = new LedgerSettler(storage.settlements(store), time);
    }

    /** Empty books of one process, as with an embedded database; {@code time} dates entries and expires holds. */
    public static InMemoryBooks create(InstantSource time) {
        return new InMemoryBooks(InMemoryStorage.create(), time);
    }

    /** Empty books that several nodes share, as with a database server. */
    public static InMemoryBooks shared(InstantSource time) {
        return new InMemoryBooks(InMemoryStorage.shared(), time);
    }

    /** The books, to read and to prove. */
    public Ledger ledger() {
        return wallet.ledger();
    }

    /** Where the books lie. */
    public LedgerStore ledgerStore() {
        return store;
    }

    /** Everything else that these books can do: purchases, earnings, payouts, exports. */
    public Billing billing() {
        return Billing.on(store, time);
    }

    /** What was sold, and what the books moved. */
    public Reports reports() {
        return new Reports(reportStore());
    }

    /** Sums over what lies in memory. */
    public ReportStore reportStore() {
        return new InMemoryReportStore(storage::sessionsThatAreOver, storage.deliveries(), store::allEntries);
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
    public SessionStore sessions() {
        return storage.sessions();
    }

    @Override
    public StreamKeyStore streamKeys() {
        return storage.streamKeys();
    }

    @Override
    public TariffStore tariffs() {
        return storage.tariffs();
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
    public Optional<BanStore> bans() {
        return storage.bans();
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
    public DestinationStore destinations() {
        return storage.destinations();
    }

    @Override
    public Optional<SecretCipher> cipher() {
        return storage.cipher();
    }

    @Override
    public boolean isExclusive() {
        return storage.isExclusive();
    }
}
