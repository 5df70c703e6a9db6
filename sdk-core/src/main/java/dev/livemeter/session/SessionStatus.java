package dev.livemeter.session;

import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.money.Money;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running session as a person watches it: figures of this moment, ahead of what is settled.
 *
 * @param used how long it was delivered and is paid for
 * @param cost what that costs
 * @param balance what the payer has left, this cost taken off
 * @param timeLeft how long the balance lasts at this tariff
 * @param low whether the balance is below the warning threshold
 * @param finalUnit whether the last of the balance is in use
 * @param restricted whether it is a preview that nobody is charged for, until somebody pays in
 * @param topUpPage where its payer is to be led to, now that the last of the balance is in use or used up; null where there is no need, or the policy does not redirect
 * @param destinations in the user's order
 * @param warnings what the artist should change about the stream
 */
public record SessionStatus(
        Session session,
        Duration used,
        Money cost,
        Money balance,
        Duration timeLeft,
        boolean low,
        boolean finalUnit,
        boolean restricted,
        @Nullable URI topUpPage,
        List<DestinationStatus> destinations,
        List<StreamWarning> warnings) {

    public SessionStatus {
        destinations = List.copyOf(destinations);
        warnings = List.copyOf(warnings);
    }
}
