package dev.livemeter.billing;

import java.util.function.Function;

/**
 * Where the books lie. A store decides nothing: it locks, finds, adds and keeps its constraints; the rules of money are
 * {@link LedgerWallet}'s.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code LedgerStoreContract}, numbered in {@code docs/contracts/ledger-store.md}):
 * thread-safe; what {@link #transact} did is durable when it returns; ids of entries and of holds are unique, whoever races;
 * entries are never changed or deleted.
 */
public interface LedgerStore {

    /**
     * Answers questions from one consistent view of the books, without waiting for writers where the store can.
     *
     * @throws dev.livemeter.LivemeterException {@code storage.*}, retryable where a later try may do
     */
    <T> T read(Function<LedgerReader, T> questions);

    /**
     * Does a unit of work, in effect serially for each wallet that it locks.
     *
     * <p>A unit that lost a race (another one added the same id or opened the same account, or two waited for each other) is undone and
     * run again from its start, where it then finds what the other one left. So {@code work} may run several times and has no effect but through
     * the transaction. What it throws undoes the unit and is thrown on.
     *
     * @throws dev.livemeter.LivemeterException {@code storage.*}, retryable where a later try may do; the outcome is not known then
     */
    <T> T transact(Function<LedgerTransaction, T> work);
}
