package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;

/**
 * Asks to take what a user owes from what the user has.
 *
 * @param id the same for every repeat of this recovery
 * @param most positive; less is taken where less is owed or there
 * @param memo for people who read the books; may be empty, at most 200 characters
 */
public record RecoveryRequest(TransferId id, UserId user, Money most, Source source, String memo) {

    /** Where it is taken from. */
    public enum Source {
        /** What is available in the user's wallet. */
        WALLET,
        /** What the user has earned, cleared or not. */
        EARNINGS
    }

    /** Checks the form. */
    public RecoveryRequest {
        if (!most.isPositive() || memo.length() > 200) {
            throw new LivemeterException(
                    "recovery.malformed",
                    "A recovery of at most " + most + " with a memo of " + memo.length()
                            + " characters was asked for; expected a positive amount and at most 200.");
        }
    }

    Fingerprint fingerprint() {
        return Fingerprint.of("recovery", user.value(), Fingerprint.text(most), source.name(), memo);
    }
}
