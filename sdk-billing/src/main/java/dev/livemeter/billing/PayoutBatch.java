package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.time.Instant;
import java.util.List;

/**
 * A batch of payouts at a glance.
 *
 * @param name as it was prepared
 * @param payouts how many; one or more
 * @param total of all of them
 * @param inTransit the part that is to be sent
 * @param paid the part that was sent
 * @param returned the part that failed or came back, and is earnings again
 * @param preparedAt when the first of them left the earnings
 */
public record PayoutBatch(
        String name, int payouts, Money total, Money inTransit, Money paid, Money returned, Instant preparedAt) {

    static PayoutBatch of(String name, List<Payout> payouts) {
        var nothing = Money.zero(payouts.get(0).amount().currency());
        return new PayoutBatch(
                name,
                payouts.size(),
                payouts.stream().map(Payout::amount).reduce(nothing, Money::plus),
                in(Payout.State.IN_TRANSIT, payouts, nothing),
                in(Payout.State.PAID, payouts, nothing),
                in(Payout.State.RETURNED, payouts, nothing),
                payouts.stream().map(Payout::preparedAt).min(Instant::compareTo).orElseThrow());
    }

    private static Money in(Payout.State state, List<Payout> payouts, Money nothing) {
        return payouts.stream()
                .filter(payout -> payout.state() == state)
                .map(Payout::amount)
                .reduce(nothing, Money::plus);
    }
}
