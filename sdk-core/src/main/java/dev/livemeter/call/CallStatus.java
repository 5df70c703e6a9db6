package dev.livemeter.call;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call as one of the two, or an operator, watches it. While {@code counting}, a client may go on to count {@code used} up and {@code timeLeft} and {@code agreedLeft} down by its own clock; the next
 * status puts it right.
 *
 * @param version grows with every change that a client should hear of
 * @param at of which moment the figures are
 * @param picture what the callee's client is to send, and the caller's to show
 * @param counting whether time is being charged at this moment
 * @param used how long is charged so far
 * @param cost what that costs
 * @param balance what the caller has left; null for others than the caller and operators
 * @param earned what the callee has of the cost and of tips; null for others than the callee and operators
 * @param tips what was tipped in this call so far, as far as this process knows
 * @param timeLeft how long the caller's money lasts
 * @param agreedLeft how long the agreed time lasts; null where none was agreed
 * @param topUpPage where the caller is to be led to, now that the last of the money is in use or used up; null for others than the caller and operators, and where the policy does not redirect
 * @param price the tariff, as {@link dev.livemeter.money.Tariff#notation} writes it
 */
public record CallStatus(
        Call call,
        long version,
        Instant at,
        Picture picture,
        boolean counting,
        Duration used,
        Money cost,
        @Nullable Money balance,
        @Nullable Money earned,
        Money tips,
        @Nullable Duration timeLeft,
        @Nullable Duration agreedLeft,
        boolean low,
        boolean finalUnit,
        @Nullable URI topUpPage,
        String price) {

    /** What is shown. */
    public enum Picture {
        /** Nothing: there is no connection to be made. */
        NONE,
        /** A blurred or still one without sound: media flows, and nobody pays. */
        PREVIEW,
        /** The real one. */
        FULL
    }

    /** Whether that user is one of the two. */
    public boolean isOf(UserId user) {
        return call.isOf(user);
    }
}
