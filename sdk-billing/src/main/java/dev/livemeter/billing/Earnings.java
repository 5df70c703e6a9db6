package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What payees have earned. Thread-safe; each answer comes from one consistent view. */
public final class Earnings {

    private final LedgerStore store;

    /** Earnings on those books. */
    public Earnings(LedgerStore store) {
        this.store = store;
    }

    /**
     * What stands to a payee in a currency. All zero for somebody who never earned.
     *
     * @param upTo what counts from then or before has cleared: now, less the clearing period
     */
    public EarningsBalance of(UserId payee, Currency currency, Instant upTo) {
        return store.read(books -> {
            var earnings = AccountId.earnings(payee, currency);
            var receivable = AccountId.receivable(payee, currency);
            return of(books, books.balances(List.of(earnings, receivable)), payee, currency, upTo);
        });
    }

    /**
     * What a payee ever earned in a currency, less what was refunded of it: what stands to the payee, and all that went out or was taken for
     * what the payee owed.
     */
    public Money accrued(UserId payee, Currency currency) {
        // What goes out counts at ALWAYS, and nothing that is earned does.
        return store.read(
                books -> books.effectAfter(AccountId.earnings(payee, currency), currency, JournalEntry.ALWAYS));
    }

    /**
     * The entries that a payee's earnings come from and went to, the newest first. For the next page, give the id of the last entry.
     *
     * @param limit at most so many, 1 to {@value Ledger#MOST_ENTRIES}
     * @param before only those booked before that entry; null for the newest
     */
    public List<JournalEntry> statement(UserId payee, Currency currency, int limit, @Nullable TransferId before) {
        return new Ledger(store).entries(AccountId.earnings(payee, currency), limit, before);
    }

    static EarningsBalance of(
            LedgerReader books, Map<AccountId, Money> balances, UserId payee, Currency currency, Instant upTo) {
        var nothing = Money.zero(currency);
        var earnings = AccountId.earnings(payee, currency);
        var posted = balances.getOrDefault(earnings, nothing);
        // What went out counts at every moment (JournalEntry.ALWAYS), so what counts only later is what was earned
        // later, less its refunds. A
        // refund can take what cleared instead of what it was of; then less has cleared than nothing.
        var later = books.effectAfter(earnings, currency, upTo);
        var cleared = posted.minus(later).min(posted).max(nothing);
        var owed = balances.getOrDefault(AccountId.receivable(payee, currency), nothing)
                .negated();
        return new EarningsBalance(payee, posted, cleared, owed);
    }
}
