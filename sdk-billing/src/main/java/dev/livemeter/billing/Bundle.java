package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Minutes that a payer has: bought together, or granted by a subscription. Streams use them before money. Immutable.
 *
 * @param length how much there was at first; whole seconds
 * @param price what it was bought for; null where it was granted
 * @param validFrom sessions that open at this moment or later may use it
 * @param validUntil sessions that open at this moment or later may not; null where it never ends
 * @param reserved what sessions that run have taken out of it, which comes back as far as they do not use it
 * @param used what sessions that are over have used of it
 * @param refunded what was given back for money
 * @param memo for people; may be empty
 * @param madeAt when it was bought or granted
 * @param fingerprint of the request that it was made by
 */
public record Bundle(
        BundleId id,
        UserId owner,
        Duration length,
        @Nullable Money price,
        Instant validFrom,
        @Nullable Instant validUntil,
        Duration reserved,
        Duration used,
        Duration refunded,
        String memo,
        Instant madeAt,
        Fingerprint fingerprint) {

    /** In this order they are used: what ends first goes first, and what never ends comes last. */
    public static final Comparator<Bundle> FIRST_TO_END = Comparator.<Bundle, Instant>comparing(Bundle::end)
            .thenComparing(Bundle::madeAt)
            .thenComparing(bundle -> bundle.id().value());

    /** What a session could take out of it, whenever it is valid. */
    public Duration left() {
        return length.minus(reserved).minus(used).minus(refunded);
    }

    /** Whether a session that opens at that moment may use it. */
    public boolean isValidAt(Instant moment) {
        return !moment.isBefore(validFrom) && moment.isBefore(end());
    }

    /** Whether a session that opens at that moment finds something in it. */
    boolean isUsableAt(Instant moment) {
        return isValidAt(moment) && left().compareTo(Duration.ZERO) > 0;
    }

    private Instant end() {
        return validUntil == null ? Instant.MAX : validUntil;
    }

    /** So much more is reserved. */
    Bundle reserve(Duration time) {
        return with(reserved.plus(time), used, refunded);
    }

    /** Of so much that was reserved, that part was used; the rest is back. */
    Bundle settle(Duration wasReserved, Duration wasUsed) {
        return with(reserved.minus(wasReserved), used.plus(wasUsed), refunded);
    }

    /** So much more was given back. */
    Bundle refund(Duration time) {
        return with(reserved, used, refunded.plus(time));
    }

    private Bundle with(Duration nowReserved, Duration nowUsed, Duration nowRefunded) {
        return new Bundle(
                id,
                owner,
                length,
                price,
                validFrom,
                validUntil,
                nowReserved,
                nowUsed,
                nowRefunded,
                memo,
                madeAt,
                fingerprint);
    }
}
