package dev.livemeter.money;

/**
 * Increments in a row that cost the same: one length, one month, one tier, one factor. All numbers are exact and fit a {@code long}: the
 * longest time rated has fewer than 2^32 seconds, and a second weighs at most 10^9.
 *
 * @param start first second
 * @param length seconds of each increment
 * @param count how many increments
 * @param month in which they begin
 * @param monthEnd first second of the session that is no longer in that month
 * @param monthBegan first second sold in that month
 * @param step the step in effect when they begin, by its place in the basis
 * @param destinations of the step that decided the factor
 * @param tier that holds for them
 * @param factor that holds for them
 * @param listBefore what was sold before, weighted by factors alone
 * @param weightBefore what was sold before, weighted by factors and discounts
 */
record Run(
        long start,
        long length,
        long count,
        long month,
        long monthEnd,
        long monthBegan,
        int step,
        int destinations,
        Tier tier,
        DestinationFactor factor,
        long listBefore,
        long weightBefore) {

    /** What one second at the price of the rate weighs: thousandths of the factor, ten-thousandths of the share. */
    static final long UNIT = (long) DestinationFactor.ONE * Tier.WHOLE;

    long end() {
        return start + length * count;
    }

    /** The end of the increment that is begun when that many seconds are. */
    long due(long seconds) {
        return start + Math.floorDiv(seconds - start + length - 1, length) * length;
    }

    /** What all increments up to the one that ends there weigh at list price. */
    long listAt(long end) {
        return listBefore + (end - start) * factor.permille() * Tier.WHOLE;
    }

    /** What all increments up to the one that ends there weigh. */
    long weightAt(long end) {
        return weightBefore + (end - start) * secondWeighs();
    }

    long weightAfter() {
        return weightAt(end());
    }

    /** The end of the last increment with which the weight stays within {@code most}; only where the whole run does not. */
    long endWithin(long most) {
        return start + (most - weightBefore) / (length * secondWeighs()) * length;
    }

    private long secondWeighs() {
        return factor.permille() * tier.share();
    }

    /** Whether a person would see no difference between the two. */
    boolean looksLike(Run other) {
        return month == other.month && tier.equals(other.tier) && factor.equals(other.factor);
    }
}
