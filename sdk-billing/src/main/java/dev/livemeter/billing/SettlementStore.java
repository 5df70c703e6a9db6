package dev.livemeter.billing;

import java.util.function.Function;

/** Where books and sessions lie together. */
public interface SettlementStore {

    /**
     * Does a unit of work on both, under the rules of {@link LedgerStore#transact}.
     *
     * @throws dev.livemeter.LivemeterException {@code storage.*}, retryable where a later try may do; the outcome is not known then
     */
    <T> T settle(Function<SettlementTransaction, T> work);

    /** Answers questions about the books, under the rules of {@link LedgerStore#read}. */
    <T> T read(Function<LedgerReader, T> questions);
}
