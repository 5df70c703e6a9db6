package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.LedgerReport;
import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final Currency USD = Currency.getInstance("USD");
    private static final Fingerprint FINGERPRINT = new Fingerprint("f".repeat(64));

    private final ManualTime time = ManualTime.create();
    private final InMemoryLedgerStore store = new InMemoryLedgerStore();
    private final LedgerWallet wallet = new LedgerWallet(store, time);

    @BeforeEach
    void payHoldAndCapture() {
        wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, usd("10.00"), "A coupon"))
                .orElseThrow();
        wallet.hold(HoldRequest.exactly(new HoldId("h1"), ALICE, usd("4.00"), Duration.ofHours(1)))
                .orElseThrow();
        wallet.capture(new CaptureRequest(
                        new TransferId("c1"), new HoldId("h1"), usd("1.00"), CaptureRequest.Remainder.KEEP))
                .orElseThrow();
    }

    @Nested
    class Booking {

        @Test
        void owesWhatWasPaidInAndEarnsWhatWasCaptured() {
            var entries = wallet.ledger().entries(AccountId.wallet(ALICE), 10, null);

            assertThat(entries).extracting(entry -> entry.id().value()).containsExactly("c1", "order-1");
            assertThat(entries.get(0).postings())
                    .containsExactly(new Posting(AccountId.wallet(ALICE), AccountId.revenue(USD), usd("1.00")));
            assertThat(entries.get(0).hold()).isEqualTo(new HoldId("h1"));
            assertThat(entries.get(1).postings())
                    .containsExactly(new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), usd("10.00")));
            assertThat(entries.get(1).memo()).isEqualTo("A coupon");
        }

        @Test
        void letsAHoldStandForNoLongerThanDatabasesCallADate() {
            var never = Instant.parse("9999-12-31T00:00:00Z");
            var left =
                    Duration.ofSeconds(never.getEpochSecond() - time.instant().getEpochSecond());

            for (var asked : List.of(left, left.plusSeconds(1), Duration.ofSeconds(Long.MAX_VALUE))) {
                var id = new HoldId("h-" + asked);
                var placed = wallet.hold(HoldRequest.exactly(id, ALICE, usd("1.00"), asked))
                        .orElseThrow();
                assertThat(placed.expiresAt()).isEqualTo(never);
            }
            var sooner = wallet.hold(
                            HoldRequest.exactly(new HoldId("sooner"), ALICE, usd("1.00"), left.minusSeconds(1)))
                    .orElseThrow();
            assertThat(sooner.expiresAt()).isEqualTo(never.minusSeconds(1));
        }

        @Test
        void refusesAnEntryThatMovesNothingOrMixesCurrencies() {
            assertThatThrownBy(() -> entry(
                            new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), usd("1.00")),
                            new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), Money.of("EUR", "1.00"))))
                    .isInstanceOf(LivemeterException.class)
                    .hasMessageStartingWith("The entry e1 has the postings [Posting[")
                    .hasMessageEndingWith("expected one or more, all in one currency. Nothing was booked.");
            assertThatThrownBy(LedgerTest::entry)
                    .hasMessage("The entry e1 has the postings []; expected one or more, all in one currency."
                            + " Nothing was booked.");
        }

        @Test
        void refusesAPostingThatMovesNothing() {
            var alice = AccountId.wallet(ALICE);
            assertThatThrownBy(() -> new Posting(AccountId.outside(USD), alice, usd("0.00")))
                    .hasMessage("A posting of 0.00 USD from outside/USD to wallet/alice was given;"
                            + " expected a positive amount and two accounts.");
            assertThatThrownBy(() -> new Posting(alice, alice, usd("1.00")))
                    .hasMessage("A posting of 1.00 USD from wallet/alice to wallet/alice was given;"
                            + " expected a positive amount and two accounts.");
        }

        @Test
        void refusesAPageThatIsTooSmallOrTooLarge() {
            for (var limit : List.of(0, 501)) {
                assertThatThrownBy(() -> wallet.ledger().entries(AccountId.wallet(ALICE), limit, null))
                        .hasMessage("A page of " + limit + " entries was asked for; expected 1 to 500.");
            }
        }

        @Test
        void writesAccountsAsText() {
            for (var text : List.of(
                    "wallet/alice",
                    "earnings/bob/USD",
                    "receivable/bob/USD",
                    "payouts/USD",
                    "revenue/USD",
                    "outside/USD")) {
                assertThat(AccountId.parse(text)).hasToString(text);
            }
            for (var text : List.of("", "wallet", "wallet/", "/alice", "purse/alice")) {
                assertThatThrownBy(() -> AccountId.parse(text))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("ledger.malformed_account"));
            }
        }
    }

    @Nested
    class Sweeping {

        @Test
        void writesDownWhatHasExpiredOnce() {
            time.advance(Duration.ofHours(1));
            assertThat(stored("h1").state()).isEqualTo(Hold.State.OPEN);
            var before = wallet.balance(ALICE);

            assertThat(wallet.sweepExpired(10)).isEqualTo(1);

            assertThat(stored("h1").state()).isEqualTo(Hold.State.EXPIRED);
            assertThat(wallet.balance(ALICE)).isEqualTo(before);
            assertThat(wallet.sweepExpired(10)).isZero();
            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }

        @Test
        void happensAnywayWithTheNextChangeOfTheWallet() {
            time.advance(Duration.ofHours(1));

            wallet.hold(HoldRequest.exactly(new HoldId("h2"), ALICE, usd("9.00"), Duration.ofHours(1)))
                    .orElseThrow();

            assertThat(stored("h1").state()).isEqualTo(Hold.State.EXPIRED);
            assertThat(wallet.sweepExpired(10)).isZero();
        }

        private Hold stored(String id) {
            return store.read(books -> books.hold(new HoldId(id)).orElseThrow().hold());
        }
    }

    @Nested
    class Verifying {

        @Test
        void countsWhatItLookedAt() {
            assertThat(wallet.ledger().verify()).isEqualTo(new LedgerReport(2, 2, 1, 1, List.of(), 0));
            assertThat(wallet.ledger().verify().isClean()).isTrue();
        }

        @Test
        void findsABalanceThatItsPostingsDoNotBear() {
            tamper(books -> books.save(List.of(new WalletAccount(ALICE, usd("9.01"), usd("3.00")))));

            assertThat(findings()).containsExactly(Kind.WRONG_POSTED);
            assertThat(wallet.ledger().verify().findings().get(0).sentence())
                    .isEqualTo("The account wallet/alice says that 9.01 USD is posted; its postings sum to 9.");
        }

        @Test
        void findsMoneyThatNoOpenHoldHolds() {
            tamper(books -> books.save(List.of(new WalletAccount(ALICE, usd("9.00"), usd("2.00")))));

            assertThat(findings()).containsExactly(Kind.WRONG_HELD);
        }

        @Test
        void findsACaptureThatTheHoldDoesNotKnow() {
            tamper(books -> {
                var hold = books.hold(new HoldId("h1")).orElseThrow();
                var forgotten = new Hold(
                        new HoldId("h1"),
                        ALICE,
                        usd("4.00"),
                        usd("0.50"),
                        Hold.State.VOIDED,
                        hold.hold().expiresAt());
                books.update(List.of(new BookedHold(forgotten, hold.fingerprint())));
            });

            assertThat(findings()).containsExactly(Kind.WRONG_HOLD, Kind.WRONG_HELD);
        }

        @Test
        void findsAnEntryThatTellsAWrongBalance() {
            tamper(books -> books.append(
                    List.of(entry(new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), usd("1.00"))))));

            assertThat(findings()).containsExactly(Kind.WRONG_HISTORY, Kind.WRONG_POSTED);
        }

        @Test
        void spellsOutTheFirstHundred() {
            tamper(books -> {
                for (var i = 0; i < 150; i++) {
                    books.append(List.of(new JournalEntry(
                            new TransferId("bad-" + i),
                            EntryKind.CREDIT,
                            time.instant(),
                            time.instant(),
                            new Subject("bad"),
                            "",
                            FINGERPRINT,
                            null,
                            null,
                            new WalletBalance(ALICE, usd("0"), usd("0")),
                            List.of(new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), usd("1.00"))))));
                }
            });

            var report = wallet.ledger().verify();
            assertThat(report.findings()).hasSize(100);
            assertThat(report.furtherFindings()).isEqualTo(51);
        }

        private void tamper(Consumer<LedgerTransaction> work) {
            store.transact(books -> {
                work.accept(books);
                return ALICE;
            });
        }

        private List<Kind> findings() {
            return wallet.ledger().verify().findings().stream()
                    .map(LedgerReport.Finding::kind)
                    .toList();
        }
    }

    private static JournalEntry entry(Posting... postings) {
        return new JournalEntry(
                new TransferId("e1"),
                EntryKind.CREDIT,
                ManualTime.create().instant(),
                ManualTime.create().instant(),
                new Subject("e1"),
                "",
                FINGERPRINT,
                null,
                null,
                new WalletBalance(ALICE, usd("1.00"), usd("0")),
                List.of(postings));
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
