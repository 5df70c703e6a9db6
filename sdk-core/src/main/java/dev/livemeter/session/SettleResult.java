package dev.livemeter.session;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.HoldResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a {@link SettleRequest}. */
public sealed interface SettleResult {

    /**
     * It was carried out, as far as the wallet allowed.
     *
     * @param session as it is stored now
     * @param captures the answers to the captures, in their order
     * @param hold the answer to the hold; null where none was asked for
     * @param available what a new hold could still reserve; null where the request did not {@linkplain SettleRequest#tellsBalance ask}
     */
    record Settled(
            Session session,
            List<CaptureResult> captures,
            @Nullable HoldResult hold,
            @Nullable Money available) implements SettleResult {
        public Settled {
            captures = List.copyOf(captures);
        }
    }

    /** Another node has taken the session over; nothing was done. Whoever gets this must stop to meter it. */
    record Fenced() implements SettleResult {}

    /** The session that was to open counts on more bundled minutes than there are by now; nothing was done. Look again what there is, and ask anew. */
    record Uncovered() implements SettleResult {}
}
