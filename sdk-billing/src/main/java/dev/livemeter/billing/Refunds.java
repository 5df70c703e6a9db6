package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives back to wallets what was charged: one charge, or a whole session. Each refund takes back the split of its charge; what a payee does not
 * have any more becomes a claim of the operator. Thread-safe; every call is one transaction and idempotent by its id.
 */
public final class Refunds {

    private final LedgerStore store;
    private final InstantSource time;

    /**
     * Refunds on those books.
     *
     * @param time wall time, for the dates of entries; used to the microsecond
     */
    public Refunds(LedgerStore store, InstantSource time) {
        this.store = store;
        this.time = time;
    }

    /**
     * Gives back a capture or a debit, wholly or in part.
     *
     * <p>First match wins: the same id and content: the first transfer again; CONFLICT; UNKNOWN_TRANSFER; NOT_REFUNDABLE;
     * CURRENCY_MISMATCH; EXCEEDS_ORIGINAL; refunded.
     */
    public RefundResult refund(RefundRequest request) {
        return store.transact(transaction -> refund(transaction, request));
    }

    /**
     * Gives back what a session was charged, wholly or in part, the newest charges first: what is given back is the end of the stream.
     *
     * <p>First match wins: the same id and content: the first transfers again; CONFLICT; NOTHING_CHARGED; CURRENCY_MISMATCH;
     * EXCEEDS_CHARGES; refunded.
     */
    public SessionRefundResult refundSession(SessionRefundRequest request) {
        return store.transact(transaction -> refundSession(transaction, request));
    }

    /** What a capture or debit took and what is left of it; empty where there is none of that id. */
    public Optional<Refundable> refundable(TransferId original) {
        return store.read(
                books -> refundable(books, books.entry(original).stream().toList()));
    }

    /** What a session was charged and what is left of that; empty where nothing was. */
    public Optional<Refundable> refundable(SessionId session) {
        return store.read(books -> refundable(books, all(books, new Subject("session/" + session))));
    }

    private static Optional<Refundable> refundable(LedgerReader books, List<JournalEntry> entries) {
        var charges = entries.stream().filter(TakeBack::isRefundable).toList();
        var owner = charges.stream().flatMap(charge -> owner(charge).stream()).findFirst();
        return owner.map(payer -> {
            var nothing = Money.zero(charges.get(0).amount().currency());
            var ids = charges.stream().map(JournalEntry::id).toList();
            return new Refundable(
                    payer,
                    charges.stream().map(JournalEntry::amount).reduce(nothing, Money::plus),
                    books.reversals(ids).values().stream()
                            .map(Reversal::reversed)
                            .reduce(nothing, Money::plus));
        });
    }

    private RefundResult refund(LedgerTransaction transaction, RefundRequest request) {
        // What an entry says never changes, so it can be read before anything is locked.
        var original = transaction.entry(request.original());
        var books =
                locked(transaction, original.flatMap(Refunds::owner).stream().toList(), List.of(request.id()));
        var before = books.known(request.id()).orElse(null);
        if (before != null) {
            return before.answers(Fingerprint.of(request))
                    ? new RefundResult.Refunded(before.transfer(), Answer.REPEATED)
                    : declined(RefundResult.Reason.CONFLICT, Sentences.conflict("transfer", request.id()));
        }
        if (original.isEmpty()) {
            return declined(RefundResult.Reason.UNKNOWN_TRANSFER, "There is no transfer " + request.original() + ".");
        }
        var entry = original.get();
        if (!TakeBack.isRefundable(entry)) {
            return declined(
                    RefundResult.Reason.NOT_REFUNDABLE,
                    "The transfer " + entry.id() + " is a " + entry.kind()
                            + "; only what was captured or debited can be given back to the wallet.");
        }
        var amount = entry.amount();
        if (!amount.currency().equals(request.amount().currency())) {
            return declined(
                    RefundResult.Reason.CURRENCY_MISMATCH,
                    "The transfer " + entry.id() + " was in "
                            + amount.currency().getCurrencyCode() + "; it cannot be asked for " + request.amount()
                            + ".");
        }
        var takeBack = new TakeBack(books, List.of(entry));
        var remaining = takeBack.remaining(entry);
        if (remaining.isLessThan(request.amount())) {
            return declined(
                    RefundResult.Reason.EXCEEDS_ORIGINAL,
                    "A refund of " + request.amount() + " was asked for and " + remaining + " is left of the transfer "
                            + entry.id() + " over " + amount + ".");
        }
        var refund = takeBack.book(request.id(), entry, request.amount(), request.memo(), Fingerprint.of(request));
        books.write();
        return new RefundResult.Refunded(refund.transfer(), Answer.FIRST);
    }

    private SessionRefundResult refundSession(LedgerTransaction transaction, SessionRefundRequest request) {
        var fingerprint = request.fingerprint();
        var subject = new Subject("session/" + request.session());
        var charges = all(transaction, subject).stream()
                .filter(TakeBack::isRefundable)
                .toList();
        var owners = charges.stream().flatMap(charge -> owner(charge).stream()).collect(Collectors.toSet());
        var ids = IntStream.rangeClosed(1, Math.max(charges.size(), 1))
                .mapToObj(request::part)
                .toList();
        var books = locked(transaction, List.copyOf(owners), ids);
        var before = ids.stream().flatMap(id -> books.known(id).stream()).toList();
        if (!before.isEmpty()) {
            return before.stream().allMatch(entry -> entry.answers(fingerprint))
                    ? new SessionRefundResult.Refunded(parts(transaction, request))
                    : declined(SessionRefundResult.Reason.CONFLICT, Sentences.conflict("refund", request.id()));
        }
        if (charges.isEmpty()) {
            return declined(
                    SessionRefundResult.Reason.NOTHING_CHARGED,
                    "Nothing was charged for the session " + request.session() + ".");
        }
        var currency = charges.get(0).amount().currency();
        if (!currency.equals(request.amount().currency())) {
            return declined(
                    SessionRefundResult.Reason.CURRENCY_MISMATCH,
                    Sentences.mismatch(
                            "wallet that paid for the session " + request.session(),
                            charges.get(0).amount(),
                            request.amount()));
        }
        var takeBack = new TakeBack(books, charges);
        var left = charges.stream().map(takeBack::remaining).reduce(Money.zero(currency), Money::plus);
        if (left.isLessThan(request.amount())) {
            return declined(
                    SessionRefundResult.Reason.EXCEEDS_CHARGES,
                    "A refund of " + request.amount() + " was asked for and " + left + " is left of what the session "
                            + request.session() + " was charged.");
        }
        var transfers = new ArrayList<JournalEntry>();
        var due = request.amount();
        for (var charge : charges) {
            var amount = due.min(takeBack.remaining(charge));
            if (amount.isPositive()) {
                var id = request.part(transfers.size() + 1);
                transfers.add(takeBack.book(id, charge, amount, request.memo(), fingerprint));
                due = due.minus(amount);
            }
        }
        books.write();
        return new SessionRefundResult.Refunded(
                transfers.stream().map(JournalEntry::transfer).toList());
    }

    /** The entries of one session refund, by their numbers. */
    private static List<Transfer> parts(LedgerReader books, SessionRefundRequest request) {
        var transfers = new ArrayList<Transfer>();
        for (var entry = books.entry(request.part(1));
                entry.isPresent();
                entry = books.entry(request.part(transfers.size() + 1))) {
            transfers.add(entry.get().transfer());
        }
        return transfers;
    }

    /** All entries about a subject, the newest first. */
    static List<JournalEntry> all(LedgerReader books, Subject subject) {
        var all = new ArrayList<JournalEntry>();
        @Nullable TransferId last = null;
        while (true) {
            var page = books.entriesAbout(subject, Ledger.MOST_ENTRIES, last);
            all.addAll(page);
            if (page.size() < Ledger.MOST_ENTRIES) {
                return all;
            }
            last = page.get(page.size() - 1).id();
        }
    }

    private static Optional<UserId> owner(JournalEntry entry) {
        return Optional.ofNullable(entry.after()).map(after -> after.owner());
    }

    private LockedBooks locked(LedgerTransaction transaction, List<UserId> owners, List<TransferId> ids) {
        return new LockedBooks(transaction, owners, ids, List.of(), time);
    }

    private static RefundResult declined(RefundResult.Reason reason, String message) {
        return new RefundResult.Declined(reason, message);
    }

    private static SessionRefundResult declined(SessionRefundResult.Reason reason, String message) {
        return new SessionRefundResult.Declined(reason, message);
    }
}
