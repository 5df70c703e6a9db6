package dev.livemeter.billing;

import dev.livemeter.wallet.Transfer;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Everything that one set of books can do, in one place: what is held and charged, paid in and given back, earned and paid out, owed, and proven. It
 * keeps nothing itself. Thread-safe.
 */
public final class Billing {

    private final LedgerStore store;
    private final InstantSource time;
    private final Consumer<Transfer> paidIn;

    private Billing(LedgerStore store, InstantSource time, Consumer<Transfer> paidIn) {
        this.store = store;
        this.time = time;
        this.paidIn = paidIn;
    }

    /**
     * The billing on those books.
     *
     * @param time wall time, for the dates of entries and the expiry of holds; used to the microsecond
     */
    public static Billing on(LedgerStore store, InstantSource time) {
        return new Billing(store, time, transfer -> {});
    }

    /**
     * The same, telling somebody of each purchase once, after it was booked: {@code live.wallets()::announce}, so that a stream that was about to
     * end goes on.
     */
    public Billing telling(Consumer<Transfer> whoIsTold) {
        return new Billing(store, time, whoIsTold);
    }

    /** Prepaid money: credits, holds, captures, debits. */
    public LedgerWallet wallet() {
        return new LedgerWallet(store, time);
    }

    /** The books, to read and to prove. */
    public Ledger ledger() {
        return new Ledger(store);
    }

    /** What came into wallets and went out of them, for their owners. */
    public Statements statements() {
        return new Statements(store);
    }

    /** The books as files. */
    public LedgerExport export() {
        return new LedgerExport(store);
    }

    /** What shops and payment providers report. */
    public Purchases purchases() {
        return new Purchases(store, time, paidIn);
    }

    /** Minutes that are sold and granted in bundles. */
    public Bundles bundles() {
        return new Bundles(store, time);
    }

    /** Charges given back. */
    public Refunds refunds() {
        return new Refunds(store, time);
    }

    /** What payees have. */
    public Earnings earnings() {
        return new Earnings(store);
    }

    /** What payees get. */
    public Payouts payouts() {
        return new Payouts(store, time);
    }

    /** What users owe. */
    public Receivables receivables() {
        return new Receivables(store, time);
    }
}
