package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.Wallet;
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
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.InstantSource;
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
    private final Refunds refunds;

    /**
     * @param time wall time, for the dates of entries and the expiry of holds; used to the microsecond
     */
    public LedgerWallet(LedgerStore store, InstantSource time) {
        this.store = store;
        this.time = time;
        this.refunds = new Refunds(store, time);
    }

    /** The books of this wallet, to read and to prove. */
    public Ledger ledger() {
        return new Ledger(store);
    }

    @Override
    public Optional<WalletBalance> balance(UserId owner) {
        return store.read(books -> books.wallet(owner)
                .map(account ->
                        new LockedWallet(account, books.dueHolds(List.of(owner), LockedBooks.now(time))).balance()));
    }

    @Override
    public CreditResult credit(CreditRequest request) {
        return store.transact(transaction -> {
            var books = locked(transaction, request.owner(), List.of(request.id()), List.of());
            var result = new Decisions(books).credit(request);
            books.write();
            return result;
        });
    }

    @Override
    public HoldResult hold(HoldRequest request) {
        return store.transact(transaction -> {
            var books = locked(transaction, request.owner(), List.of(), List.of(request.id()));
            var result = new Decisions(books).hold(request);
            books.write();
            return result;
        });
    }

    @Override
    public Optional<Hold> find(HoldId id) {
        return store.read(books ->
                books.hold(id).map(hold -> hold.asOf(LockedBooks.now(time)).hold()));
    }

    @Override
    public CaptureResult capture(CaptureRequest request) {
        return store.transact(transaction -> {
            var books = lockedByHold(transaction, request.hold(), List.of(request.id()));
            var result = new Decisions(books).capture(request);
            books.write();
            return result;
        });
    }

    @Override
    public Optional<Hold> voidHold(HoldId id) {
        return store.transact(transaction -> {
            var books = lockedByHold(transaction, id, List.of());
            var result = new Decisions(books).voidHold(id);
            books.write();
            return result;
        });
    }

    @Override
    public DebitResult debit(DebitRequest request) {
        return store.transact(transaction -> {
            var books = locked(transaction, request.owner(), List.of(request.id()), List.of());
            var result = new Decisions(books).debit(request);
            books.write();
            return result;
        });
    }

    @Override
    public RefundResult refund(RefundRequest request) {
        return refunds.refund(request);
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
        var owners = store.read(books -> books.ownersOfDueHolds(LockedBooks.now(time), mostWallets));
        for (var owner : owners) {
            store.transact(transaction -> {
                locked(transaction, owner, List.of(), List.of()).writeExpired();
                return owner;
            });
        }
        return owners.size();
    }

    private LockedBooks locked(
            LedgerTransaction transaction, UserId owner, List<TransferId> transfers, List<HoldId> holds) {
        return new LockedBooks(transaction, List.of(owner), transfers, holds, time);
    }

    private LockedBooks lockedByHold(LedgerTransaction transaction, HoldId hold, List<TransferId> transfers) {
        // The owner of a hold never changes, so it can be read before anything is locked. A hold that is not there now
        // is not asked for
        // again: it could have come meanwhile, and its wallet would not be locked.
        return transaction
                .hold(hold)
                .map(booked ->
                        new LockedBooks(transaction, List.of(booked.hold().owner()), transfers, List.of(hold), time))
                .orElseGet(() -> new LockedBooks(transaction, List.of(), transfers, List.of(), time));
    }
}
