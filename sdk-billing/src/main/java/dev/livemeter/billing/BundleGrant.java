package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Asks to give somebody minutes for no money of their wallet: by a subscription that is paid elsewhere, or as a gift.
 *
 * @param id the same for every repeat of this grant
 * @param length how much: whole seconds, 1 to 999999999
 * @param validFrom used to the microsecond, as the end
 * @param validUntil after {@code validFrom}; null for ever
 * @param memo for people; may be empty, at most 200 characters
 */
public record BundleGrant(
        BundleId id,
        UserId owner,
        Duration length,
        Instant validFrom,
        @Nullable Instant validUntil,
        String memo) {

    /** Checks the form. */
    public BundleGrant {
        BundleForm.requireLength(id, length);
        BundleForm.requireMemo(id, memo);
        if (validUntil != null && !validUntil.isAfter(validFrom)) {
            throw new LivemeterException(
                    "bundle.malformed",
                    "The bundle " + id + " is to be valid from " + validFrom + " until " + validUntil
                            + "; expected an end after the beginning, or none for ever.");
        }
    }

    /**
     * Minutes of one month of a subscription, which end with it. The id is that of the subscription and the month, {@code plan-7/alice/2026-11}, so that a month is
     * granted once, however often it is asked for.
     *
     * @param zone whose calendar months count
     */
    public static BundleGrant ofMonth(
            String subscription, UserId owner, Duration length, YearMonth month, ZoneId zone, String memo) {
        return new BundleGrant(
                new BundleId(subscription + "/" + month),
                owner,
                length,
                month.atDay(1).atStartOfDay(zone).toInstant(),
                month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant(),
                memo);
    }

    Fingerprint fingerprint() {
        return Fingerprint.of(
                "bundle grant",
                id.value(),
                owner.value(),
                length.toString(),
                validFrom.toString(),
                String.valueOf(validUntil),
                memo);
    }
}
