package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/**
 * The wallet that comes with Livemeter: two-phase transfers over double-entry books. A credit is booked from the outside world to the
 * wallet, a capture from the wallet to the operator's revenue; a hold books nothing, it only reserves. Thread-safe.
 *
 * <p>Key and effect of a request are written in one transaction, with the wallet's row locked first. Two calls for one wallet
 * therefore take their turns, and two under one id book once.
 */
public final class LedgerWallet implements Wallet {

    private final LedgerStore store;
    private final InstantSource time;

    /**
     * @param time wall time, for the dates of entries and the expiry of holds; used to the microsecond
     */
    public LedgerWallet(LedgerStore store, InstantSource time) {
        this.store = store;
        this.time = time;
    }

    /** The books of this wallet, to read and to prove. */
    public Ledger ledger() {
        return new Ledger(store);
    }

    @Override
    public Optional<WalletBalance> balance(UserId owner) {
        return store.read(books -> books.wallet(owner).map(account -> {
            var now = now();
            return new LockedWallet(account, books.dueHolds(List.of(owner), now), now).balance();
        }));
    }

    @Override
    public CreditResult credit(CreditRequest request) {
        return store.transact(books -> {
            var account = books.lock(request.owner());
            var known = books.entry(request.id());
            if (known.isPresent()) {
                return known.get().answers(Fingerprint.of(request))
                        ? new CreditResult.Credited(known.get().transfer())
                        : declined(CreditResult.Reason.CONFLICT, conflict("transfer", request.id()));
            }
            var currency = request.amount().currency();
            if (account.isPresent() && !account.get().currency().equals(currency)) {
                return declined(
                        CreditResult.Reason.CURRENCY_MISMATCH,
                        mismatch("wallet of " + request.owner(), account.get().posted(), request.amount()));
            }
            var wallet = locked(books, account.orElseGet(() -> open(books, request.owner(), currency)));
            var entry = wallet.credit(request);
            wallet.writeTo(books);
            return new CreditResult.Credited(entry.transfer());
        });
    }

    @Override
    public HoldResult hold(HoldRequest request) {
        return store.transact(books -> {
            var account = books.lock(request.owner());
            var known = books.hold(request.id());
            if (known.isPresent()) {
                return known.get().fingerprint().equals(Fingerprint.of(request))
                        ? new HoldResult.Placed(known.get().asOf(now()))
                        : declined(HoldResult.Reason.CONFLICT, conflict("hold", request.id()));
            }
            if (account.isEmpty()) {
                return declined(
                        HoldResult.Reason.NO_WALLET,
                        "There is no wallet of " + request.owner() + "; the first credit opens it.");
            }
            if (!account.get().currency().equals(request.atLeast().currency())) {
                return declined(
                        HoldResult.Reason.CURRENCY_MISMATCH,
                        mismatch("wallet of " + request.owner(), account.get().posted(), request.atLeast()));
            }
            var wallet = locked(books, account.get());
            if (wallet.available().isLessThan(request.atLeast())) {
                return declined(
                        HoldResult.Reason.INSUFFICIENT_FUNDS,
                        "At least " + request.atLeast() + " is needed and " + wallet.available()
                                + " is available in the wallet of " + request.owner() + ".");
            }
            var placed = wallet.place(request, request.atMost().min(wallet.available()));
            wallet.writeTo(books);
            return new HoldResult.Placed(placed.hold());
        });
    }

    @Override
    public Optional<Hold> find(HoldId id) {
        return store.read(books -> books.hold(id).map(hold -> hold.asOf(now())));
    }

    @Override
    public CaptureResult capture(CaptureRequest request) {
        return store.transact(books -> {
            // The owner of a hold never changes, so it can be read before anything is locked.
            var owner = books.hold(request.hold()).map(hold -> hold.hold().owner());
            var account = owner.flatMap(books::lock);
            var known = books.entry(request.id());
            if (known.isPresent()) {
                return known.get().answers(Fingerprint.of(request))
                        ? new CaptureResult.Captured(known.get().transfer())
                        : declined(CaptureResult.Reason.CONFLICT, conflict("transfer", request.id()));
            }
            if (account.isEmpty()) {
                return declined(CaptureResult.Reason.UNKNOWN_HOLD, "There is no hold " + request.hold() + ".");
            }
            var wallet = locked(books, account.get());
            var booked = books.hold(request.hold()).orElseThrow();
            var hold = booked.asOf(wallet.now());
            if (!hold.amount().currency().equals(request.amount().currency())) {
                return declined(
                        CaptureResult.Reason.CURRENCY_MISMATCH,
                        mismatch("hold " + hold.id(), hold.amount(), request.amount()));
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
            var entry = wallet.capture(request, booked);
            wallet.writeTo(books);
            return new CaptureResult.Captured(entry.transfer());
        });
    }

    @Override
    public Optional<Hold> voidHold(HoldId id) {
        return store.transact(books -> {
            var owner = books.hold(id).map(hold -> hold.hold().owner());
            return owner.flatMap(books::lock).map(account -> {
                var wallet = locked(books, account);
                var booked = books.hold(id).orElseThrow();
                var hold = booked.asOf(wallet.now());
                if (hold.state() != Hold.State.OPEN) {
                    return hold;
                }
                var released = wallet.giveBack(booked);
                wallet.writeTo(books);
                return released.hold();
            });
        });
    }

    /**
     * Writes down that holds have expired. Nothing waits for this: an expired hold reserves nothing from its moment on, and the next
     * change of its wallet writes it down anyway. It only keeps the rows of wallets that nobody uses tidy. Idempotent.
     *
     * @param mostWallets at most so many wallets in this call, each in a transaction of its own
     * @return how many wallets had something to write down; if as many as asked for, there may be more
     */
    public int sweepExpired(int mostWallets) {
        if (mostWallets < 1) {
            throw new LivemeterException(
                    "ledger.malformed_limit",
                    "A sweep of at most " + mostWallets + " wallets was asked for; expected 1 or more.");
        }
        var owners = store.read(books -> books.ownersOfDueHolds(now(), mostWallets));
        for (var owner : owners) {
            store.transact(books -> {
                books.lock(owner).ifPresent(account -> locked(books, account).writeTo(books));
                return owner;
            });
        }
        return owners.size();
    }

    private static WalletAccount open(LedgerTransaction books, UserId owner, Currency currency) {
        books.open(new Account(AccountId.outside(currency), currency));
        books.open(new Account(AccountId.revenue(currency), currency));
        return books.openWallet(owner, currency);
    }

    private LockedWallet locked(LedgerTransaction books, WalletAccount account) {
        // The clock is read after the lock was had: entries of a wallet stand in the order of their dates.
        var now = now();
        return new LockedWallet(account, books.dueHolds(List.of(account.owner()), now), now);
    }

    private Instant now() {
        // What a store gives back must equal what was answered, and databases keep microseconds.
        return time.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static String conflict(String what, Object id) {
        return "The id " + id + " stands for another " + what + " already; nothing was done. Give each " + what
                + " an id of its own.";
    }

    private static String mismatch(String what, Money kept, Money asked) {
        return "The " + what + " is kept in " + kept.currency().getCurrencyCode() + "; it cannot be asked for " + asked
                + ".";
    }

    private static CreditResult declined(CreditResult.Reason reason, String message) {
        return new CreditResult.Declined(reason, message);
    }

    private static HoldResult declined(HoldResult.Reason reason, String message) {
        return new HoldResult.Declined(reason, message);
    }

    private static CaptureResult declined(CaptureResult.Reason reason, String message) {
        return new CaptureResult.Declined(reason, message);
    }
}
