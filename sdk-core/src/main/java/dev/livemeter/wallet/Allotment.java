package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;

/**
 * The part of a charge that somebody else than the operator earns. The operator keeps what is left, the odd unit of a split included.
 *
 * @param payee who earns it
 * @param amount zero or more; zero books nothing for the payee
 */
public record Allotment(UserId payee, Money amount) {

    public Allotment {
        if (amount.isNegative()) {
            throw new LivemeterException(
                    "wallet.malformed_allotment",
                    "An allotment of " + amount + " to " + payee + " was given; expected zero or more.");
        }
    }

    /**
     * Refuses a part that is larger than the whole, or in another currency.
     *
     * @throws LivemeterException {@code wallet.malformed_allotment}
     */
    static void requireWithin(Money whole, Allotment part) {
        if (!part.amount().currency().equals(whole.currency()) || whole.isLessThan(part.amount())) {
            throw new LivemeterException(
                    "wallet.malformed_allotment",
                    "Of " + whole + ", " + part.amount() + " was to go to " + part.payee()
                            + "; expected at most the whole, in its currency.");
        }
    }
}
