package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The money side of one session: places its holds, captures from them, voids what is left. Every request has an id that follows from the
 * session and a count, and a request whose answer was lost is repeated unchanged before anything new is asked. Not thread-safe.
 */
final class SessionFunds {

    private static final Logger log = LoggerFactory.getLogger(SessionFunds.class);

    private final Wallet wallet;
    private final SessionId session;
    private final UserId payer;
    private final Duration holdMargin;
    private final Deque<OpenHold> open = new ArrayDeque<>();
    private Metering metering;
    private @Nullable HoldRequest unansweredHold;
    private @Nullable CaptureRequest unansweredCapture;

    /**
     * Funds without a hold yet.
     *
     * @param holdMargin how long a hold outlives the time it pays for, so that what was used can still be captured after an outage
     */
    SessionFunds(Wallet wallet, SessionId session, UserId payer, Metering metering, Duration holdMargin) {
        this.wallet = wallet;
        this.session = session;
        this.payer = payer;
        this.metering = metering;
        this.holdMargin = holdMargin;
    }

    /** The funds of a session that a crash left, as the wallet knows them: its holds tell what was really granted and captured. */
    static SessionFunds recover(Wallet wallet, Session left, Duration holdMargin) {
        var row = left.metering();
        var funds = new SessionFunds(wallet, left.id(), left.payer(), row, holdMargin);
        var nothing = Money.zero(row.tariff().currency());
        var granted = nothing;
        var captured = nothing;
        var holds = 0;
        for (var hold = wallet.find(holdId(left.id(), 1));
                hold.isPresent();
                hold = wallet.find(holdId(left.id(), holds + 1))) {
            holds++;
            granted = granted.plus(hold.get().amount());
            captured = captured.plus(hold.get().captured());
            funds.track(hold.get());
        }
        // The row is written after each capture, so at most one capture is ahead of it.
        var captures = captured.equals(row.charged()) ? row.captures() : row.captures() + 1;
        funds.metering = new Metering(row.tariff(), row.used(), granted, captured, holds, captures);
        return funds;
    }

    Metering metering() {
        return metering;
    }

    /** Notes how long the session was proven to be delivered; never less than before. */
    void used(Duration proven) {
        if (proven.compareTo(metering.used()) > 0) {
            metering = metering.withUsed(proven);
        }
    }

    /** What was used and not captured yet; never negative. */
    Money due() {
        return metering.cost()
                .minus(metering.charged())
                .max(Money.zero(metering.tariff().currency()));
    }

    /**
     * Places the next hold.
     *
     * @throws RuntimeException if the answer is not known; the next call repeats the same request
     */
    HoldResult reserve(Money atLeast, Money atMost) {
        if (unansweredHold == null) {
            var lasts = metering.tariff().affordable(metering.granted().plus(atMost));
            unansweredHold = new HoldRequest(
                    holdId(session, metering.holds() + 1), payer, atLeast, atMost, lasts.plus(holdMargin));
        }
        var result = wallet.hold(unansweredHold);
        unansweredHold = null;
        if (result instanceof HoldResult.Placed placed) {
            track(placed.hold());
            metering = metering.withHold(placed.hold().amount());
        }
        return result;
    }

    /**
     * Captures a part of what is due, at most what remains of the oldest hold.
     *
     * @return what was taken, positive; or null if no hold is left to take it from
     * @throws RuntimeException if the answer is not known; the next call repeats the same request
     */
    @Nullable
    Money capture() {
        while (unansweredCapture != null || !open.isEmpty()) {
            if (unansweredCapture == null) {
                var hold = open.getFirst();
                unansweredCapture = new CaptureRequest(
                        new TransferId(session + "/capture-" + (metering.captures() + 1)),
                        hold.id(),
                        due().min(hold.remaining()),
                        CaptureRequest.Remainder.KEEP);
            }
            var request = unansweredCapture;
            var result = wallet.capture(request);
            unansweredCapture = null;
            if (result instanceof CaptureResult.Captured captured) {
                var amount = captured.transfer().amount();
                metering = metering.withCapture(amount);
                reduce(request.hold(), amount);
                return amount;
            }
            log.error(
                    "Session {}: {} could not be captured from {}: {}",
                    session,
                    request.amount(),
                    request.hold(),
                    ((CaptureResult.Declined) result).message());
            open.removeIf(hold -> hold.id().equals(request.hold()));
        }
        return null;
    }

    /** Gives back what remains of every hold. */
    void release() {
        while (!open.isEmpty()) {
            wallet.voidHold(open.getFirst().id());
            open.removeFirst();
        }
        if (unansweredHold != null) {
            wallet.voidHold(unansweredHold.id());
            unansweredHold = null;
        }
    }

    private void track(Hold hold) {
        if (hold.remaining().isPositive()) {
            open.addLast(new OpenHold(hold.id(), hold.remaining()));
        }
    }

    private void reduce(HoldId id, Money amount) {
        var first = open.peekFirst();
        if (first != null && first.id().equals(id)) {
            open.removeFirst();
            var left = first.remaining().minus(amount);
            if (left.isPositive()) {
                open.addFirst(new OpenHold(id, left));
            }
        }
    }

    private static HoldId holdId(SessionId session, int number) {
        return new HoldId(session + "/hold-" + number);
    }

    private record OpenHold(HoldId id, Money remaining) {}
}
