package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import java.util.function.Function;

/** The answer to {@link dev.livemeter.spi.Wallet#hold}. */
public sealed interface HoldResult {

    /**
     * The money is reserved.
     *
     * @param hold as it stands now
     * @param added what this request reserved: all of the hold, unless it was added to one that was open before
     */
    record Placed(Hold hold, Money added) implements HoldResult {

        /** A hold of its own. */
        public Placed(Hold hold) {
            this(hold, hold.amount());
        }
    }

    /**
     * Nothing was reserved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements HoldResult {}

    /** Why a hold is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another hold. */
        CONFLICT,
        /** The owner has no wallet. */
        NO_WALLET,
        /** The wallet is in another currency. */
        CURRENCY_MISMATCH,
        /** Less than the least amount is available. */
        INSUFFICIENT_FUNDS
    }

    default <T> T fold(Function<Hold, T> placed, Function<Declined, T> declined) {
        return this instanceof Placed yes ? placed.apply(yes.hold()) : declined.apply((Declined) this);
    }

    /**
     * The hold, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code wallet.hold_declined} with the sentence of the refusal
     */
    default Hold orElseThrow() {
        return fold(hold -> hold, no -> {
            throw new LivemeterException("wallet.hold_declined", no.message());
        });
    }
}
