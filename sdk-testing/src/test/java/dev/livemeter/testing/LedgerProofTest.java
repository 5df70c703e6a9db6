package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.KeptBalance;
import dev.livemeter.billing.Ledger;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerReport;
import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.Reversal;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Books with tips, a refund and a payout on its way, made wrong in every way that a proof must find. */
class LedgerProofTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Currency USD = Currency.getInstance("USD");
    private static final AccountId EARNED = AccountId.earnings(BOB, USD);

    private final ManualTime time = ManualTime.create();
    private final InMemoryLedgerStore store = new InMemoryLedgerStore();
    private final Billing billing = Billing.on(store, time);

    @BeforeEach
    void tipRefundAndPayOut() {
        billing.wallet().credit(new CreditRequest(new TransferId("order-1"), ALICE, usd("10.00"), ""));
        var part = new Allotment(BOB, usd("3.00"));
        billing.wallet()
                .debit(new DebitRequest(new TransferId("t1"), ALICE, usd("4.00"), "", new Subject("tip"), part))
                .orElseThrow();
        billing.wallet()
                .refund(new RefundRequest(new TransferId("r1"), new TransferId("t1"), usd("1.00"), ""))
                .orElseThrow();
        time.advance(Duration.ofHours(1));
        billing.payouts().prepare("b1", time.instant(), new PayoutPolicy(Duration.ZERO, usd("1.00")));
        assertThat(billing.ledger().verify()).isEqualTo(new LedgerReport(4, 6, 1, 0, List.of(), 0));
    }

    @Test
    void findsEarningsThatTheirPostingsDoNotBear() {
        tamper(books -> books.adjust(Map.of(EARNED, usd("0.01"))));

        assertFound(
                billing.ledger(),
                Kind.WRONG_POSTED,
                "The account earnings/bob/USD says that 0.01 USD is posted; its postings sum to 0.");
    }

    @Test
    void findsAReceivableThatNobodyBooked() {
        tamper(books -> books.adjust(Map.of(AccountId.receivable(BOB, USD), usd("-2.00"))));

        assertFound(
                billing.ledger(),
                Kind.WRONG_POSTED,
                "The account receivable/bob/USD says that -2.00 USD is posted; its postings sum to 0.");
    }

    @Test
    void findsAReversalThatWasNotBooked() {
        tamper(books -> books.reverse(List.of(new Reversal(new TransferId("t1"), usd("4.00"), usd("2.00")))));

        assertFound(
                billing.ledger(),
                Kind.WRONG_REVERSAL,
                "Of the entry t1 over 4.00 USD, 2.00 USD is said to be reversed; its reversals posted 1.");
    }

    @Test
    void findsAReversalOfAnotherAmountThanTheEntrys() {
        tamper(books -> books.reverse(List.of(new Reversal(new TransferId("t1"), usd("9.00"), usd("1.00")))));

        assertFound(
                billing.ledger(), Kind.WRONG_REVERSAL, "The entry t1 is counted as one over 9.00 USD; it posted 4.");
    }

    @Test
    void findsAReversalThatIsNotCounted() {
        tamper(books -> books.append(List.of(entry(
                "r2",
                EntryKind.PAYOUT_RETURN,
                new TransferId("payout/b1/bob"),
                new Posting(AccountId.payouts(USD), AccountId.outside(USD), usd("0.50"))))));

        assertFound(
                billing.ledger(),
                Kind.WRONG_REVERSAL,
                "There are reversals of the entry payout/b1/bob, and none is counted.");
    }

    @Test
    void findsMoreSentToPayeesThanLeftTheirEarnings() {
        tamper(books -> books.append(List.of(entry(
                "p2",
                EntryKind.PAYOUT_PAID,
                null,
                new Posting(AccountId.payouts(USD), AccountId.outside(USD), usd("2.26"))))));

        assertFound(
                billing.ledger(),
                Kind.NEGATIVE_BALANCE,
                "The postings of the account payouts/USD sum to -0.01; expected zero or more.");
    }

    @Test
    void findsMoreRevenueGivenBackThanWasTaken() {
        tamper(books -> books.append(List.of(entry(
                "x",
                EntryKind.PAYOUT_PAID,
                null,
                new Posting(AccountId.revenue(USD), AccountId.outside(USD), usd("0.76"))))));

        assertFound(
                billing.ledger(),
                Kind.NEGATIVE_BALANCE,
                "The postings of the account revenue/USD sum to -0.01; expected zero or more.");
    }

    @Test
    void findsWhatNoStoreShouldHaveTaken() {
        assertFound(
                ledgerThatAlsoShows(
                        StoredEntry.class,
                        new StoredEntry(new TransferId("e9"), EntryKind.CREDIT, null, null, null, List.of())),
                Kind.EMPTY_ENTRY,
                "The entry e9 has no posting.");
        assertFound(
                ledgerThatAlsoShows(WalletAccount.class, new WalletAccount(BOB, usd("0"), usd("0.01"))),
                Kind.NEGATIVE_WALLET,
                "The account wallet/bob has 0.00 USD posted and 0.01 USD held; expected neither below zero and no more held than"
                        + " posted.");
        assertFound(
                ledgerThatAlsoShows(KeptBalance.class, new KeptBalance(EARNED, usd("-1.00"))),
                Kind.NEGATIVE_BALANCE,
                "The account earnings/bob/USD stands at -1.00 USD; earnings are zero or more, and a receivable is zero or less.");
        assertFound(
                ledgerThatAlsoShows(
                        StoredEntry.class, line(AccountId.outside(USD), AccountId.wallet(BOB), usd("1.00"))),
                Kind.MISPLACED_POSTING,
                "There are postings to wallet/bob, and no such wallet.");
        assertFound(
                ledgerThatAlsoShows(
                        StoredEntry.class,
                        line(AccountId.outside(USD), AccountId.revenue(USD), Money.of("EUR", "1.00"))),
                Kind.MISPLACED_POSTING,
                "The account revenue/USD has a posting in EUR.");
        assertFound(
                ledgerThatAlsoShows(
                        StoredEntry.class, line(AccountId.outside(USD), AccountId.earnings(ALICE, USD), usd("1.00"))),
                Kind.MISPLACED_POSTING,
                "There are postings to earnings/alice/USD, and no balance of it is kept.");
        assertFound(
                ledgerThatAlsoShows(
                        StoredEntry.class,
                        new StoredEntry(
                                new TransferId("e9"),
                                EntryKind.CAPTURE,
                                new HoldId("h9"),
                                null,
                                null,
                                List.of(new StoredEntry.Line(
                                        AccountId.outside(USD), AccountId.revenue(USD), usd("1.00"))))),
                Kind.WRONG_HOLD,
                "There are captures from the hold h9, and no such hold.");
    }

    @Test
    void saysWhereABalanceCannotBeWhatItsPostingsComeTo() {
        var ledger = ledgerThatAlsoShows(
                StoredEntry.class, line(AccountId.wallet(ALICE), AccountId.outside(USD), usd("100.00")));

        var found = ledger.differences();

        assertThat(found.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.sentence())
                        .isEqualTo("Of the account wallet/alice, 7.00 is kept as posted; -93 USD follows from the"
                                + " postings, which no books can keep."));
        assertThat(found.sentence())
                .isEqualTo(
                        "1 figure is not what the postings come to; 0 can be set, 1 cannot: the postings themselves are"
                                + " wrong there.");
    }

    @Test
    void saysThatBalancesAndCountsAreMissing() {
        var more = new StoredEntry(
                new TransferId("e9"),
                EntryKind.REFUND,
                null,
                new TransferId("order-1"),
                null,
                List.of(new StoredEntry.Line(
                        AccountId.earnings(ALICE, USD), AccountId.receivable(BOB, USD), usd("1.00"))));

        assertThat(ledgerThatAlsoShows(StoredEntry.class, more).differences().differences())
                .extracting(difference -> difference.isSettable() + ": " + difference.sentence())
                .containsExactlyInAnyOrder(
                        "false: Of the account earnings/alice/USD, 0.00 is kept as posted; -1 USD follows from the"
                                + " postings, which no books can keep.",
                        "false: Of the account receivable/bob/USD, 0.00 is kept as posted; 1 USD follows from the"
                                + " postings, which no books can keep.",
                        "true: Of the entry order-1, 0.00 is kept as reversed; 1 USD follows from the postings.");
    }

    private static void assertFound(Ledger ledger, Kind kind, String sentence) {
        assertThat(ledger.verify().findings())
                .anySatisfy(finding ->
                        assertThat(finding.kind() + ": " + finding.sentence()).isEqualTo(kind + ": " + sentence));
    }

    private void tamper(Consumer<LedgerTransaction> work) {
        store.transact(books -> {
            work.accept(books);
            return ALICE;
        });
    }

    /** The same books with one thing more, that no store takes. */
    private Ledger ledgerThatAlsoShows(Class<?> type, Object more) {
        return new Ledger(new LedgerStore() {
            @Override
            public <T> T read(Function<LedgerReader, T> questions) {
                return store.read(books -> questions.apply(showing(books, type, more)));
            }

            @Override
            public <T> T transact(Function<LedgerTransaction, T> work) {
                throw new AssertionError("A proof only reads.");
            }
        });
    }

    private static LedgerReader showing(LedgerReader books, Class<?> type, Object more) {
        var visits = Map.of(
                StoredEntry.class, "eachEntry", WalletAccount.class, "eachWallet", KeptBalance.class, "eachBalance");
        return (LedgerReader) Proxy.newProxyInstance(
                LedgerReader.class.getClassLoader(),
                new Class<?>[] {LedgerReader.class},
                (proxy, method, arguments) -> {
                    try {
                        var answer = method.invoke(books, arguments);
                        if (method.getName().equals(visits.get(type))) {
                            @SuppressWarnings("unchecked") // It visits what its name says.
                            var visitor = (Consumer<Object>) arguments[0];
                            visitor.accept(more);
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static StoredEntry line(AccountId source, AccountId destination, Money amount) {
        return new StoredEntry(
                new TransferId("e9"),
                EntryKind.CREDIT,
                null,
                null,
                null,
                List.of(new StoredEntry.Line(source, destination, amount)));
    }

    private JournalEntry entry(String id, EntryKind kind, @Nullable TransferId reverses, Posting posting) {
        return new JournalEntry(
                new TransferId(id),
                kind,
                time.instant(),
                time.instant(),
                new Subject("tampered"),
                "",
                new Fingerprint("f".repeat(64)),
                null,
                reverses,
                null,
                List.of(posting));
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
