package dev.livemeter.spi;

import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
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
}
