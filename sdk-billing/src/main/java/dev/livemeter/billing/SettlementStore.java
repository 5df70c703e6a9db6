package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.List;
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

    /** {@link BundleReader#bundles}, alone: each stream that begins asks, so that a store spares what a transaction of several questions takes. */
    default List<Bundle> bundles(UserId owner, Instant after) {
        return read(books -> books.bundles(owner, after));
    }
}
