package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.WalletBalance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settles sessions whose wallet and store know nothing of each other, one after the other. The proof is stored before money is taken: a
 * crash between the two leaves too little captured, which is made up for, and never more than the row can explain (decision record 0003).
 */
final class StepwiseSettler implements Settler {

    private final Wallet wallet;
    private final SessionStore store;

    StepwiseSettler(Wallet wallet, SessionStore store) {
        this.wallet = wallet;
        this.store = store;
    }

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        return batch.stream().map(this::settle).toList();
    }

    private SettleResult settle(SettleRequest request) {
        if (request.opensCovered()) {
            // Nothing that is stored apart from the session could be taken and given back together with it.
            return new SettleResult.Uncovered();
        }
        var row = opened(request.before());
        if (row == null) {
            return new SettleResult.Fenced();
        }
        if (!request.captures().isEmpty()) {
            var proven = store(request.proven().withVersion(row.version()));
            if (proven == null) {
                return new SettleResult.Fenced();
            }
            row = proven;
        }
        var captures = new ArrayList<CaptureResult>(request.captures().size());
        for (var capture : request.captures()) {
            captures.add(wallet.capture(capture));
        }
        var asked = request.hold();
        var hold = asked == null ? null : wallet.hold(asked);
        if (!request.isRefused(captures, hold)) {
            request.voids().forEach(wallet::voidHold);
        }
        var balance = request.tellsBalance() ? wallet.balance(row.payer()) : Optional.<WalletBalance>empty();
        if (!request.before().isStored() && request.isRefused(captures, hold)) {
            store.discard(row.id());
            return new SettleResult.Settled(row, captures, hold, available(request, balance));
        }
        var nothing = Money.zero(row.metering().tariff().currency());
        if (row.state().isOver()) {
            // It ended at the first asking, whose answer was lost; what is told of an end is never rewritten.
            return new SettleResult.Settled(row, captures, hold, available(request, balance));
        }
        var settled = store(request.settled(
                        captures, hold, balance.map(WalletBalance::posted).orElse(nothing))
                .withVersion(row.version()));
        if (settled == null) {
            if (asked != null) {
                // Whoever closes the session does not know of it, and it would reserve money until it expires.
                wallet.voidHold(asked.id());
            }
            return new SettleResult.Fenced();
        }
        return new SettleResult.Settled(settled, captures, hold, available(request, balance));
    }

    private static @Nullable Money available(SettleRequest request, Optional<WalletBalance> balance) {
        if (!request.tellsBalance()) {
            return null;
        }
        return balance.map(WalletBalance::available)
                .orElse(Money.zero(request.before().metering().tariff().currency()));
    }

    /**
     * The row of a session that opens is there before its hold, so that whoever looks after a crash knows of both.
     *
     * @return as stored; null where another node has the session
     */
    private @Nullable Session opened(Session session) {
        if (session.isStored()) {
            return session;
        }
        try {
            store.insert(session);
            return session.withVersion(0);
        } catch (LivemeterException e) {
            if (!e.code().equals("store.duplicate")) {
                throw e;
            }
            return store.find(session.id())
                    .filter(stored -> stored.node().equals(session.node()))
                    .orElse(null);
        }
    }

    /**
     * Stores a state. A row that this node itself has moved on is its own work, whose answer was lost.
     *
     * @return as stored; null where another node has the session
     */
    private @Nullable Session store(Session next) {
        try {
            return store.update(next);
        } catch (LivemeterException e) {
            if (!e.code().equals("session.stale")) {
                throw e;
            }
            var stored = store.find(next.id()).orElse(null);
            if (stored == null || !stored.node().equals(next.node())) {
                return null;
            }
            return stored.state().isOver() ? stored : store.update(next.withVersion(stored.version()));
        }
    }
}
