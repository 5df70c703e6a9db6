package dev.livemeter.session;

import dev.livemeter.money.Money;
import dev.livemeter.money.RatedSpan;
import java.time.Duration;
import java.util.List;

/**
 * What a session would cost.
 *
 * @param usedThisMonth what the payer has used before, where the tariff has tiers; zero elsewhere
 * @param explanation which minutes at which rate; adds up to the cost
 */
public record Quote(
        Prices.InForce price, Duration length, Duration usedThisMonth, Money cost, List<RatedSpan> explanation) {

    public Quote {
        explanation = List.copyOf(explanation);
    }
}
