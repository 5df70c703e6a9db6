package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Account;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Books with the empty wallets of Alice and Bob, and short ways to write and read them. */
abstract class LedgerStoreFixture {

    static final Currency USD = Currency.getInstance("USD");
    static final UserId ALICE = UserId.of("alice");
    static final UserId BOB = UserId.of("bob");
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    static final Fingerprint FINGERPRINT = new Fingerprint("0123456789abcdef".repeat(4));

    LedgerStore store;

    LedgerStoreFixture() {}

    /** An empty store. Called before each test. */
    protected abstract LedgerStore create();

    @BeforeEach
    void start() {
        store = create();
        write(books -> {
            open(books, ALICE);
            open(books, BOB);
        });
    }

    /** A unit that does this, with a witness before it, is refused and leaves nothing. */
    final void refused(Consumer<LedgerTransaction> work) {
        assertThatThrownBy(() -> write(books -> {
                    books.append(List.of(credit("witness", BOB, 1)));
                    work.accept(books);
                }))
                .isInstanceOfSatisfying(LivemeterException.class, e -> {
                    assertThat(e.code()).isEqualTo("storage.constraint");
                    assertThat(e.retryable()).isFalse();
                });
        assertThat(page(AccountId.wallet(BOB), 10, null)).isEmpty();
    }

    final void write(Consumer<LedgerTransaction> work) {
        store.transact(books -> {
            books.lock(List.of(ALICE, BOB));
            work.accept(books);
            return ALICE;
        });
    }

    static WalletAccount open(LedgerTransaction books, UserId owner) {
        books.open(new Account(AccountId.outside(USD), USD));
        books.open(new Account(AccountId.revenue(USD), USD));
        books.open(new Account(AccountId.payouts(USD), USD));
        return books.openWallet(owner, USD);
    }

    final long balance(UserId owner) {
        return store.read(books -> books.wallet(owner).orElseThrow().posted().micros());
    }

    final BookedHold found(String id) {
        return store.read(books -> books.hold(new HoldId(id)).orElseThrow());
    }

    final List<String> page(AccountId account, int limit, @Nullable String before) {
        var bound = before == null ? null : new TransferId(before);
        return store.read(books -> books.entriesOf(account, limit, bound).stream()
                .map(entry -> entry.id().value())
                .toList());
    }

    static JournalEntry credit(String id, UserId owner, long micros) {
        return new JournalEntry(
                new TransferId(id),
                EntryKind.CREDIT,
                NOON,
                NOON,
                new Subject(id),
                "a memo",
                FINGERPRINT,
                null,
                null,
                new WalletBalance(owner, usd(micros), usd(0)),
                List.of(new Posting(AccountId.outside(USD), AccountId.wallet(owner), usd(micros))));
    }

    static BookedHold hold(String id, UserId owner, long micros, Instant expiresAt) {
        return new BookedHold(
                new Hold(new HoldId(id), owner, usd(micros), usd(0), Hold.State.OPEN, expiresAt), FINGERPRINT);
    }

    static WalletAccount wallet(UserId owner, long posted, long held) {
        return new WalletAccount(owner, usd(posted), usd(held));
    }

    static Money usd(long micros) {
        return new Money(micros, USD);
    }
}
