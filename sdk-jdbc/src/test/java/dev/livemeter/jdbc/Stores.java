package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.AccountParts;
import dev.livemeter.account.AccountPolicy;
import dev.livemeter.account.Accounts;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.event.Events;
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
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.InMemoryPlatform;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.testing.contract.AccountStoreContract;
import dev.livemeter.testing.contract.BanStoreContract;
import dev.livemeter.testing.contract.BillingModelCheck;
import dev.livemeter.testing.contract.BillingScenarios;
import dev.livemeter.testing.contract.BroadcastStoreContract;
import dev.livemeter.testing.contract.BundleContract;
import dev.livemeter.testing.contract.CallStoreContract;
import dev.livemeter.testing.contract.ChatStoreContract;
import dev.livemeter.testing.contract.DeliveryStoreContract;
import dev.livemeter.testing.contract.DestinationStoreContract;
import dev.livemeter.testing.contract.LedgerStoreContract;
import dev.livemeter.testing.contract.LedgerStorm;
import dev.livemeter.testing.contract.QuotaStoreContract;
import dev.livemeter.testing.contract.RecordingStoreContract;
import dev.livemeter.testing.contract.ReportStoreContract;
import dev.livemeter.testing.contract.RoomStoreContract;
import dev.livemeter.testing.contract.SessionStoreContract;
import dev.livemeter.testing.contract.SettlementScenarios;
import dev.livemeter.testing.contract.SettlerContract;
import dev.livemeter.testing.contract.StreamKeyStoreContract;
import dev.livemeter.testing.contract.TariffStoreContract;
import dev.livemeter.testing.contract.ThumbnailStoreContract;
import dev.livemeter.testing.contract.WalletContract;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All contracts that a storage keeps, whatever its database. */
abstract class Stores {

    /** An empty storage. Called once in each test. */
    abstract JdbcStorage storage();

    /** A connection to the tables of that storage, which the test closes. */
    abstract Connection connect() throws SQLException;

    /** The same data through connections of its own, as another node has them; the same storage where only one process can have it. */
    JdbcStorage secondNode(JdbcStorage first) {
        return first;
    }

    @Nested
    class AsWallet extends WalletContract {
        @Override
        protected Wallet create(InstantSource time) {
            return JdbcWallet.on(storage(), time);
        }
    }

    @Nested
    class AsLedgerStore extends LedgerStoreContract {
        @Override
        protected LedgerStore create() {
            return storage().ledgerStore();
        }
    }

    @Nested
    class AsBooksOfBilling extends BillingScenarios {
        @Override
        protected LedgerStore create() {
            return storage().ledgerStore();
        }
    }

    @Nested
    @Tag("once")
    class AsBooksBesideTheModel extends BillingModelCheck {
        @Override
        protected LedgerStore create() {
            return storage().ledgerStore();
        }
    }

    @Nested
    @Tag("once")
    class AsBooksInAStorm extends LedgerStorm {
        @Override
        protected LedgerStore create() {
            return storage().ledgerStore();
        }
    }

    @Nested
    class AsSessionStore extends SessionStoreContract {
        @Override
        protected SessionStore create() {
            return storage().sessions();
        }
    }

    @Nested
    class AsStreamKeyStore extends StreamKeyStoreContract {
        @Override
        protected StreamKeyStore create() {
            return storage().streamKeys();
        }
    }

    @Nested
    class AsBooksWithBundles extends BundleContract {
        @Override
        protected BundledBooks create(InstantSource time) {
            var storage = storage();
            var wallet = JdbcWallet.on(storage, time);
            return new BundledBooks(storage.ledgerStore(), wallet, wallet.sessions(), wallet);
        }
    }

    @Nested
    class AsSettler extends SettlerContract {

        private @Nullable JdbcWallet wallet;

        @Override
        protected SettlerContract.Parts create(InstantSource time) {
            wallet = JdbcWallet.on(storage(), time);
            return new SettlerContract.Parts(wallet, wallet.sessions(), wallet);
        }

        @Override
        protected void prove() {
            assertThat(Objects.requireNonNull(wallet).ledger().verify().findings())
                    .isEmpty();
        }
    }

    @Nested
    class AsBooksAndSessionsTogether extends SettlementScenarios {
        @Override
        protected BundledBooks create(InstantSource time) {
            var storage = storage();
            var wallet = JdbcWallet.on(storage, time);
            return new BundledBooks(storage.ledgerStore(), wallet, wallet.sessions(), wallet);
        }
    }

    @Nested
    class AsBooksThatDecline extends Declining {
        @Override
        JdbcStorage storage() {
            return Stores.this.storage();
        }

        @Override
        Connection connect() throws SQLException {
            return Stores.this.connect();
        }
    }

    @Nested
    class AsTariffStore extends TariffStoreContract {
        @Override
        protected TariffStore create() {
            return storage().tariffs();
        }
    }

    @Nested
    class AsDestinationStore extends DestinationStoreContract {
        @Override
        protected DestinationStore create() {
            return storage().destinations();
        }
    }

    @Nested
    class AsDeliveryStore extends DeliveryStoreContract {
        @Override
        protected Storage create() {
            return storage();
        }
    }

    @Nested
    class AsRecordingStore extends RecordingStoreContract {
        @Override
        protected RecordingStore create() {
            return storage().recordings().orElseThrow();
        }
    }

    @Nested
    class AsCallStore extends CallStoreContract {
        @Override
        protected CallStore create() {
            return storage().calls().orElseThrow();
        }
    }

    @Nested
    class AsChatStore extends ChatStoreContract {

        private @Nullable JdbcStorage opened;

        @Override
        protected ChatStore create() {
            opened = storage();
            return opened.chats().orElseThrow();
        }

        @Override
        protected ChatStore another() {
            return secondNode(Objects.requireNonNull(opened)).chats().orElseThrow();
        }
    }

    @Nested
    class AsBroadcastStore extends BroadcastStoreContract {
        @Override
        protected BroadcastStore create() {
            return storage().broadcasts().orElseThrow();
        }
    }

    @Nested
    class AsRoomStore extends RoomStoreContract {
        @Override
        protected RoomStore create() {
            return storage().rooms().orElseThrow();
        }
    }

    @Nested
    class AsAccountStore extends AccountStoreContract {

        private @Nullable JdbcStorage opened;

        @Override
        protected AccountStore create() {
            opened = storage();
            return opened.accounts().orElseThrow();
        }

        @Override
        protected AccountStore another() {
            return secondNode(Objects.requireNonNull(opened)).accounts().orElseThrow();
        }
    }

    @Nested
    class AsBanStore extends BanStoreContract {

        private @Nullable JdbcStorage opened;

        @Override
        protected BanStore create() {
            opened = storage();
            return opened.bans().orElseThrow();
        }

        @Override
        protected BanStore another() {
            return secondNode(Objects.requireNonNull(opened)).bans().orElseThrow();
        }
    }

    @Nested
    class AsQuotaStore extends QuotaStoreContract {

        private @Nullable JdbcStorage opened;

        @Override
        protected QuotaStore create() {
            opened = storage();
            return opened.quotas().orElseThrow();
        }

        @Override
        protected QuotaStore another() {
            return secondNode(Objects.requireNonNull(opened)).quotas().orElseThrow();
        }
    }

    @Nested
    class AsThumbnailStore extends ThumbnailStoreContract {
        @Override
        protected ThumbnailStore create() {
            return storage().thumbnails().orElseThrow();
        }
    }

    @Nested
    class AsReportStore extends ReportStoreContract {

        private @Nullable JdbcStorage emptied;
        private @Nullable JdbcWallet wallet;

        @Override
        protected void empty(ManualTime time) {
            emptied = storage();
            wallet = JdbcWallet.on(emptied, time);
        }

        @Override
        protected ReportStore reports() {
            return Objects.requireNonNull(emptied).reportStore();
        }

        @Override
        protected SessionStore sessions() {
            return Objects.requireNonNull(emptied).sessions();
        }

        @Override
        protected DeliveryStore deliveries() {
            return Objects.requireNonNull(emptied).deliveries();
        }

        @Override
        protected Wallet wallet() {
            return Objects.requireNonNull(wallet);
        }
    }

    /** A platform takes each refresh token once, and ends everything where one comes again. */
    @Nested
    class RenewalsOfTwoNodes {

        private static final String HERE = "https://host.example/connected";
        private static final int ROUNDS = 5;
        private static final int THREADS = 8;

        private final ManualTime time = ManualTime.create();
        private final InMemoryPlatform youtube = InMemoryPlatform.named("youtube", time);
        private final AtomicLong ids = new AtomicLong();
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

        @AfterEach
        void stop() {
            threads.shutdownNow();
        }

        private Accounts node(JdbcStorage storage, SecretCipher cipher) {
            return Accounts.with(new AccountParts(
                    AccountPolicy.returningTo(HERE),
                    Map.of("youtube", youtube),
                    storage.accounts().orElseThrow(),
                    cipher,
                    time,
                    time,
                    () -> "id" + ids.incrementAndGet(),
                    new Random(7),
                    new Events(Runnable::run)));
        }

        private AccountId connect(Accounts node) {
            var page = node.begin("alice", "youtube", URI.create(HERE));
            var back = InMemoryPlatform.query(youtube.allow(page, new PlatformIdentity("UC1", "Alice")));
            return node.complete("alice", back.getOrDefault("state", ""), back.getOrDefault("code", ""))
                    .id();
        }

        @Test
        void askThePlatformOnce() throws Exception {
            var storage = storage();
            var cipher = InMemoryStorage.shared().cipher().orElseThrow();
            var one = node(storage, cipher);
            var id = connect(one);
            var nodes =
                    List.of(one.access(id), node(secondNode(storage), cipher).access(id));
            for (var round = 1; round <= ROUNDS; round++) {
                time.advance(Duration.ofHours(1));
                var start = new CountDownLatch(1);
                var waiting = new ArrayList<Future<Secret>>();
                for (var thread = 0; thread < THREADS; thread++) {
                    var node = nodes.get(thread % nodes.size());
                    waiting.add(threads.submit(() -> {
                        start.await();
                        return node.token();
                    }));
                }
                start.countDown();
                var tokens = new HashSet<Secret>();
                for (var token : waiting) {
                    tokens.add(token.get(60, TimeUnit.SECONDS));
                }
                assertThat(tokens).hasSize(1).allMatch(youtube::takes);
                assertThat(youtube.renewals()).isEqualTo(round);
            }
        }
    }
}
