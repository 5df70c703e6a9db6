package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pays earnings out, in batches that somebody sends to a bank. The states of a payout are entries of the journal, so nothing can be paid that the
 * books do not know. Thread-safe; everything is idempotent by the batch and the payout.
 */
public final class Payouts {

    private static final int PAGE = 500;

    private final LedgerStore store;
    private final InstantSource time;

    /**
     * Payouts on those books.
     *
     * @param time wall time, for the dates of entries; used to the microsecond
     */
    public Payouts(LedgerStore store, InstantSource time) {
        this.store = store;
        this.time = time;
    }

    /**
     * What one batch came to.
     *
     * @param payouts how many there are
     * @param total of their amounts
     */
    public record Prepared(int payouts, Money total) {}

    /**
     * Makes the payouts of a batch: one for each payee whose cleared earnings reach the minimum, after what the payee owes was taken off. What banks
     * cannot send, less than a minor unit of the currency, stays earnings. Each payee is a transaction; after a crash, the same call goes on where
     * it stopped, and one that is done changes nothing.
     *
     * @param batch its name: 1 to 64 of {@code A-Z a-z 0-9 . _ -}
     * @param cutoff earnings that count from then or before are paid out; at least the clearing period ago. The same in each call for a batch
     * @return all payouts of the batch that this call found or made
     * @throws LivemeterException {@code payout.not_cleared} for a cutoff that is too late; {@code payout.conflict} if the batch was prepared with
     *     another cutoff or policy
     */
    public Prepared prepare(String batch, Instant cutoff, PayoutPolicy policy) {
        PayoutTrail.requireBatch(batch);
        var now = LockedBooks.now(time);
        if (cutoff.isAfter(now.minus(policy.clearing()))) {
            throw new LivemeterException(
                    "payout.not_cleared",
                    "A payout of what was earned until " + cutoff + " was asked for at " + now
                            + "; earnings clear after "
                            + policy.clearing() + ", so give a cutoff of " + now.minus(policy.clearing())
                            + " or before.");
        }
        var currency = policy.minimum().currency();
        var payouts = 0;
        var total = Money.zero(currency);
        @Nullable AccountId last = null;
        while (true) {
            var after = last;
            var page = store.<List<KeptBalance>>read(books -> books.balances(AccountId.Kind.EARNINGS, after, PAGE));
            for (var balance : page) {
                if (balance.posted().currency().equals(currency)) {
                    var payee = balance.account().user().orElseThrow();
                    var amount = store.<Optional<Money>>transact(books -> prepare(books, batch, payee, cutoff, policy));
                    if (amount.isPresent()) {
                        payouts++;
                        total = total.plus(amount.get());
                    }
                }
            }
            if (page.size() < PAGE) {
                return new Prepared(payouts, total);
            }
            last = page.get(page.size() - 1).account();
        }
    }

    private Optional<Money> prepare(
            LedgerTransaction transaction, String batch, UserId payee, Instant cutoff, PayoutPolicy policy) {
        var currency = policy.minimum().currency();
        var id = PayoutTrail.id(batch, payee);
        var recovery = PayoutTrail.recovery(id);
        var earnings = AccountId.earnings(payee, currency);
        var receivable = AccountId.receivable(payee, currency);
        var fingerprint = Fingerprint.of(
                "payout",
                batch,
                payee.value(),
                cutoff.toString(),
                policy.clearing().toString(),
                Fingerprint.text(policy.minimum()));
        var books = new LockedBooks(transaction, List.of(), List.of(), List.of(), time);
        books.lockBalances(List.of(earnings, receivable));
        // Looked for under the lock: two that prepare one batch take their turns for each payee.
        var known = transaction.entries(List.of(id, recovery));
        for (var entry : known.values()) {
            if (!entry.answers(fingerprint)) {
                throw new LivemeterException(
                        "payout.conflict",
                        "The batch " + batch + " was prepared with another cutoff or policy, or the id " + entry.id()
                                + " is taken; nothing was done for " + payee
                                + ". Repeat the first call, or name a new batch.");
            }
        }
        var before = known.get(id);
        if (before != null) {
            return Optional.of(before.amount());
        }
        var balance =
                Earnings.of(transaction, transaction.balances(List.of(earnings, receivable)), payee, currency, cutoff);
        var owed = known.containsKey(recovery)
                ? Money.zero(currency)
                : balance.owed().min(balance.cleared());
        if (owed.isPositive()) {
            books.book(new Draft(recovery, EntryKind.RECOVERY, PayoutTrail.subject(batch), fingerprint)
                    .countsFrom(JournalEntry.ALWAYS)
                    .move(earnings, receivable, owed));
        }
        var amount = inMinorUnits(balance.cleared().minus(owed));
        var pays = amount.isPositive() && !amount.isLessThan(policy.minimum());
        if (pays) {
            transaction.open(new Account(AccountId.payouts(currency), currency));
            books.book(new Draft(id, EntryKind.PAYOUT, PayoutTrail.subject(batch), fingerprint)
                    .countsFrom(JournalEntry.ALWAYS)
                    .move(earnings, AccountId.payouts(currency), amount));
        }
        books.write();
        return pays ? Optional.of(amount) : Optional.empty();
    }

    /** Rounded down to what can be sent; the rest stays. */
    private static Money inMinorUnits(Money amount) {
        var digits = Math.max(amount.currency().getDefaultFractionDigits(), 0);
        var unit = 1L;
        for (var i = digits; i < Money.SCALE; i++) {
            unit *= 10;
        }
        return new Money(amount.micros() - amount.micros() % unit, amount.currency());
    }

    /** The payouts of a batch, by payee; as many in memory as the batch has. */
    public List<Payout> batch(String batch) {
        PayoutTrail.requireBatch(batch);
        return store.read(books -> PayoutTrail.batch(books, batch));
    }

    /**
     * The batches in a currency, the newest first.
     *
     * @param limit at most so many, 1 to {@value Ledger#MOST_ENTRIES}
     */
    public List<PayoutBatch> batches(Currency currency, int limit) {
        Ledger.requireLimit(limit);
        return store.read(books -> PayoutTrail.batches(books, currency, limit).stream()
                .map(name -> PayoutBatch.of(name, PayoutTrail.batch(books, name)))
                .toList());
    }

    /** One payout. */
    public Optional<Payout> find(TransferId payout) {
        return store.read(books -> PayoutTrail.find(books, payout));
    }

    /**
     * Books that a payout was sent.
     *
     * <p>First match wins: UNKNOWN_PAYOUT; the same reference again: the payout as it stands; CONFLICT; ALREADY_RETURNED; booked.
     *
     * @param reference the bank's or provider's; at most 200 characters
     */
    public PayoutResult paid(TransferId payout, String reference) {
        return store.transact(books -> move(books, payout, EntryKind.PAYOUT_PAID, reference));
    }

    /**
     * Books that a payout could not be sent, or came back after it was: it is earnings again, cleared, and the next batch takes it along.
     *
     * <p>First match wins: UNKNOWN_PAYOUT; the same reason again: the payout as it stands; CONFLICT; booked.
     *
     * @param reason for people; at most 200 characters
     */
    public PayoutResult returned(TransferId payout, String reason) {
        return store.transact(books -> move(books, payout, EntryKind.PAYOUT_RETURN, reason));
    }

    private PayoutResult move(LedgerTransaction transaction, TransferId id, EntryKind kind, String memo) {
        if (memo.length() > 200) {
            throw new LivemeterException(
                    "payout.malformed_memo",
                    "A reference or reason of " + memo.length() + " characters was given; expected at most 200.");
        }
        // What an entry says never changes, so it can be read before anything is locked.
        var payout = transaction
                .entry(id)
                .filter(entry -> entry.kind() == EntryKind.PAYOUT)
                .orElse(null);
        if (payout == null) {
            return new PayoutResult.Declined(PayoutResult.Reason.UNKNOWN_PAYOUT, "There is no payout " + id + ".");
        }
        var earnings = payout.postings().get(0).source();
        var currency = payout.amount().currency();
        var books = new LockedBooks(transaction, List.of(), List.of(), List.of(), time);
        books.lockBalances(List.of(earnings));
        books.readReversals(List.of(id));
        var own = kind == EntryKind.PAYOUT_PAID ? PayoutTrail.paid(id) : PayoutTrail.returned(id);
        var fingerprint = Fingerprint.of(kind.name(), id.value(), memo);
        var known = transaction.entries(List.of(PayoutTrail.paid(id), PayoutTrail.returned(id)));
        var before = known.get(own);
        if (before != null) {
            return before.answers(fingerprint)
                    ? moved(transaction, id)
                    : new PayoutResult.Declined(
                            PayoutResult.Reason.CONFLICT,
                            "The payout " + id + " was reported before with '" + before.memo()
                                    + "'; nothing was done.");
        }
        var draft = new Draft(own, kind, payout.subject(), fingerprint).memo(memo);
        if (kind == EntryKind.PAYOUT_PAID) {
            if (known.containsKey(PayoutTrail.returned(id))) {
                return new PayoutResult.Declined(
                        PayoutResult.Reason.ALREADY_RETURNED,
                        "The payout " + id + " came back and is earnings again; the next batch takes it along.");
            }
            draft.move(AccountId.payouts(currency), AccountId.outside(currency), payout.amount());
        } else {
            var from =
                    known.containsKey(PayoutTrail.paid(id)) ? AccountId.outside(currency) : AccountId.payouts(currency);
            draft.countsFrom(payout.valueAt()).reverses(id).move(from, earnings, payout.amount());
            books.reverse(payout, payout.amount());
        }
        books.book(draft);
        books.write();
        return moved(transaction, id);
    }

    private static PayoutResult moved(LedgerReader books, TransferId id) {
        return new PayoutResult.Moved(PayoutTrail.find(books, id).orElseThrow());
    }

    /**
     * Writes a batch as comma-separated values (RFC 4180), for people and banks: {@code payout,payee,amount,currency,state,prepared_at,reference,reason}.
     * No cell begins with what a spreadsheet takes for a formula.
     */
    public void exportCsv(String batch, Appendable to) throws IOException {
        Csv.write(to, List.of("payout", "payee", "amount", "currency", "state", "prepared_at", "reference", "reason"));
        for (var payout : batch(batch)) {
            Currency currency = payout.amount().currency();
            Csv.write(
                    to,
                    List.of(
                            payout.id().value(),
                            payout.payee().value(),
                            payout.amount().amount(),
                            currency.getCurrencyCode(),
                            payout.state().name(),
                            payout.preparedAt().toString(),
                            payout.reference(),
                            payout.reason()));
        }
    }
}
