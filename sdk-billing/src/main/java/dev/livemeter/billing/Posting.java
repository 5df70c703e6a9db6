package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;

/**
 * One line of a journal entry: an amount that goes from one account to another of the same currency. Written in this form, an entry cannot
 * but balance: what leaves one account arrives in another, and books made of such lines sum to zero however they are stored
 * (decision record 0007).
 *
 * @param source is debited
 * @param destination is credited; another account than the source
 * @param amount positive
 */
public record Posting(AccountId source, AccountId destination, Money amount) {

    public Posting {
        if (!amount.isPositive() || source.equals(destination)) {
            throw new LivemeterException(
                    "ledger.malformed_posting",
                    "A posting of " + amount + " from " + source + " to " + destination
                            + " was given; expected a positive amount and two accounts.");
        }
    }

    /** What the posting does to the balance of an account: its amount, the same negated, or nothing. */
    public Money effectOn(AccountId account) {
        if (account.equals(destination)) {
            return amount;
        }
        return account.equals(source) ? amount.negated() : Money.zero(amount.currency());
    }
}
