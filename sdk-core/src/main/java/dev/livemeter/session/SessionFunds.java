package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rating;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The holds of one session, and the requests on them. Every request has an id that follows from the session and a count, so that it can be
 * repeated; nothing is asked here, only worded and, once answered, noted. Not thread-safe.
 */
final class SessionFunds {

    private static final Logger log = LoggerFactory.getLogger(SessionFunds.class);

    /** A settlement takes from no more holds than this; what is left is due at the next. */
    private static final int MOST_CAPTURES_AT_ONCE = 8;

    private final SessionId session;
    private final UserId payer;
    private final @Nullable Payee payee;
    private final Duration holdMargin;
    private final Deque<OpenHold> open = new ArrayDeque<>();

    /**
     * Funds without a hold yet.
     *
     * @param holdMargin how long a hold outlives the time it pays for, so that what was used can still be captured after an outage
     */
    SessionFunds(Session session, Duration holdMargin) {
        this.session = session.id();
        this.payer = session.payer();
        this.payee = session.terms().payee();
        this.holdMargin = holdMargin;
    }

    /**
     * Takes the holds up that a crash left, as the wallet knows them.
     *
     * @param version of the row; another one at each recovery
     * @return what was really granted and captured: a wallet that is not settled together with the row may be ahead of it
     */
    Metering recover(Wallet wallet, Metering row, long version) {
        // A recovery that broke off half-way is begun anew; what it had taken up must not count twice.
        open.clear();
        var nothing = Money.zero(row.tariff().currency());
        var granted = nothing;
        var captured = nothing;
        var holds = 0;
        for (var hold = wallet.find(holdId(1)); hold.isPresent(); hold = wallet.find(holdId(holds + 1))) {
            holds++;
            granted = granted.plus(hold.get().amount());
            captured = captured.plus(hold.get().captured());
            track(hold.get());
        }
        // The row is written after each settlement, so at most the captures of one are ahead of it. Their numbers are
        // not known
        // and must not be used again, nor those of a recovery that did not come to its end; the version leaves room for
        // each.
        var captures = captured.equals(row.charged())
                ? row.captures()
                : Math.toIntExact(row.captures() + MOST_CAPTURES_AT_ONCE * (version + 1));
        return new Metering(row.tariff(), row.basis(), row.used(), granted, captured, holds, captures);
    }

    /** The next hold. */
    HoldRequest reserve(Metering metering, Rating rating, Money atLeast, Money atMost) {
        var lasts = rating.affordable(metering.granted().plus(atMost));
        return new HoldRequest(holdId(metering.holds() + 1), payer, atLeast, atMost, lasts.plus(holdMargin));
    }

    /** Captures of what is due, from the oldest holds; less than that where they do not suffice. */
    List<CaptureRequest> captures(Metering metering, Money owed) {
        var requests = new ArrayList<CaptureRequest>();
        var due = owed;
        var charged = metering.charged();
        for (var hold : open) {
            if (!due.isPositive() || requests.size() == MOST_CAPTURES_AT_ONCE) {
                break;
            }
            var amount = due.min(hold.remaining());
            due = due.minus(amount);
            requests.add(new CaptureRequest(
                    new TransferId(session + "/capture-" + (metering.captures() + requests.size() + 1)),
                    hold.id(),
                    amount,
                    CaptureRequest.Remainder.KEEP,
                    new Subject("session/" + session),
                    allotment(charged, amount)));
            charged = charged.plus(amount);
        }
        return requests;
    }

    /** The payee's part is cumulative: what they have of everything charged, less what they had before. */
    private @Nullable Allotment allotment(Money charged, Money amount) {
        return payee == null
                ? null
                : new Allotment(
                        payee.user(),
                        payee.share()
                                .of(charged.plus(amount))
                                .minus(payee.share().of(charged)));
    }

    /** The holds to give back at the end. */
    List<HoldId> openHolds() {
        return open.stream().map(OpenHold::id).toList();
    }

    /** Notes the answers to a request. */
    void answered(SettleRequest request, SettleResult.Settled result) {
        for (var i = 0; i < request.captures().size(); i++) {
            var capture = request.captures().get(i);
            if (result.captures().get(i) instanceof CaptureResult.Declined declined) {
                log.error(
                        "Session {}: {} could not be captured from {}: {}",
                        session,
                        capture.amount(),
                        capture.hold(),
                        declined.message());
                open.removeIf(hold -> hold.id().equals(capture.hold()));
            } else {
                reduce(capture.hold(), capture.amount());
            }
        }
        if (result.hold() instanceof HoldResult.Placed placed) {
            open.removeIf(hold -> hold.id().equals(placed.hold().id()));
            track(placed.hold());
        }
        if (!request.isRefused(result.captures(), result.hold())) {
            request.voids().forEach(id -> open.removeIf(hold -> hold.id().equals(id)));
        }
    }

    /** The hold that a next quota is added to; null where none is open. */
    @Nullable
    HoldId youngest() {
        var last = open.peekLast();
        return last == null ? null : last.id();
    }

    HoldId holdId(int number) {
        return new HoldId(session + "/hold-" + number);
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

    private record OpenHold(HoldId id, Money remaining) {}
}
