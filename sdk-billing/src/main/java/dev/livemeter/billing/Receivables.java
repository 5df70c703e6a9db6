package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Subject;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What users owe the operator: a chargeback that the wallet could not give, a refund of a share that was paid out. Thread-safe.
 */
public final class Receivables {

    private final LedgerStore store;
    private final InstantSource time;

    /**
     * Receivables on those books.
     *
     * @param time wall time, for the dates of entries; used to the microsecond
     */
    public Receivables(LedgerStore store, InstantSource time) {
        this.store = store;
        this.time = time;
    }

    /**
     * What somebody owes in one currency.
     *
     * @param amount positive, or zero where all was paid
     */
    public record Owed(UserId user, Money amount) {}

    /** What a user owes in a currency; zero for somebody who never did. */
    public Money of(UserId user, Currency currency) {
        var account = AccountId.receivable(user, currency);
        return store.<Money>read(books -> books.balances(List.of(account)).getOrDefault(account, Money.zero(currency)))
                .negated();
    }

    /**
     * Who owes or ever owed what, in the order of the users' names. For the next page, give the last user and currency.
     *
     * @param after only those after it; null for the first
     * @param limit at most so many, 1 to {@value Ledger#MOST_ENTRIES}
     */
    public List<Owed> all(@Nullable Owed after, int limit) {
        if (limit < 1 || limit > Ledger.MOST_ENTRIES) {
            throw new LivemeterException(
                    "ledger.malformed_limit",
                    "A page of " + limit + " receivables was asked for; expected 1 to " + Ledger.MOST_ENTRIES + ".");
        }
        var bound = after == null
                ? null
                : AccountId.receivable(after.user(), after.amount().currency());
        return store.read(books -> books.balances(AccountId.Kind.RECEIVABLE, bound, limit).stream()
                .map(balance -> new Owed(
                        balance.account().user().orElseThrow(), balance.posted().negated()))
                .toList());
    }

    /**
     * Takes what is owed from the user's wallet or earnings, as far as it goes. Idempotent by the id.
     *
     * <p>First match wins: the same id and content: the first amount again; CONFLICT; NOTHING_OWED; NOTHING_THERE; recovered.
     */
    public RecoveryResult recover(RecoveryRequest request) {
        return store.transact(transaction -> recover(transaction, request));
    }

    private RecoveryResult recover(LedgerTransaction transaction, RecoveryRequest request) {
        var currency = request.most().currency();
        var nothing = Money.zero(currency);
        var receivable = AccountId.receivable(request.user(), currency);
        var earnings = AccountId.earnings(request.user(), currency);
        var fromWallet = request.source() == RecoveryRequest.Source.WALLET;
        var books = new LockedBooks(
                transaction, fromWallet ? List.of(request.user()) : List.of(), List.of(), List.of(), time);
        books.lockBalances(fromWallet ? List.of(receivable) : List.of(earnings, receivable));
        var before = transaction.entry(request.id()).orElse(null);
        if (before != null) {
            return before.answers(request.fingerprint())
                    ? new RecoveryResult.Recovered(before.amount())
                    : new RecoveryResult.Declined(
                            RecoveryResult.Reason.CONFLICT, Sentences.conflict("transfer", request.id()));
        }
        var owed = books.balance(receivable, currency).negated();
        if (!owed.isPositive()) {
            return new RecoveryResult.Declined(
                    RecoveryResult.Reason.NOTHING_OWED,
                    request.user() + " owes nothing in " + currency.getCurrencyCode() + ".");
        }
        var wallet = fromWallet ? books.wallet(request.user()) : null;
        Money there;
        if (!fromWallet) {
            there = books.balance(earnings, currency);
        } else {
            there = wallet != null && wallet.posted().currency().equals(currency) ? wallet.available() : nothing;
        }
        var amount = owed.min(request.most()).min(there);
        if (!amount.isPositive()) {
            return new RecoveryResult.Declined(
                    RecoveryResult.Reason.NOTHING_THERE,
                    request.user() + " owes " + owed + " and has nothing of it in "
                            + (fromWallet ? "the wallet." : "earnings."));
        }
        var draft = new Draft(
                        request.id(), EntryKind.RECOVERY, new Subject(receivable.toString()), request.fingerprint())
                .memo(request.memo());
        if (wallet != null) {
            wallet.take(amount);
            draft.of(wallet).move(wallet.id(), receivable, amount);
        } else {
            draft.countsFrom(JournalEntry.ALWAYS).move(earnings, receivable, amount);
        }
        books.book(draft);
        books.write();
        return new RecoveryResult.Recovered(amount);
    }
}
