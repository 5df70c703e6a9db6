package dev.livemeter.call;

import dev.livemeter.call.InviteResult.Invited;
import dev.livemeter.call.InviteResult.PriceChanged;
import dev.livemeter.call.InviteResult.Reason;
import dev.livemeter.call.InviteResult.Refused;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Prices;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How calls begin: what one would cost, who may ask whom, and that it rings. Thread-safe. */
final class Invitations {

    private final CallParts parts;
    private final CallLane lane;
    private final CallNodes nodes;
    private final Occupancy occupancy;
    private final KnownCalls known;
    private final Map<CallId, RunningCall> running;
    private volatile boolean closing;

    /**
     * Nobody is asked yet.
     *
     * @param running where a call is put that rings
     */
    Invitations(
            CallParts parts,
            CallLane lane,
            CallNodes nodes,
            Occupancy occupancy,
            KnownCalls known,
            Map<CallId, RunningCall> running) {
        this.parts = parts;
        this.lane = lane;
        this.nodes = nodes;
        this.occupancy = occupancy;
        this.known = known;
        this.running = running;
    }

    /** From now on nobody is asked. */
    void close() {
        closing = true;
    }

    CallPrice price(String caller, String callee, Duration length) {
        var payer = UserId.of(caller);
        var key = TariffKey.of(Service.CALL, UserId.of(callee));
        var quote = parts.prices().quote(payer, key, length, 1);
        var available = available(payer, quote.price());
        return new CallPrice(
                reference(quote.price()),
                quote,
                parts.policy().credit().minimumToStart(),
                parts.prices().affordable(payer, key, available, 1));
    }

    private Money available(UserId payer, Prices.InForce price) {
        var nothing = Money.zero(price.tariff().currency());
        return parts.wallet()
                .balance(payer)
                .map(balance -> balance.available())
                .filter(money -> money.currency().equals(nothing.currency()))
                .orElse(nothing);
    }

    private static String reference(Prices.InForce price) {
        return price.version().isEmpty() ? price.tariff().notation() : price.version();
    }

    InviteResult invite(String caller, Calls.Invitation wish) {
        var from = UserId.of(caller);
        var to = UserId.of(wish.callee());
        var device = PeerNames.of(from, wish.device());
        var pending = ringing(from, to);
        if (pending != null) {
            return new Invited(pending.status(from));
        }
        var pendingElsewhere = nodes.current(from)
                .filter(status -> status.call().state() == CallState.RINGING
                        && status.call().caller().equals(from)
                        && status.call().callee().equals(to));
        if (pendingElsewhere.isPresent()) {
            return new Invited(pendingElsewhere.get());
        }
        if (closing) {
            return new Refused(Reason.CLOSING, "Calls cannot be begun at this moment; try again soon.");
        }
        if (from.equals(to) || !parts.policy().takesCalls().test(to)) {
            return new Refused(Reason.NOT_CALLABLE, "Nobody of the name " + to + " can be called.");
        }
        var objection = parts.policy().meeting().objection(from, to);
        if (objection.isPresent()) {
            return new Refused(Reason.NOT_ALLOWED, objection.get());
        }
        var longest = parts.policy().credit().maxDuration();
        if (wish.agreed().isNegative() || RunningCall.tooLong(wish.agreed(), longest)) {
            return new Refused(
                    Reason.UNFIT_LENGTH,
                    "Calls may last " + RunningCall.words(longest) + "; agree on no more than that.");
        }
        if (!lane.isPresent(to)) {
            return new Refused(Reason.OFFLINE, to + " is not there now.");
        }
        var key = TariffKey.of(Service.CALL, to);
        var price = parts.prices().inForce(key);
        if (!reference(price).equals(wish.accepted())) {
            return occupancy
                    .objection(from, to)
                    .<InviteResult>map(Function.identity())
                    .orElseGet(() -> new PriceChanged(price(caller, wish.callee(), Duration.ofMinutes(10))));
        }
        var least = parts.policy().credit().minimumToStart();
        if (available(from, price).isLessThan(least)) {
            return occupancy
                    .objection(from, to)
                    .orElseGet(() -> new Refused(
                            Reason.INSUFFICIENT_FUNDS,
                            "A call begins with at least " + least + "; pay in and call again."));
        }
        var none = Money.zero(price.tariff().currency());
        var call = new Call(
                new CallId(parts.ids().next()),
                from,
                to,
                device,
                null,
                CallState.RINGING,
                price.version(),
                parts.policy().shareFor(to),
                wish.agreed().isZero() ? longest : wish.agreed(),
                parts.time().instant().truncatedTo(ChronoUnit.MILLIS),
                null,
                null,
                null,
                null,
                null,
                Duration.ZERO,
                none,
                none);
        return occupancy.take(call).<InviteResult>map(Function.identity()).orElseGet(() -> {
            var begun = new RunningCall(parts, lane, call, price.tariff(), known::changed, () -> known.release(call));
            running.put(call.id(), begun);
            var rings = false;
            try {
                begun.ring();
                rings = true;
            } finally {
                if (!rings) {
                    running.remove(call.id());
                    known.release(call);
                }
            }
            return new Invited(begun.status(from));
        });
    }

    private @Nullable RunningCall ringing(UserId from, UserId to) {
        var call = occupancy.callOf(from);
        return call != null
                        && call.call().caller().equals(from)
                        && call.call().callee().equals(to)
                        && call.call().state() == CallState.RINGING
                ? call
                : null;
    }
}
