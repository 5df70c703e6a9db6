package dev.livemeter.session;

import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.ChargeUncollected;
import dev.livemeter.event.LiveEvent.FinalUnitGranted;
import dev.livemeter.event.LiveEvent.QuotaRenewed;
import dev.livemeter.event.LiveEvent.SessionAuthorized;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionEnding;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.event.LiveEvent.SessionRestricted;
import dev.livemeter.event.LiveEvent.SessionResumed;
import dev.livemeter.event.LiveEvent.SessionRevived;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Charge;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Tells the listeners what happens to one session; warnings once for each crossing. Not thread-safe.
 */
final class SessionStory {

    private final SessionParts parts;
    private final SessionId id;
    private final UserId payer;
    private Duration chargedTo;
    private boolean low;
    private boolean finalUnit;

    SessionStory(SessionParts parts, Session session) {
        this.parts = parts;
        this.id = session.id();
        this.payer = session.payer();
        this.chargedTo = session.metering().used();
    }

    /** Whether less is left than the policy warns of. */
    boolean isLow() {
        return low;
    }

    /** Whether the wallet had nothing for another quota when it was last asked. */
    boolean isFinalUnit() {
        return finalUnit;
    }

    void authorized(Money held, Money available) {
        tell(new SessionAuthorized(now(), payer, id, held, available));
    }

    void started(Instant began, Duration cutAfter) {
        tell(new SessionStarted(began, payer, id, cutAfter));
    }

    /** So much is left; for how long is asked only where it is told. */
    void left(Money left, Supplier<Duration> timeLeft) {
        var crossed = left.isLessThan(parts.policy().lowBalanceBelow());
        if (crossed && !low) {
            tell(new BalanceLow(now(), payer, id, left, timeLeft.get()));
        }
        low = crossed;
    }

    void charged(SettleRequest request, SettleResult.Settled settled) {
        var so = request.next().metering().charged();
        var to = settled.session().metering().used();
        for (var capture : settled.captures()) {
            if (capture instanceof CaptureResult.Captured captured) {
                var amount = captured.transfer().amount();
                so = so.plus(amount);
                tell(new ChargeCaptured(now(), payer, id, new Charge(amount, chargedTo, to), so));
            }
        }
        if (!request.captures().isEmpty()) {
            chargedTo = to;
        }
    }

    void renewed(Money held, Duration paidUntil) {
        finalUnit = false;
        tell(new QuotaRenewed(now(), payer, id, held, paidUntil));
    }

    void notRenewed(Duration timeLeft) {
        if (!finalUnit) {
            finalUnit = true;
            tell(new FinalUnitGranted(now(), payer, id, timeLeft));
        }
    }

    /** Something was paid in: the next quota may be had again. */
    void toppedUp() {
        finalUnit = false;
    }

    void resumed(Duration elapsed) {
        tell(new SessionResumed(now(), payer, id, elapsed));
    }

    void restricted() {
        var policy = parts.policy();
        tell(new SessionRestricted(now(), payer, id, policy.finalUnit(), policy.leadsTo(), policy.restrictFor()));
    }

    void revived(Duration paidUntil) {
        tell(new SessionRevived(now(), payer, id, paidUntil));
    }

    void ending(SessionEnd why) {
        tell(new SessionEnding(now(), payer, id, why));
    }

    void fenced() {
        tell(new SessionFenced(now(), payer, id));
    }

    /** It is over; so much was delivered and could not be charged. */
    void ended(Session session, Money uncollected) {
        if (uncollected.isPositive()) {
            tell(new ChargeUncollected(
                    now(),
                    payer,
                    id,
                    uncollected,
                    "no hold of the session is open any more, and the wallet does not have it."));
        }
        tell(new SessionEnded(
                now(),
                payer,
                id,
                Objects.requireNonNull(session.end()),
                session.metering().used(),
                session.metering().charged(),
                Objects.requireNonNull(session.balanceAfter())));
    }

    private Instant now() {
        return parts.now();
    }

    private void tell(LiveEvent event) {
        parts.events().publish(event);
    }
}
