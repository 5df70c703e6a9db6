package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.PurchaseNotice;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Billing on empty books and on time that stands still, with short ways to ask it. After each test, the books are proven. */
abstract class BillingFixture {

    static final Currency USD = Currency.getInstance("USD");
    static final UserId ALICE = UserId.of("alice");
    static final UserId BOB = UserId.of("bob");

    final ManualTime time = ManualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"));
    final List<Transfer> announced = new ArrayList<>();
    LedgerStore store;
    Billing billing;

    BillingFixture() {}

    /** An empty store. Called before each test. */
    protected abstract LedgerStore create();

    @BeforeEach
    void start() {
        store = create();
        billing = Billing.on(store, time).telling(announced::add);
    }

    @AfterEach
    void provesTheBooks() {
        assertThat(billing.ledger().verify().findings()).isEmpty();
    }

    static PurchaseNotice notice(String object, String delivery, String amount) {
        return notice(object, delivery, delivery, ALICE, usd(amount));
    }

    static PurchaseNotice notice(String object, String delivery, String content, UserId user, Money amount) {
        return new PurchaseNotice("stripe", object, delivery, content(content), user, amount, "ten coins");
    }

    static PurchaseReversalNotice back(String purchase, String object, String delivery, String amount) {
        return new PurchaseReversalNotice(
                "stripe", purchase, object, delivery, content(delivery), usd(amount), "asked for");
    }

    static Fingerprint content(String text) {
        return Fingerprint.ofContent(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Pays in, by a purchase of that name. */
    final void paidIn(String object, String amount) {
        billing.purchases().paid(notice(object, "evt_" + object, amount)).orElseThrow();
    }

    /** Alice tips Bob, who earns that part of it. */
    final Transfer tip(String id, String amount, String part) {
        return billing.wallet()
                .debit(new DebitRequest(
                        new TransferId(id),
                        ALICE,
                        usd(amount),
                        "tip",
                        new Subject("tip/" + id),
                        new Allotment(BOB, usd(part))))
                .orElseThrow();
    }

    final Money posted(UserId user) {
        return billing.wallet().balance(user).orElseThrow().posted();
    }

    final Money earned(UserId user) {
        return billing.earnings().of(user, USD, time.instant()).posted();
    }

    final Money owed(UserId user) {
        return billing.receivables().of(user, USD);
    }

    final List<JournalEntry> entries(AccountId account) {
        return billing.ledger().entries(account, 100, null);
    }

    final Instant ago(Duration span) {
        return time.instant().minus(span);
    }

    static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
