package dev.livemeter.session;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one session wants done at one settlement: its next state, what was used taken from its holds, the next quota reserved, holds
 * given back. Absolute and named, so that it can be repeated unchanged until it is answered.
 *
 * @param before the session as it is stored; its version is compared and set. One that is not stored yet is added, unless its hold is declined
 * @param next what it is to become, but for what the captures and the hold will change
 * @param captures from holds of this session, in this order
 * @param hold the next quota; null where none is needed
 * @param raised an open hold of this session that the next quota may be added to, in place of a hold of its own; null for none. Whoever cannot add to a
 *     hold places one of its own, and so does everybody where that one is not open any more
 * @param voids holds to give back, after the captures and only where all of those succeed
 * @param balance whether what the payer has left is to be told with the answer; where money is moved, it is in any case
 */
public record SettleRequest(
        Session before,
        Session next,
        List<CaptureRequest> captures,
        @Nullable HoldRequest hold,
        @Nullable HoldId raised,
        List<HoldId> voids,
        BalanceCheck balance) {

    /** Whether an answer tells what the payer has left: reading it costs a third of what it costs to store a proof of life. */
    public enum BalanceCheck {
        ASKED,
        NOT_ASKED
    }

    /** A request whose answer tells what the payer has left. */
    public SettleRequest(
            Session before,
            Session next,
            List<CaptureRequest> captures,
            @Nullable HoldRequest hold,
            List<HoldId> voids) {
        this(before, next, captures, hold, null, voids, BalanceCheck.ASKED);
    }

    public SettleRequest {
        captures = List.copyOf(captures);
        voids = List.copyOf(voids);
    }

    /** The same request, by somebody who knows well enough what the payer has left. */
    public SettleRequest withoutBalance() {
        return new SettleRequest(before, next, captures, hold, raised, voids, BalanceCheck.NOT_ASKED);
    }

    /** The same request, whose quota may be added to that hold. */
    public SettleRequest raising(HoldId open) {
        return new SettleRequest(before, next, captures, hold, open, voids, balance);
    }

    /** Whether that answer is a hold of its own, and not an addition to one that was there. */
    boolean isOwn(HoldResult.Placed placed) {
        return hold != null && placed.hold().id().equals(hold.id());
    }

    /** Whether the answer tells what the payer has left. */
    public boolean tellsBalance() {
        return balance == BalanceCheck.ASKED || concernsWallet();
    }

    /** The row before any money moved: the proof of what was used, so that a crash later finds too little captured and never too much. */
    Session proven() {
        return before.seen(next.seenAt(), next.metering());
    }

    /**
     * What the session is after its requests were answered: counted is what was really captured and held. It moves to its next state
     * unless a capture was declined, or its first hold; it keeps its state then, for its node to decide.
     *
     * @param posted the payer's posted balance afterwards
     */
    public Session settled(List<CaptureResult> captured, @Nullable HoldResult held, Money posted) {
        var metering = next.metering();
        for (var result : captured) {
            if (result instanceof CaptureResult.Captured yes) {
                metering = metering.withCapture(yes.transfer().amount());
            }
        }
        if (held instanceof HoldResult.Placed placed) {
            metering = isOwn(placed) ? metering.withHold(placed.added()) : metering.withRaise(placed.added());
        }
        if (isRefused(captured, held)) {
            return before.seen(next.seenAt(), metering);
        }
        var session = next.withMetering(metering);
        return session.state().isOver() ? session.withBalanceAfter(posted) : session;
    }

    /** Whether it is about the payer's money: what it asks of the wallet, or the balance that an end is stored with. */
    public boolean concernsWallet() {
        return !captures.isEmpty()
                || hold != null
                || !voids.isEmpty()
                || next.state().isOver();
    }

    /**
     * Whether the session only goes on: whatever is answered, nothing of it changes but when it was seen last, and what was used, granted and
     * charged. So it is with nearly all requests, and a store can write just that.
     */
    public boolean isOnlyCounting() {
        var used = next.metering();
        return before.isStored()
                && !before.state().isOver()
                && used.basis().equals(before.metering().basis())
                && before.seen(next.seenAt(), used).equals(next.withVersion(before.version()));
    }

    /** Whether it opens a session of which bundles of minutes cover something. */
    public boolean opensCovered() {
        return !before.isStored() && !next.metering().basis().covered().isZero();
    }

    /** Whether it ends a session of which bundles of minutes covered something. */
    public boolean endsCovered() {
        return before.isStored()
                && next.state().isOver()
                && !next.metering().basis().covered().isZero();
    }

    /** Whether the answers keep the session from moving on. */
    public boolean isRefused(List<CaptureResult> captured, @Nullable HoldResult held) {
        return captured.stream().anyMatch(CaptureResult.Declined.class::isInstance)
                || (before.state() == SessionState.AUTHORIZING && held instanceof HoldResult.Declined);
    }
}
