package dev.livemeter.testing.simulation;

import dev.livemeter.billing.LedgerStore;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import org.jspecify.annotations.Nullable;

/** What a simulated world runs on. One world uses it, in one thread, and closes it. */
public interface WorldStores extends AutoCloseable {

    /** The wallet. */
    Wallet wallet();

    /** The sessions; several nodes share them. */
    SessionStore sessions();

    /** Settles both together; null where they know nothing of each other. */
    @Nullable
    Settler settler();

    /** Where the books of the wallet lie: they are proved, and the earnings of payees are read. */
    LedgerStore ledger();

    /**
     * Has the next unit of work undone after all of it was written, as a database does with the victim of a deadlock; whoever asked for it
     * gets a retryable {@code storage.busy}.
     *
     * @return whether it can do that; where not, the fault comes before the unit of work instead
     */
    default boolean undoNext() {
        return false;
    }

    /** Called when the world is over. */
    @Override
    default void close() {}

    /**
     * Opens the stores of a world. A run plays many, and more to shrink what it found. They may all lie in one database, as no world uses
     * the names of another one; it is to be empty before the run, or the run {@linkplain Simulation#named named} unlike those before it.
     */
    @FunctionalInterface
    interface Factory {

        /**
         * Stores for one world.
         *
         * @param time the clock of that world: it dates entries and expires holds
         */
        WorldStores open(ManualTime time);
    }
}
