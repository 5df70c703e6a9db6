package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What requests to a wallet come to. Every rule of taking and holding money is decided here, for one request as for a thousand in one unit of
 * work, each on what those before it left.
 */
final class Decisions {

    private final LockedBooks books;

    Decisions(LockedBooks books) {
        this.books = books;
    }

    CreditResult credit(CreditRequest request) {
        return credit(request, Fingerprint.of(request));
    }

    /** A credit whose repeats are told by something else than all of the request. */
    CreditResult credit(CreditRequest request, Fingerprint fingerprint) {
        var before = books.known(request.id()).orElse(null);
        if (before != null) {
            return before.answers(fingerprint)
                    ? new CreditResult.Credited(before.transfer(), Answer.REPEATED)
                    : new CreditResult.Declined(
                            CreditResult.Reason.CONFLICT, Sentences.conflict("transfer", request.id()));
        }
        var currency = request.amount().currency();
        var wallet = books.wallet(request.owner());
        if (wallet != null && !wallet.posted().currency().equals(currency)) {
            return new CreditResult.Declined(
                    CreditResult.Reason.CURRENCY_MISMATCH,
                    Sentences.mismatch("wallet of " + request.owner(), wallet.posted(), request.amount()));
        }
        if (wallet == null) {
            wallet = books.open(request.owner(), currency);
        }
        wallet.add(request.amount());
        var entry = books.book(new Draft(request.id(), EntryKind.CREDIT, request.subject(), fingerprint)
                .memo(request.memo())
                .of(wallet)
                .move(AccountId.outside(currency), wallet.id(), request.amount()));
        return new CreditResult.Credited(entry.transfer(), Answer.FIRST);
    }

    HoldResult hold(HoldRequest request) {
        var before = books.hold(request.id()).orElse(null);
        if (before != null) {
            return before.fingerprint().equals(Fingerprint.of(request))
                    ? new HoldResult.Placed(before.asOf(books.now()).hold())
                    : declined(HoldResult.Reason.CONFLICT, Sentences.conflict("hold", request.id()));
        }
        var wallet = books.wallet(request.owner());
        if (wallet == null) {
            return declined(HoldResult.Reason.NO_WALLET, Sentences.noWallet(request.owner()));
        }
        if (!wallet.posted().currency().equals(request.atLeast().currency())) {
            return declined(
                    HoldResult.Reason.CURRENCY_MISMATCH,
                    Sentences.mismatch("wallet of " + request.owner(), wallet.posted(), request.atLeast()));
        }
        if (wallet.available().isLessThan(request.atLeast())) {
            return declined(
                    HoldResult.Reason.INSUFFICIENT_FUNDS,
                    Sentences.insufficient("At least " + request.atLeast(), wallet.available(), request.owner()));
        }
        var placed = wallet.place(request, request.atMost().min(wallet.available()), books.now());
        books.note(placed);
        return new HoldResult.Placed(placed.hold());
    }

    /** As {@link #hold}, added to a hold of the same owner where that is open still. */
    HoldResult hold(HoldRequest request, @Nullable HoldId raised) {
        var booked = raised == null ? null : books.hold(raised).orElse(null);
        var wallet = books.wallet(request.owner());
        var isKnown = books.hold(request.id()).isPresent();
        if (booked == null || wallet == null || isKnown || !isOpenFor(request, booked)) {
            return hold(request);
        }
        if (wallet.available().isLessThan(request.atLeast())) {
            return declined(
                    HoldResult.Reason.INSUFFICIENT_FUNDS,
                    Sentences.insufficient("At least " + request.atLeast(), wallet.available(), request.owner()));
        }
        var amount = request.atMost().min(wallet.available());
        var after = wallet.raise(booked, request, amount, books.now());
        books.note(after);
        return new HoldResult.Placed(after.hold(), amount);
    }

    private boolean isOpenFor(HoldRequest request, BookedHold booked) {
        var hold = booked.asOf(books.now()).hold();
        return hold.state() == Hold.State.OPEN
                && hold.owner().equals(request.owner())
                && hold.amount().currency().equals(request.atLeast().currency());
    }

    CaptureResult capture(CaptureRequest request) {
        var before = books.known(request.id()).orElse(null);
        if (before != null) {
            return before.answers(Fingerprint.of(request))
                    ? new CaptureResult.Captured(before.transfer())
                    : declined(CaptureResult.Reason.CONFLICT, Sentences.conflict("transfer", request.id()));
        }
        var booked = books.hold(request.hold()).orElse(null);
        if (booked == null) {
            return declined(CaptureResult.Reason.UNKNOWN_HOLD, "There is no hold " + request.hold() + ".");
        }
        var hold = booked.asOf(books.now()).hold();
        if (!hold.amount().currency().equals(request.amount().currency())) {
            return declined(
                    CaptureResult.Reason.CURRENCY_MISMATCH,
                    Sentences.mismatch("hold " + hold.id(), hold.amount(), request.amount()));
        }
        if (hold.state() != Hold.State.OPEN) {
            return declined(
                    CaptureResult.Reason.HOLD_NOT_OPEN,
                    "The hold " + hold.id() + " is not open; it is " + hold.state() + ".");
        }
        if (hold.remaining().isLessThan(request.amount())) {
            return declined(
                    CaptureResult.Reason.EXCEEDS_HOLD,
                    "A capture of " + request.amount() + " was asked for and " + hold.remaining()
                            + " remains of the hold " + hold.id() + ".");
        }
        var wallet = books.required(hold.owner());
        books.note(wallet.capture(booked, request.amount(), request.remainder() == CaptureRequest.Remainder.KEEP));
        var draft = new Draft(request.id(), EntryKind.CAPTURE, request.subject(), Fingerprint.of(request))
                .from(hold.id())
                .of(wallet);
        return new CaptureResult.Captured(books.book(split(draft, wallet, request.amount(), request.allotment()))
                .transfer());
    }

    DebitResult debit(DebitRequest request) {
        var before = books.known(request.id()).orElse(null);
        if (before != null) {
            return before.answers(Fingerprint.of(request))
                    ? new DebitResult.Debited(before.transfer(), Answer.REPEATED)
                    : declined(DebitResult.Reason.CONFLICT, Sentences.conflict("transfer", request.id()));
        }
        var wallet = books.wallet(request.owner());
        if (wallet == null) {
            return declined(DebitResult.Reason.NO_WALLET, Sentences.noWallet(request.owner()));
        }
        if (!wallet.posted().currency().equals(request.amount().currency())) {
            return declined(
                    DebitResult.Reason.CURRENCY_MISMATCH,
                    Sentences.mismatch("wallet of " + request.owner(), wallet.posted(), request.amount()));
        }
        if (wallet.available().isLessThan(request.amount())) {
            return declined(
                    DebitResult.Reason.INSUFFICIENT_FUNDS,
                    Sentences.insufficient(request.amount().toString(), wallet.available(), request.owner()));
        }
        wallet.take(request.amount());
        var draft = new Draft(request.id(), EntryKind.DEBIT, request.subject(), Fingerprint.of(request))
                .memo(request.memo())
                .of(wallet);
        return new DebitResult.Debited(
                books.book(split(draft, wallet, request.amount(), request.allotment()))
                        .transfer(),
                Answer.FIRST);
    }

    /** The hold as it stands afterwards; empty where there is none. */
    Optional<Hold> voidHold(HoldId id) {
        var booked = books.hold(id).orElse(null);
        if (booked == null) {
            return Optional.empty();
        }
        var hold = booked.asOf(books.now());
        if (hold.hold().state() == Hold.State.OPEN) {
            hold = books.required(hold.hold().owner()).giveBack(booked);
            books.note(hold);
        }
        return Optional.of(hold.hold());
    }

    /** The payee's part to the payee, the rest to the operator. */
    private static Draft split(Draft draft, LockedWallet wallet, Money amount, @Nullable Allotment allotment) {
        var revenue = AccountId.revenue(amount.currency());
        if (allotment == null) {
            return draft.move(wallet.id(), revenue, amount);
        }
        var earnings = AccountId.earnings(allotment.payee(), amount.currency());
        return draft.move(wallet.id(), earnings, allotment.amount())
                .move(wallet.id(), revenue, amount.minus(allotment.amount()));
    }

    private static HoldResult declined(HoldResult.Reason reason, String message) {
        return new HoldResult.Declined(reason, message);
    }

    private static CaptureResult declined(CaptureResult.Reason reason, String message) {
        return new CaptureResult.Declined(reason, message);
    }

    private static DebitResult declined(DebitResult.Reason reason, String message) {
        return new DebitResult.Declined(reason, message);
    }
}
