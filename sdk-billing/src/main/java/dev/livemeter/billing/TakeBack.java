package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;

/**
 * Gives captures and debits back by the split that took them. What a payee was paid out already becomes a claim of the operator, so that the
 * wallet gets its money at once and nobody's balance goes below zero in silence.
 */
final class TakeBack {

    private final LockedBooks books;

    /**
     * Locks and reads what is needed to give those entries back; their wallets are locked already.
     *
     * @param originals captures and debits
     */
    TakeBack(LockedBooks books, Collection<JournalEntry> originals) {
        this.books = books;
        books.lockBalances(originals.stream()
                .flatMap(original -> original.postings().stream())
                .map(Posting::destination)
                .filter(account -> account.kind() == AccountId.Kind.EARNINGS)
                .distinct()
                .toList());
        books.readReversals(originals.stream().map(JournalEntry::id).toList());
    }

    /** Whether an entry took money from a wallet that can be given back. */
    static boolean isRefundable(JournalEntry entry) {
        return entry.after() != null && (entry.kind() == EntryKind.CAPTURE || entry.kind() == EntryKind.DEBIT);
    }

    /** What can still be given back of it. */
    Money remaining(JournalEntry original) {
        return books.reversal(original).remaining();
    }

    /**
     * Books a refund of at most what remains.
     *
     * @param amount positive
     */
    JournalEntry book(TransferId id, JournalEntry original, Money amount, String memo, Fingerprint fingerprint) {
        var after = original.after();
        if (after == null) {
            throw new IllegalStateException("The entry " + original.id() + " has no wallet to give back to.");
        }
        var wallet = books.required(after.owner());
        var reversal = books.reversal(original);
        var total = reversal.reversed().plus(amount);
        var draft = new Draft(id, EntryKind.REFUND, original.subject(), fingerprint)
                .memo(memo)
                // A refund counts from when the charge did, or it would take from what cleared since.
                .countsFrom(original.valueAt())
                .reverses(original.id())
                .of(wallet);
        var rest = amount;
        for (var posting : earned(original)) {
            var share = part(posting.amount(), total, reversal.amount())
                    .minus(part(posting.amount(), reversal.reversed(), reversal.amount()));
            rest = rest.minus(share);
            var earnings = posting.destination();
            var there = share.min(books.balance(earnings, share.currency()));
            var debtor = earnings.user().orElseThrow();
            draft.move(earnings, wallet.id(), there)
                    .move(AccountId.receivable(debtor, share.currency()), wallet.id(), share.minus(there));
        }
        draft.move(AccountId.revenue(rest.currency()), wallet.id(), rest);
        wallet.add(amount);
        books.reverse(original, amount);
        return books.book(draft);
    }

    private static List<Posting> earned(JournalEntry original) {
        return original.postings().stream()
                .filter(posting -> posting.destination().kind() == AccountId.Kind.EARNINGS)
                .toList();
    }

    /** {@code share * reversed / whole}, rounded down: cumulative, so that many small refunds take what one large one takes. */
    private static Money part(Money share, Money reversed, Money whole) {
        var product = BigInteger.valueOf(share.micros()).multiply(BigInteger.valueOf(reversed.micros()));
        return new Money(product.divide(BigInteger.valueOf(whole.micros())).longValueExact(), share.currency());
    }
}
