package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a unit of work found when it had its locks.
 *
 * @param wallets those that exist
 * @param entries those that are booked
 * @param holds those that were asked for, and the due ones of the wallets; some may come twice, others of these wallets may
 *     come, too, and some may only become due within a minute
 * @param now when the locks were had, in microseconds
 */
public record UnitStart(
        Map<UserId, WalletAccount> wallets,
        Map<TransferId, JournalEntry> entries,
        List<BookedHold> holds,
        Instant now) {

    public UnitStart {
        wallets = Map.copyOf(wallets);
        entries = Map.copyOf(entries);
        holds = List.copyOf(holds);
    }
}
