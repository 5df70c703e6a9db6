package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Delivery;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.KeptBalance;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.Reversal;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of {@link LedgerStoreContract} for subjects, reversals, kept balances and deliveries. */
abstract class LedgerStoreBalanceRules extends LedgerStoreFixture {

    private static final AccountId EARNED = AccountId.earnings(BOB, USD);
    private static final AccountId OWED = AccountId.receivable(BOB, USD);

    LedgerStoreBalanceRules() {}

    @Nested
    class Tracing {

        @Test
        @Rule("LST-18")
        void showsTheEntriesAboutASubjectNewestFirstInPages() {
            for (var i = 1; i <= 5; i++) {
                var id = "e" + i;
                write(books -> books.append(List.of(
                        about(id, "session/s1", ALICE, EntryKind.CREDIT),
                        about(id + "-x", "session/S1", BOB, EntryKind.CREDIT))));
            }

            assertThat(about("session/s1", 2, null)).containsExactly("e5", "e4");
            assertThat(about("session/s1", 2, "e4")).containsExactly("e3", "e2");
            assertThat(about("session/s1", 2, "e2")).containsExactly("e1");
            assertThat(about("session/s1", 2, "e1")).isEmpty();
            assertThat(about("session/s1", 2, "unknown")).isEmpty();
            assertThat(about("session/S1", 10, null)).containsExactly("e5-x", "e4-x", "e3-x", "e2-x", "e1-x");
            assertThat(about("session/s2", 10, null)).isEmpty();
        }

        @Test
        @Rule("LST-19")
        void givesEveryKindOfEntryBackAsItWasBooked() {
            write(books -> {
                books.append(List.of(credit("e0", ALICE, 1)));
                books.place(List.of(hold("h1", ALICE, 10, NOON)));
            });
            for (var kind : EntryKind.values()) {
                var entry = about("e-" + kind, "subject", ALICE, kind);
                write(books -> books.append(List.of(entry)));
                assertThat(entry(entry.id())).contains(entry);
            }
            var withoutWallet = new JournalEntry(
                    new TransferId("no-wallet"),
                    EntryKind.PAYOUT_PAID,
                    NOON,
                    Instant.EPOCH,
                    new Subject("payout/b1"),
                    "",
                    FINGERPRINT,
                    null,
                    null,
                    null,
                    List.of(new Posting(AccountId.payouts(USD), AccountId.outside(USD), usd(1))));
            write(books -> books.append(List.of(withoutWallet)));
            assertThat(entry(withoutWallet.id())).contains(withoutWallet);
        }
    }

    @Nested
    class Reversing {

        @Test
        @Rule("LST-20")
        void countsHowMuchOfAnEntryWasReversed() {
            var original = new TransferId("e1");
            write(books -> books.append(List.of(credit("e1", ALICE, 10), credit("e2", ALICE, 10))));
            assertThat(reversals(original)).isEmpty();
            assertThat(reversals()).isEmpty();

            var some = new Reversal(original, usd(10), usd(3));
            write(books -> {
                books.reverse(List.of(some));
                assertThat(books.reversals(List.of(original))).containsOnly(Map.entry(original, some));
            });
            var all = new Reversal(original, usd(10), usd(10));
            var other = new Reversal(new TransferId("e2"), usd(10), usd(1));
            write(books -> books.reverse(List.of(all, other)));

            assertThat(reversals(original, new TransferId("e2"), new TransferId("e3")))
                    .containsOnly(Map.entry(original, all), Map.entry(other.original(), other));
            var seen = new ArrayList<Reversal>();
            store.read(books -> {
                books.eachReversal(seen::add);
                return seen;
            });
            assertThat(seen).containsExactlyInAnyOrder(all, other);
        }

        @Test
        @Rule("LST-21")
        void refusesToReverseMoreThanTheWholeOrWhatIsNotThere() {
            var original = new TransferId("e1");
            write(books -> books.append(List.of(credit("e1", ALICE, 10))));

            refused(books -> books.reverse(List.of(new Reversal(original, usd(10), usd(11)))));
            refused(books -> books.reverse(List.of(new Reversal(original, usd(10), usd(-1)))));
            refused(books -> books.reverse(List.of(new Reversal(new TransferId("nowhere"), usd(10), usd(1)))));
            write(books -> books.reverse(List.of(new Reversal(original, usd(10), usd(10)))));
            refused(books -> books.reverse(List.of(new Reversal(original, usd(10), usd(11)))));

            assertThat(reversals(original)).containsEntry(original, new Reversal(original, usd(10), usd(10)));
        }
    }

    @Nested
    class Keeping {

        @Test
        @Rule("LST-22")
        void opensABalanceAndAddsToIt() {
            assertThat(kept(EARNED, OWED)).isEmpty();
            assertThat(kept()).isEmpty();

            write(books -> books.adjust(Map.of(EARNED, usd(10), OWED, usd(-4))));
            write(books -> {
                books.adjust(Map.of(EARNED, usd(-3), OWED, usd(4)));
                assertThat(books.balances(List.of(EARNED))).containsOnly(Map.entry(EARNED, usd(7)));
            });

            assertThat(kept(EARNED, OWED, AccountId.earnings(ALICE, USD)))
                    .containsOnly(Map.entry(EARNED, usd(7)), Map.entry(OWED, usd(0)));
            var seen = new ArrayList<KeptBalance>();
            store.read(books -> {
                books.eachBalance(seen::add);
                return seen;
            });
            assertThat(seen).containsExactlyInAnyOrder(new KeptBalance(EARNED, usd(7)), new KeptBalance(OWED, usd(0)));
        }

        @Test
        @Rule("LST-23")
        void takesPostingsToABalanceThatTheSameUnitOpens() {
            var entry = new JournalEntry(
                    new TransferId("e1"),
                    EntryKind.DEBIT,
                    NOON,
                    NOON,
                    new Subject("e1"),
                    "",
                    FINGERPRINT,
                    null,
                    null,
                    new WalletBalance(ALICE, usd(0), usd(0)),
                    List.of(new Posting(AccountId.wallet(ALICE), EARNED, usd(1))));
            refused(books -> books.append(List.of(entry)));

            write(books -> {
                books.adjust(Map.of(EARNED, usd(1)));
                books.append(List.of(entry));
            });

            assertThat(page(EARNED, 10, null)).containsExactly("e1");
        }

        @Test
        @Rule("LST-24")
        void refusesEarningsBelowZeroAndReceivablesAboveIt() {
            refused(books -> books.adjust(Map.of(EARNED, usd(-1))));
            refused(books -> books.adjust(Map.of(OWED, usd(1))));
            write(books -> books.adjust(Map.of(EARNED, usd(5), OWED, usd(-5))));
            refused(books -> books.adjust(Map.of(EARNED, usd(-6))));
            refused(books -> books.adjust(Map.of(OWED, usd(6))));

            assertThat(kept(EARNED, OWED)).containsOnly(Map.entry(EARNED, usd(5)), Map.entry(OWED, usd(-5)));
        }

        @Test
        @Rule("LST-25")
        void refusesAnotherCurrencyThanTheAccounts() {
            var euros = Money.ofMicros("EUR", 1);
            write(books -> books.adjust(Map.of(EARNED, usd(5))));

            refused(books -> books.adjust(Map.of(EARNED, euros)));
        }

        @Test
        @Rule("LST-26")
        void letsUnitsThatLockABalanceTakeTurns() {
            write(books -> books.adjust(Map.of(EARNED, usd(16))));

            var taken = Race.of(
                    32,
                    number -> store.transact(books -> {
                        var there = books.lockBalances(List.of(EARNED)).getOrDefault(EARNED, usd(0));
                        if (there.isZero()) {
                            return 0;
                        }
                        books.adjust(Map.of(EARNED, usd(-1)));
                        return 1;
                    }));

            assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(16);
            assertThat(kept(EARNED)).containsOnly(Map.entry(EARNED, usd(0)));
            write(books -> assertThat(books.lockBalances(List.of(OWED))).isEmpty());
        }

        @Test
        @Rule("LST-27")
        void losesNoneOfTheChangesThatRaceWithoutALock() {
            var other = AccountId.earnings(ALICE, USD);

            Race.of(
                    16,
                    number -> store.transact(books -> {
                        books.adjust(Map.of(EARNED, usd(1), other, usd(2), OWED, usd(-3)));
                        return number;
                    }));

            assertThat(kept(EARNED, other, OWED))
                    .containsOnly(Map.entry(EARNED, usd(16)), Map.entry(other, usd(32)), Map.entry(OWED, usd(-48)));
        }

        @Test
        @Rule("LST-28")
        void showsTheBalancesOfAKindInTheOrderOfTheirNames() {
            // In the order of bytes, capitals come before small letters, and a dot and a digit before a slash and both.
            var names = List.of("Zoe", "a-b", "a.b", "a", "a0", "aB", "ab", "b_c");
            write(books -> books.adjust(Map.of(OWED, usd(-1))));
            for (var name : names) {
                write(books -> books.adjust(Map.of(AccountId.earnings(UserId.of(name), USD), usd(1))));
            }

            assertThat(balances(null, 3)).containsExactly("earnings/Zoe/USD", "earnings/a-b/USD", "earnings/a.b/USD");
            assertThat(balances("earnings/a.b/USD", 3))
                    .containsExactly("earnings/a/USD", "earnings/a0/USD", "earnings/aB/USD");
            // The place is found by the name, whether or not there is such an account.
            assertThat(balances("earnings/aA/USD", 10))
                    .containsExactly("earnings/aB/USD", "earnings/ab/USD", "earnings/b_c/USD");
            assertThat(balances("earnings/b_c/USD", 3)).isEmpty();
        }

        private List<String> balances(@Nullable String after, int limit) {
            var bound = after == null ? null : AccountId.parse(after);
            return store.read(books -> books.balances(AccountId.Kind.EARNINGS, bound, limit).stream()
                    .map(balance -> balance.account().toString())
                    .toList());
        }

        @Test
        @Rule("LST-29")
        void addsUpWhatCountsOnlyAfterAMoment() {
            write(books -> {
                books.adjust(Map.of(EARNED, usd(60)));
                books.append(List.of(
                        earned("e1", NOON.minusSeconds(1), 10),
                        earned("e2", NOON, 20),
                        earned("e3", NOON.plusNanos(1_000), 40),
                        takenBack("e4", NOON, 3),
                        takenBack("e5", NOON.plusSeconds(1), 7)));
            });

            assertThat(effectAfter(EARNED, NOON.minusSeconds(2))).isEqualTo(60);
            assertThat(effectAfter(EARNED, NOON.minusSeconds(1))).isEqualTo(50);
            assertThat(effectAfter(EARNED, NOON)).isEqualTo(33);
            assertThat(effectAfter(EARNED, NOON.plusNanos(1_000))).isEqualTo(-7);
            assertThat(effectAfter(EARNED, NOON.plusSeconds(1))).isZero();
            assertThat(effectAfter(OWED, Instant.EPOCH)).isZero();
        }

        private long effectAfter(AccountId account, Instant value) {
            return store.read(books -> books.effectAfter(account, USD, value).micros());
        }

        private static JournalEntry earned(String id, Instant value, long micros) {
            return moved(id, value, new Posting(AccountId.wallet(ALICE), EARNED, usd(micros)));
        }

        private static JournalEntry takenBack(String id, Instant value, long micros) {
            return moved(id, value, new Posting(EARNED, AccountId.wallet(ALICE), usd(micros)));
        }

        private static JournalEntry moved(String id, Instant value, Posting posting) {
            return new JournalEntry(
                    new TransferId(id),
                    EntryKind.DEBIT,
                    NOON.plusSeconds(60),
                    value,
                    new Subject(id),
                    "",
                    FINGERPRINT,
                    null,
                    null,
                    new WalletBalance(ALICE, usd(0), usd(0)),
                    List.of(posting));
        }
    }

    @Nested
    class Receiving {

        @Test
        @Rule("LST-30")
        void remembersADelivery() {
            var delivery = new Delivery(
                    "stripe/evt_1", new Fingerprint("fedcba9876543210".repeat(4)), new TransferId("e1"), NOON);
            assertThat(delivery("stripe/evt_1")).isEmpty();

            write(books -> {
                books.append(List.of(credit("e1", ALICE, 1)));
                books.receive(delivery);
                assertThat(books.delivery("stripe/evt_1")).contains(delivery);
            });

            assertThat(delivery("stripe/evt_1")).contains(delivery);
            assertThat(delivery("stripe/EVT_1")).isEmpty();
            refused(books -> books.receive(delivery));
        }

        @Test
        @Rule("LST-31")
        void runsAUnitAgainThatLostTheRaceForADelivery() {
            write(books -> books.append(List.of(credit("e1", ALICE, 1))));
            var delivery = new Delivery("stripe/evt_1", FINGERPRINT, new TransferId("e1"), NOON);

            var received = Race.of(
                    16,
                    number -> store.transact(books -> {
                        if (books.delivery(delivery.id()).isPresent()) {
                            return 0;
                        }
                        books.receive(delivery);
                        return 1;
                    }));

            assertThat(received.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
        }
    }

    private Optional<JournalEntry> entry(TransferId id) {
        return store.read(books -> books.entry(id));
    }

    private Optional<Delivery> delivery(String id) {
        return store.read(books -> books.delivery(id));
    }

    private Map<TransferId, Reversal> reversals(TransferId... originals) {
        return store.read(books -> books.reversals(List.of(originals)));
    }

    private Map<AccountId, Money> kept(AccountId... accounts) {
        return store.read(books -> books.balances(List.of(accounts)));
    }

    private List<String> about(String subject, int limit, @Nullable String before) {
        var bound = before == null ? null : new TransferId(before);
        return store.read(books -> books.entriesAbout(new Subject(subject), limit, bound).stream()
                .map(entry -> entry.id().value())
                .toList());
    }

    /** A capture is from the hold h1, and what takes back takes the entry e0 back: a store may refuse others. */
    private static JournalEntry about(String id, String subject, UserId owner, EntryKind kind) {
        var takesBack =
                Set.of(EntryKind.REFUND, EntryKind.CREDIT_REFUND, EntryKind.CHARGEBACK, EntryKind.PAYOUT_RETURN);
        return new JournalEntry(
                new TransferId(id),
                kind,
                NOON,
                NOON,
                new Subject(subject),
                "",
                FINGERPRINT,
                kind == EntryKind.CAPTURE ? new HoldId("h1") : null,
                takesBack.contains(kind) ? new TransferId("e0") : null,
                new WalletBalance(owner, usd(1), usd(0)),
                List.of(new Posting(AccountId.outside(USD), AccountId.wallet(owner), usd(1))));
    }
}
