package dev.livemeter.testing;

import dev.livemeter.billing.LedgerWallet;
import java.time.InstantSource;

/**
 * Makes wallets whose books lie in memory: the very {@link LedgerWallet} that a host uses, over an {@link InMemoryLedgerStore}.
 */
public final class InMemoryWallet {

    private InMemoryWallet() {}

    /** An empty wallet; {@code time} dates its entries and expires its holds. */
    public static LedgerWallet create(InstantSource time) {
        return new LedgerWallet(new InMemoryLedgerStore(), time);
    }
}
