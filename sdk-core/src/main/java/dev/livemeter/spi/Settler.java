package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Settles many sessions at once. A wallet whose books lie in the same database as the sessions implements this, and does it in one transaction: its
 * cost then grows with the batches, not with the sessions. For any other wallet the same is done step by step.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code SettlerContract}, numbered in {@code docs/contracts/settler.md}): durable when it
 * returns; a session that opens is stored together with its first hold, or not at all; each request is carried out whole or not at all, and a repeat of one that was is answered with the first answer; a session whose stored
 * version is another because another node took it over is {@code Fenced} and does not disturb the rest of the batch. Thread-safe.
 */
public interface Settler {

    /**
     * Carries out settlements.
     *
     * @param batch of different sessions
     * @return an answer for each, in their order
     * @throws dev.livemeter.LivemeterException if the outcome is not known; the same requests are repeated then
     */
    List<SettleResult> settle(List<SettleRequest> batch);

    /**
     * How much time the bundles of minutes of that payer could cover if a session opened at that moment. A session that is to be covered says so in its
     * {@link dev.livemeter.money.RatingBasis#covered basis}; its opening reserves that time together with its row, and its end gives back what was not
     * used. A settler that keeps no bundles knows of none.
     *
     * @throws dev.livemeter.LivemeterException {@code storage.*}, retryable where a later try may do
     */
    default Duration coverable(UserId payer, Instant at) {
        return Duration.ZERO;
    }
}
