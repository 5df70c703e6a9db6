package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Posting;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rate;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.testing.InMemoryRelay;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Books of the first version of the tables, in the hands of this one. */
class H2MigrationTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final Currency USD = Currency.getInstance("USD");
    private static final Instant LIVE_AT = Instant.parse("2026-03-01T12:00:00.123456Z");

    @TempDir
    private Path folder;

    private final ManualTime time = ManualTime.startingAt(LIVE_AT.plus(Duration.ofDays(1)));
    private JdbcWallet wallet;

    @BeforeEach
    void openBooksOfVersionOne() throws Exception {
        var url = "jdbc:h2:" + folder.resolve("livemeter");
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var data = H2MigrationTest.class.getResourceAsStream("books-of-version-1.sql")) {
            Flyway.configure()
                    .dataSource(url, "sa", "")
                    .table("livemeter_schema_history")
                    .locations("classpath:livemeter-migrations/h2")
                    .target("1")
                    .load()
                    .migrate();
            try (var statement = connection.createStatement()) {
                statement.execute(new String(data.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        wallet = JdbcWallet.on(JdbcStorage.open(url), time);
    }

    @AfterEach
    void close() {
        wallet.close();
    }

    @Test
    void areRight() {
        assertThat(wallet.ledger().verify().findings()).isEmpty();
        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.60"), usd("1.90")));
    }

    @Test
    void tellOfEachEntryFromWhereToWhereItWentAndWhatItWasAbout() {
        var entries = wallet.ledger().entries(AccountId.wallet(ALICE), 10, null);

        assertThat(entries)
                .extracting(JournalEntry::id, JournalEntry::kind, JournalEntry::subject, JournalEntry::postings)
                .containsExactly(
                        entry("session-live/capture-1", EntryKind.CAPTURE, "session-live/hold-1", taken("0.10")),
                        entry("session-over/capture-1", EntryKind.CAPTURE, "session-over/hold-1", taken("0.30")),
                        entry(
                                "order-1",
                                EntryKind.CREDIT,
                                "order-1",
                                new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), usd("10.00"))));
        assertThat(entries).allSatisfy(entry -> assertThat(entry.valueAt()).isEqualTo(entry.at()));
    }

    @Test
    void haveEverySessionWithItsTariff() {
        var over = stored("session-over");
        assertThat(over.state()).isEqualTo(SessionState.ENDED);
        assertThat(over.end()).isEqualTo(new SessionEnd.HungUp());
        assertThat(over.metering().tariff()).isEqualTo(Tariff.perMinute("USD", "0.10"));
        assertThat(over.metering().cost()).isEqualTo(over.metering().charged()).isEqualTo(usd("0.30"));
        assertThat(over.destinations()).hasSize(2);

        var live = stored("session-live");
        assertThat(live.node()).isEqualTo(new NodeId("before-leases"));
        assertThat(live.version()).isEqualTo(3);
        assertThat(live.terms().payee()).isNull();
        assertThat(live.terms().tariffVersion()).isEmpty();
        assertThat(live.metering().basis())
                .isEqualTo(RatingBasis.startingAt(LIVE_AT, ZoneId.of("UTC"), 1, Duration.ZERO));

        assertThat(stored("session-waiting").metering().tariff())
                .isEqualTo(new Tariff(
                        new Rate(Money.ofMicros("EUR", 1), Duration.ofSeconds(7)),
                        new Increment(Duration.ofSeconds(30), Duration.ofSeconds(6))));
    }

    @Test
    void countWhatWasUsedBefore() {
        assertThat(wallet.sessions().usedIn(ALICE, YearMonth.of(2026, 3), null)).isEqualTo(Duration.ofMinutes(3 + 2));
        assertThat(wallet.sessions().usedIn(ALICE, YearMonth.of(2026, 2), null)).isZero();
    }

    @Test
    void letTheNextProcessCloseWhatWasLeftOpen() {
        try (var live = Livemeter.builder()
                .wallet(wallet)
                .relay(InMemoryRelay.create())
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build()) {
            // 90 seconds were proven: two minutes, of which one was charged before.
            var closed = stored("session-live");
            assertThat(closed.state()).isEqualTo(SessionState.ENDED);
            assertThat(closed.metering().charged()).isEqualTo(usd("0.20"));
            assertThat(live.wallets().balance("alice")).contains(new WalletBalance(ALICE, usd("9.50"), usd("0.00")));
            assertThat(stored("session-waiting").state()).isEqualTo(SessionState.ENDED);
            assertThat(wallet.balance(UserId.of("bob")).orElseThrow().held().isZero())
                    .isTrue();
            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }
    }

    private Session stored(String id) {
        return wallet.sessions().find(new SessionId(id)).orElseThrow();
    }

    private static Tuple entry(String id, EntryKind kind, String subject, Posting posting) {
        return tuple(new TransferId(id), kind, new Subject(subject), List.of(posting));
    }

    private static Posting taken(String amount) {
        return new Posting(AccountId.wallet(ALICE), AccountId.revenue(USD), usd(amount));
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
