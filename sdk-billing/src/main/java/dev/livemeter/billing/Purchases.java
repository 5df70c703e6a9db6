package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Books what a shop or a payment provider reports. Its messages come twice, late and out of order, and several of them tell of one payment; the money
 * is booked once, by the business object, and each message is noted with a hash of its content in the same transaction. Thread-safe.
 */
public final class Purchases {

    private final LedgerStore store;
    private final InstantSource time;
    private final Consumer<Transfer> paidIn;

    /**
     * Purchases on those books.
     *
     * @param time wall time, for the dates of entries; used to the microsecond
     * @param paidIn is told of each purchase once, after it was booked, in the caller's thread: so that a stream that was about to end goes on
     */
    public Purchases(LedgerStore store, InstantSource time, Consumer<Transfer> paidIn) {
        this.store = store;
        this.time = time;
        this.paidIn = paidIn;
    }

    /**
     * Pays a purchase into the user's wallet; the first one opens it. Idempotent by the object and by the delivery.
     *
     * <p>First match wins: CONFLICT; the same object, user and amount: the first transfer again; CURRENCY_MISMATCH; paid.
     */
    public PurchaseResult paid(PurchaseNotice notice) {
        var result = store.<PurchaseResult>transact(transaction -> paid(transaction, notice));
        if (result instanceof PurchaseResult.Paid paid && paid.answer() == Answer.FIRST) {
            paidIn.accept(paid.transfer());
        }
        return result;
    }

    /**
     * Books that the operator gave money of a purchase back to the payer. It comes out of what is available in the wallet; ask for it here before
     * the money is sent. Idempotent by the object and by the delivery.
     *
     * <p>First match wins: CONFLICT; the same object, purchase and amount: the first answer again; UNKNOWN_PURCHASE; CURRENCY_MISMATCH;
     * EXCEEDS_PURCHASE; INSUFFICIENT_FUNDS; refunded.
     */
    public PurchaseReversalResult refunded(PurchaseReversalNotice notice) {
        return store.transact(transaction -> reverse(transaction, notice, EntryKind.CREDIT_REFUND));
    }

    /**
     * Books that the payer's bank took money of a purchase back. The wallet gives what is available; what is missing, the user owes from now on.
     * Idempotent by the object and by the delivery.
     *
     * <p>First match wins: CONFLICT; the same object, purchase and amount: the first answer again; UNKNOWN_PURCHASE; CURRENCY_MISMATCH;
     * EXCEEDS_PURCHASE; charged back.
     */
    public PurchaseReversalResult chargedBack(PurchaseReversalNotice notice) {
        return store.transact(transaction -> reverse(transaction, notice, EntryKind.CHARGEBACK));
    }

    private PurchaseResult paid(LedgerTransaction transaction, PurchaseNotice notice) {
        var books = new LockedBooks(transaction, List.of(notice.user()), List.of(notice.id()), List.of(), time);
        var message = new Message(transaction, notice.source(), notice.delivery(), notice.content(), notice.id());
        if (message.contradicts()) {
            return new PurchaseResult.Declined(PurchaseResult.Reason.CONFLICT, message.contradiction());
        }
        var credit = new CreditRequest(notice.id(), notice.user(), notice.amount(), notice.memo(), notice.subject());
        var result = new Decisions(books).credit(credit, notice.fingerprint());
        if (result instanceof CreditResult.Declined declined) {
            return declined.reason() == CreditResult.Reason.CONFLICT
                    ? new PurchaseResult.Declined(
                            PurchaseResult.Reason.CONFLICT, Sentences.conflict("purchase", notice.id()))
                    : new PurchaseResult.Declined(PurchaseResult.Reason.CURRENCY_MISMATCH, declined.message());
        }
        message.note(books);
        books.write();
        var credited = (CreditResult.Credited) result;
        return new PurchaseResult.Paid(credited.transfer(), credited.answer());
    }

    private PurchaseReversalResult reverse(
            LedgerTransaction transaction, PurchaseReversalNotice notice, EntryKind kind) {
        var id = notice.id(kind);
        // What an entry says never changes, so it can be read before anything is locked.
        var purchase = transaction
                .entry(notice.original())
                .filter(entry -> entry.kind() == EntryKind.CREDIT)
                .orElse(null);
        var after = purchase == null ? null : purchase.after();
        var books = new LockedBooks(
                transaction, after == null ? List.of() : List.of(after.owner()), List.of(id), List.of(), time);
        var message = new Message(transaction, notice.source(), notice.delivery(), notice.content(), id);
        if (message.contradicts()) {
            return declined(PurchaseReversalResult.Reason.CONFLICT, message.contradiction());
        }
        var before = books.known(id).orElse(null);
        if (before != null) {
            if (!before.answers(notice.fingerprint(kind))) {
                return declined(PurchaseReversalResult.Reason.CONFLICT, Sentences.conflict("refund or chargeback", id));
            }
            message.note(books);
            books.write();
            return reversed(before, Answer.REPEATED);
        }
        if (purchase == null || after == null) {
            return declined(
                    PurchaseReversalResult.Reason.UNKNOWN_PURCHASE,
                    "No purchase " + notice.original() + " is booked; if it is still to come, repeat this afterwards.");
        }
        var currency = purchase.amount().currency();
        if (!currency.equals(notice.amount().currency())) {
            return declined(
                    PurchaseReversalResult.Reason.CURRENCY_MISMATCH,
                    "The purchase " + purchase.id() + " was in " + currency.getCurrencyCode()
                            + "; it cannot be asked for " + notice.amount() + ".");
        }
        books.readReversals(List.of(purchase.id()));
        var remaining = books.reversal(purchase).remaining();
        if (remaining.isLessThan(notice.amount())) {
            return declined(
                    PurchaseReversalResult.Reason.EXCEEDS_PURCHASE,
                    notice.amount() + " is to go back and " + remaining + " is left of the purchase " + purchase.id()
                            + " over " + purchase.amount() + ".");
        }
        var wallet = books.required(after.owner());
        if (kind == EntryKind.CREDIT_REFUND && wallet.available().isLessThan(notice.amount())) {
            return declined(
                    PurchaseReversalResult.Reason.INSUFFICIENT_FUNDS,
                    Sentences.insufficient(notice.amount().toString(), wallet.available(), after.owner()));
        }
        var taken = wallet.available().min(notice.amount());
        var outside = AccountId.outside(currency);
        wallet.take(taken);
        books.reverse(purchase, notice.amount());
        var entry = books.book(new Draft(id, kind, notice.subject(), notice.fingerprint(kind))
                .memo(notice.memo())
                .countsFrom(purchase.valueAt())
                .reverses(purchase.id())
                .of(wallet)
                .move(wallet.id(), outside, taken)
                .move(
                        AccountId.receivable(after.owner(), currency),
                        outside,
                        notice.amount().minus(taken)));
        message.note(books);
        books.write();
        return reversed(entry, Answer.FIRST);
    }

    private static PurchaseReversalResult reversed(JournalEntry entry, Answer answer) {
        Money owed = entry.amountFrom(AccountId.Kind.RECEIVABLE);
        return new PurchaseReversalResult.Reversed(
                entry.transfer(), entry.amount().minus(owed), owed, answer);
    }

    private static PurchaseReversalResult declined(PurchaseReversalResult.Reason reason, String message) {
        return new PurchaseReversalResult.Declined(reason, message);
    }

    /** One message from outside, compared with what is noted of it. Its wallet is locked, or the race is for its id. */
    private static final class Message {

        private final String id;
        private final Fingerprint content;
        private final TransferId transfer;
        private final boolean known;
        private final boolean contradicts;

        Message(LedgerReader books, String source, String delivery, Fingerprint content, TransferId transfer) {
            this.id = source + "/" + delivery;
            this.content = content;
            this.transfer = transfer;
            var noted = books.delivery(id);
            this.known = noted.isPresent();
            this.contradicts = noted.filter(before -> !before.content().equals(content)
                            || !before.transfer().equals(transfer))
                    .isPresent();
        }

        boolean contradicts() {
            return contradicts;
        }

        String contradiction() {
            return "The delivery " + id
                    + " came before with other content; nothing was done. Look whether its sender is who it says.";
        }

        void note(LockedBooks books) {
            if (!known) {
                books.receive(new Delivery(id, content, transfer, books.now()));
            }
        }
    }
}
