package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The books, to be read. Thread-safe; each answer comes from one consistent view. */
public final class Ledger {

    /** How many entries one page can have. */
    public static final int MOST_ENTRIES = 500;

    private final LedgerStore store;

    /** The books in that store. */
    public Ledger(LedgerStore store) {
        this.store = store;
    }

    /**
     * The entries that post to an account, the newest first. For the next page, give the id of the last entry.
     *
     * @param limit at most so many, 1 to {@value #MOST_ENTRIES}
     * @param before only those booked before that entry; null for the newest
     */
    public List<JournalEntry> entries(AccountId account, int limit, @Nullable TransferId before) {
        requireLimit(limit);
        return store.read(books -> books.entriesOf(account, limit, before));
    }

    /** As {@link #entries}, of the entries about a subject: the trace of a session, a purchase or a payout. */
    public List<JournalEntry> entriesAbout(Subject subject, int limit, @Nullable TransferId before) {
        requireLimit(limit);
        return store.read(books -> books.entriesAbout(subject, limit, before));
    }

    /** One entry. */
    public Optional<JournalEntry> find(TransferId id) {
        return store.read(books -> books.entry(id));
    }

    static void requireLimit(int limit) {
        if (limit < 1 || limit > MOST_ENTRIES) {
            throw new LivemeterException(
                    "ledger.malformed_limit",
                    "A page of " + limit + " entries was asked for; expected 1 to " + MOST_ENTRIES + ".");
        }
    }

    /**
     * Proves the books from their postings alone: every entry moves something, within one currency, so that each and the whole ledger sum to
     * zero; every balance, now and after each entry, is the sum of its postings; what is held is what remains of open holds; what was captured
     * from a hold is what its captures posted; what was reversed of an entry is what its reversals posted, and no more than the whole; no
     * wallet, no earnings and nothing on its way to a payee is below zero. Reads everything once, so its time grows with the books; memory grows with accounts, holds and
     * reversals.
     */
    public LedgerReport verify() {
        return store.read(books -> {
            var proof = new Proof();
            books.eachReversal(proof::reversal);
            books.eachEntry(proof::entry);
            books.eachHold(proof::hold);
            books.eachWallet(proof::wallet);
            books.eachBalance(proof::balance);
            return proof.report();
        });
    }

    /**
     * Where what is kept is not what the postings come to: balances of wallets, earnings and receivables, what is held, captured and
     * reversed. Changes nothing; {@link #rebuild()} would set these. Reads everything once, as {@link #verify()} does.
     */
    public LedgerRebuild differences() {
        return store.read(Rebuild::look);
    }

    /**
     * Sets what is kept to what the postings come to, where it differs and the store can keep it, in one unit of work. The books are read twice: first without locks, then with
     * what was wrong locked, wallets and balances alone. So sessions go on; those of a wallet that is mended wait for it, as for any other
     * change of it. Asked again, it finds nothing to do. Postings are never touched, so that what entries tell of the balance after them stays
     * as it was written.
     *
     * @throws dev.livemeter.LivemeterException {@code storage.*}, as {@link LedgerStore#transact} does; nothing was set then, unless its outcome is not known
     */
    public LedgerRebuild rebuild() {
        return Rebuild.apply(store);
    }
}
