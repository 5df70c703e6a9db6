package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wallet while a unit of work has it locked: what it would come to, and the rows to write for it. Holds whose time is
 * over are counted out from the start; that they are is written only together with something else, for a declined request
 * changes nothing.
 */
final class LockedWallet {

    /** The end of time for holds; a {@code Duration} can be longer than what databases call a date. */
    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private final Instant now;
    private final List<BookedHold> placed = new ArrayList<>();
    private final List<BookedHold> changed = new ArrayList<>();
    private final List<JournalEntry> entries = new ArrayList<>();
    private Money posted;
    private Money held;
    private final WalletAccount before;

    /**
     * @param due the holds of the wallet that are stored as open and past their time
     */
    LockedWallet(WalletAccount account, List<BookedHold> due, Instant now) {
        this.before = account;
        this.now = now;
        this.posted = account.posted();
        this.held = account.held();
        for (var hold : due) {
            release(hold, Hold.State.EXPIRED);
        }
    }

    /** The moment at which this wallet is looked at. */
    Instant now() {
        return now;
    }

    WalletBalance balance() {
        return new WalletBalance(before.owner(), posted, held);
    }

    Money available() {
        return posted.minus(held);
    }

    JournalEntry credit(CreditRequest request) {
        var amount = request.amount();
        posted = posted.plus(amount);
        return book(
                request.id(),
                Transfer.Kind.CREDIT,
                request.memo(),
                Fingerprint.of(request),
                null,
                new Posting(AccountId.outside(amount.currency()), amount.negated()),
                new Posting(before.id(), amount));
    }

    BookedHold place(HoldRequest request, Money amount) {
        held = held.plus(amount);
        var hold = new Hold(
                request.id(),
                request.owner(),
                amount,
                Money.zero(amount.currency()),
                Hold.State.OPEN,
                expiry(request.expiresIn()));
        var booked = new BookedHold(hold, Fingerprint.of(request));
        placed.add(booked);
        return booked;
    }

    JournalEntry capture(CaptureRequest request, BookedHold from) {
        var amount = request.amount();
        var captured = from.hold().captured().plus(amount);
        var rest = from.hold().remaining().minus(amount);
        var over = rest.isZero() || request.remainder() == CaptureRequest.Remainder.VOID;
        posted = posted.minus(amount);
        held = held.minus(over ? amount.plus(rest) : amount);
        changed.add(from.moved(over ? Hold.State.CAPTURED : Hold.State.OPEN, captured));
        return book(
                request.id(),
                Transfer.Kind.CAPTURE,
                "",
                Fingerprint.of(request),
                from,
                new Posting(before.id(), amount.negated()),
                new Posting(AccountId.revenue(amount.currency()), amount));
    }

    /** Gives back what remains of an open hold. */
    BookedHold giveBack(BookedHold hold) {
        return release(hold, hold.hold().captured().isPositive() ? Hold.State.CAPTURED : Hold.State.VOIDED);
    }

    void writeTo(LedgerTransaction books) {
        // Holds first: an entry names the hold that it was captured from.
        books.save(List.of(new WalletAccount(before.owner(), posted, held)));
        books.place(placed);
        books.update(changed);
        books.append(entries);
    }

    private BookedHold release(BookedHold hold, Hold.State state) {
        held = held.minus(hold.hold().remaining());
        var released = hold.moved(state, hold.hold().captured());
        changed.add(released);
        return released;
    }

    private JournalEntry book(
            TransferId id,
            Transfer.Kind kind,
            String memo,
            Fingerprint fingerprint,
            @Nullable BookedHold from,
            Posting... postings) {
        var hold = from == null ? null : from.hold().id();
        var entry = new JournalEntry(id, kind, now, memo, fingerprint, hold, balance(), List.of(postings));
        entries.add(entry);
        return entry;
    }

    private Instant expiry(Duration in) {
        return in.compareTo(Duration.between(now, NEVER)) >= 0 ? NEVER : now.plus(in);
    }
}
