package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A wallet while a unit of work has it locked: what it would come to. Holds whose time is over are counted out from the start; that
 * they are is written only together with something else, for a declined request changes nothing.
 */
final class LockedWallet {

    /** The end of time for holds; a {@code Duration} can be longer than what databases call a date. */
    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private final WalletAccount before;
    private final Map<HoldId, BookedHold> placed = new LinkedHashMap<>();
    private final Map<HoldId, BookedHold> changed = new LinkedHashMap<>();
    private Money posted;
    private Money held;
    private boolean touched;

    /**
     * @param due the holds of the wallet that are stored as open and past their time
     */
    LockedWallet(WalletAccount account, List<BookedHold> due) {
        this.before = account;
        this.posted = account.posted();
        this.held = account.held();
        for (var hold : due) {
            release(hold, Hold.State.EXPIRED);
        }
        touched = false;
    }

    AccountId id() {
        return before.id();
    }

    Money posted() {
        return posted;
    }

    Money available() {
        return posted.minus(held);
    }

    WalletBalance balance() {
        return new WalletBalance(before.owner(), posted, held);
    }

    void add(Money amount) {
        posted = posted.plus(amount);
        touched = true;
    }

    void take(Money amount) {
        posted = posted.minus(amount);
        touched = true;
    }

    BookedHold place(HoldRequest request, Money amount, Instant now) {
        held = held.plus(amount);
        var hold = new Hold(
                request.id(),
                request.owner(),
                amount,
                Money.zero(amount.currency()),
                Hold.State.OPEN,
                expiry(now, request.expiresIn()));
        var booked = new BookedHold(hold, Fingerprint.of(request));
        placed.put(hold.id(), booked);
        touched = true;
        return booked;
    }

    /**
     * Adds to an open hold. Its end is moved only where less than half of the time that is asked for is left of it: a row whose end stays is found under
     * the same index entries.
     */
    BookedHold raise(BookedHold open, HoldRequest request, Money amount, Instant now) {
        held = held.plus(amount);
        var ends = open.hold().expiresAt();
        var isLongEnough = !expiry(now, request.expiresIn().dividedBy(2)).isAfter(ends);
        return change(open.raised(amount, isLongEnough ? ends : expiry(now, request.expiresIn())));
    }

    /** Takes money from a hold; the rest of the hold stays or goes. */
    BookedHold capture(BookedHold from, Money amount, boolean keepsRemainder) {
        var captured = from.hold().captured().plus(amount);
        var rest = from.hold().remaining().minus(amount);
        var over = rest.isZero() || !keepsRemainder;
        posted = posted.minus(amount);
        held = held.minus(over ? amount.plus(rest) : amount);
        return change(from.moved(over ? Hold.State.CAPTURED : Hold.State.OPEN, captured));
    }

    /** Gives back what remains of an open hold. */
    BookedHold giveBack(BookedHold hold) {
        return release(hold, hold.hold().captured().isPositive() ? Hold.State.CAPTURED : Hold.State.VOIDED);
    }

    /** Whether there is anything to write; expired holds alone are nothing. */
    boolean isTouched() {
        return touched;
    }

    /** Whether holds are to be written down as expired. */
    boolean hasExpired() {
        return changed.values().stream().anyMatch(booked -> booked.hold().state() == Hold.State.EXPIRED);
    }

    void touch() {
        touched = true;
    }

    WalletAccount account() {
        return new WalletAccount(before.owner(), posted, held);
    }

    Collection<BookedHold> placed() {
        return placed.values();
    }

    Collection<BookedHold> changed() {
        return changed.values();
    }

    private BookedHold release(BookedHold hold, Hold.State state) {
        held = held.minus(hold.hold().remaining());
        return change(hold.moved(state, hold.hold().captured()));
    }

    private BookedHold change(BookedHold hold) {
        // A hold that this unit placed itself is written once, as it stands at the end.
        (placed.containsKey(hold.hold().id()) ? placed : changed)
                .put(hold.hold().id(), hold);
        touched = true;
        return hold;
    }

    private static Instant expiry(Instant now, Duration in) {
        // Not Duration.between: it counts in nanoseconds first, of which there are too many until then, and the
        // exception inside costs more than all
        // that is decided here.
        if (in.toSeconds() > NEVER.getEpochSecond() - now.getEpochSecond()) {
            return NEVER;
        }
        var ends = now.plus(in);
        return ends.isAfter(NEVER) ? NEVER : ends;
    }
}
