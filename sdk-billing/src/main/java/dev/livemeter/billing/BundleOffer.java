package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bundle of minutes that is for sale.
 *
 * @param id how buyers name it: 1 to 40 of a-z, 0-9 and '-'
 * @param name for people; one line of at most 200 characters
 * @param length how much: whole seconds, 1 to 999999999
 * @param price for all of it; positive
 * @param validFor how long, from the purchase on; positive, null for ever
 */
public record BundleOffer(
        String id,
        String name,
        Duration length,
        Money price,
        @Nullable Duration validFor) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,40}");

    /** Checks the form. */
    public BundleOffer {
        if (!FORM.matcher(id).matches()) {
            throw new LivemeterException(
                    "bundle.malformed_offer",
                    "An offer id of " + id.length()
                            + " characters was given that does not fit: expected 1 to 40 of a-z, 0-9 and '-'.");
        }
        // What could not be bought is not offered.
        new BundlePurchase(new BundleId(id), UserId.of("buyer"), length, price, validFor, name);
    }

    /** What somebody asks for who takes it. */
    public BundlePurchase purchase(BundleId bundle, UserId buyer) {
        return new BundlePurchase(bundle, buyer, length, price, validFor, name);
    }
}
