package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks to sell minutes for money of the buyer's wallet.
 *
 * @param id the same for every repeat of this purchase
 * @param length how much: whole seconds, 1 to 999999999
 * @param price for all of it; positive
 * @param validFor how long, from the purchase on; positive, null for ever
 * @param memo for people; may be empty, at most 200 characters
 */
public record BundlePurchase(
        BundleId id,
        UserId owner,
        Duration length,
        Money price,
        @Nullable Duration validFor,
        String memo) {

    /** Checks the form. */
    public BundlePurchase {
        BundleForm.requireLength(id, length);
        BundleForm.requireMemo(id, memo);
        if (!price.isPositive()) {
            throw new LivemeterException(
                    "bundle.malformed",
                    "The bundle " + id + " is to cost " + price
                            + "; expected a positive price. What costs nothing is granted.");
        }
        if (validFor != null && (validFor.isZero() || validFor.isNegative())) {
            throw new LivemeterException(
                    "bundle.malformed",
                    "The bundle " + id + " is to be valid for " + validFor
                            + "; expected a positive time, or none for ever.");
        }
    }

    /** The entry that books it. */
    TransferId transfer() {
        return new TransferId("bundle/" + id);
    }

    Subject subject() {
        return new Subject(transfer().value());
    }

    Fingerprint fingerprint() {
        return Fingerprint.of(
                "bundle",
                id.value(),
                owner.value(),
                length.toString(),
                Fingerprint.text(price),
                String.valueOf(validFor),
                memo);
    }
}
