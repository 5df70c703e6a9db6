package dev.livemeter.session;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.Money;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * The rules of credit control for a lane, in the terms of RFC 8506. Immutable; made by a {@link Builder} that tells every fault together.
 *
 * @param minimumToStart held when a session opens; less available: refused
 * @param lowBalanceBelow a warning is told when the money left crosses below it
 * @param quota how much time each renewal reserves (Granted-Service-Unit)
 * @param renewBefore how long before the end of the reserved time it is renewed (Time-Quota-Threshold of 3GPP TS 32.299); shorter than {@code quota}
 * @param settleEvery how often what was used is captured (Validity-Time)
 * @param proveEvery how often the proof of life is stored, no less often than {@code settleEvery}; a crash costs the operator at most this much
 * @param grace how long a session may go on, free, after the last paid moment
 * @param finalUnit what happens when the last paid moment, and the grace, are over
 * @param topUpPage where the payer is led to with {@link FinalUnitAction#REDIRECT} (Redirect-Server, RFC 8506, 8.37); null where nobody is
 * @param restrictFor how long a session may stay restricted before it is cut
 * @param failureHandling what happens while the wallet or the store does not answer
 * @param continueFor how long beyond its paid time a session may go on then, with {@link FailureHandling#CONTINUE}
 * @param maxDuration the longest a session may last; zero for no limit
 * @param concurrentStreams how many streams a user may run at once
 * @param maxDestinations how many destinations a user may have
 */
public record SessionPolicy(
        Money minimumToStart,
        Money lowBalanceBelow,
        Duration quota,
        Duration renewBefore,
        Duration settleEvery,
        Duration proveEvery,
        Duration grace,
        FinalUnitAction finalUnit,
        @Nullable URI topUpPage,
        Duration restrictFor,
        FailureHandling failureHandling,
        Duration continueFor,
        Duration maxDuration,
        int concurrentStreams,
        int maxDestinations) {

    /** The defaults in that currency: 5.00 to start, a warning below 10.00, at most 240 minutes, one stream, ten destinations. */
    public static SessionPolicy defaults(Currency currency) {
        return builder(currency).build();
    }

    /** Where a payer with the last of the balance in use is led to; null where the final unit does not redirect. */
    @Nullable
    URI leadsTo() {
        return finalUnit == FinalUnitAction.REDIRECT ? topUpPage : null;
    }

    /** Starts from the defaults in that currency. */
    public static Builder builder(Currency currency) {
        return new Builder(currency);
    }

    /** Collects the rules. Not thread-safe. */
    public static final class Builder {

        private Money minimumToStart;
        private Money lowBalanceBelow;
        private Duration quota = Duration.ofMinutes(1);
        private Duration renewBefore = Duration.ofSeconds(15);
        private Duration settleEvery = Duration.ofSeconds(10);
        private @Nullable Duration proveEvery;
        private Duration grace = Duration.ZERO;
        private FinalUnitAction finalUnit = FinalUnitAction.TERMINATE;
        private @Nullable URI topUpPage;
        private Duration restrictFor = Duration.ofMinutes(5);
        private FailureHandling failureHandling = FailureHandling.RETRY_AND_TERMINATE;
        private Duration continueFor = Duration.ofMinutes(5);
        private Duration maxDuration = Duration.ofHours(4);
        private int concurrentStreams = 1;
        private int maxDestinations = 10;

        private Builder(Currency currency) {
            minimumToStart = Money.of(currency.getCurrencyCode(), "5.00");
            lowBalanceBelow = Money.of(currency.getCurrencyCode(), "10.00");
        }

        public Builder minimumToStart(Money amount) {
            minimumToStart = amount;
            return this;
        }

        public Builder lowBalanceBelow(Money amount) {
            lowBalanceBelow = amount;
            return this;
        }

        public Builder quota(Duration time) {
            quota = time;
            return this;
        }

        public Builder renewBefore(Duration time) {
            renewBefore = time;
            return this;
        }

        public Builder settleEvery(Duration time) {
            settleEvery = time;
            return this;
        }

        /** As {@code settleEvery} where nothing is given. */
        public Builder proveEvery(Duration time) {
            proveEvery = time;
            return this;
        }

        public Builder finalUnit(FinalUnitAction action) {
            finalUnit = action;
            return this;
        }

        /** Where money is paid in: the page of the host that {@link FinalUnitAction#REDIRECT} leads to. */
        public Builder topUpPage(URI page) {
            topUpPage = page;
            return this;
        }

        public Builder restrictFor(Duration time) {
            restrictFor = time;
            return this;
        }

        public Builder failureHandling(FailureHandling handling) {
            failureHandling = handling;
            return this;
        }

        public Builder continueFor(Duration time) {
            continueFor = time;
            return this;
        }

        public Builder grace(Duration time) {
            grace = time;
            return this;
        }

        public Builder maxDuration(Duration time) {
            maxDuration = time;
            return this;
        }

        public Builder concurrentStreams(int count) {
            concurrentStreams = count;
            return this;
        }

        public Builder maxDestinations(int count) {
            maxDestinations = count;
            return this;
        }

        /**
         * The policy.
         *
         * @throws ConfigurationException with every fault
         */
        public SessionPolicy build() {
            var faults = new ArrayList<String>();
            if (!minimumToStart.currency().equals(lowBalanceBelow.currency())) {
                faults.add(
                        "The minimum to start is in " + minimumToStart.currency() + " and the low-balance threshold in "
                                + lowBalanceBelow.currency() + "; give both in the tariff's currency.");
            }
            if (minimumToStart.isNegative() || lowBalanceBelow.isNegative()) {
                faults.add("The minimum to start is " + minimumToStart + " and the low-balance threshold "
                        + lowBalanceBelow + "; neither can be negative.");
            }
            if (quota.compareTo(Duration.ofSeconds(1)) < 0) {
                faults.add("The quota is " + quota + "; expected at least a second.");
            }
            if (renewBefore.isNegative() || renewBefore.compareTo(quota) >= 0) {
                faults.add("The quota of " + quota + " is renewed " + renewBefore
                        + " before its end; expected less than the quota itself.");
            }
            if (settleEvery.compareTo(Duration.ofMillis(200)) < 0) {
                faults.add("Sessions are settled every " + settleEvery + "; expected at least 200 ms.");
            }
            var proof = proveEvery == null ? settleEvery : proveEvery;
            if (proof.compareTo(Duration.ofMillis(200)) < 0 || proof.compareTo(settleEvery) > 0) {
                faults.add("The proof of life is stored every " + proof + " and sessions are settled every "
                        + settleEvery + "; expected at least 200 ms, and no less often than the settlement.");
            }
            if (finalUnit == FinalUnitAction.REDIRECT && topUpPage == null) {
                faults.add(
                        "The final unit redirects, and there is no page to redirect to; give the one where money is paid in,"
                                + " by topUpPage or the setting top-up-page.");
            }
            if (topUpPage != null && !isPage(topUpPage)) {
                faults.add("The page to top up at is '" + topUpPage
                        + "'; expected an address that begins with http:// or https:// and names a host.");
            }
            if (restrictFor.isNegative() || continueFor.isNegative()) {
                faults.add("Sessions stay restricted for " + restrictFor + " and continue unpaid for " + continueFor
                        + "; neither can be negative.");
            }
            if (grace.isNegative() || maxDuration.isNegative()) {
                faults.add("The grace is " + grace + " and the longest duration " + maxDuration
                        + "; neither can be negative.");
            }
            if (concurrentStreams < 1 || maxDestinations < 1) {
                faults.add("A user may run " + concurrentStreams + " streams to " + maxDestinations
                        + " destinations; expected at least one of each.");
            }
            if (!faults.isEmpty()) {
                throw new ConfigurationException(faults);
            }
            return new SessionPolicy(
                    minimumToStart,
                    lowBalanceBelow,
                    quota,
                    renewBefore,
                    settleEvery,
                    proof,
                    grace,
                    finalUnit,
                    topUpPage,
                    restrictFor,
                    failureHandling,
                    continueFor,
                    maxDuration,
                    concurrentStreams,
                    maxDestinations);
        }

        /** It becomes a link on pages of the host; nothing that is no page may stand there. */
        private static boolean isPage(URI address) {
            return address.getHost() != null
                    && ("https".equalsIgnoreCase(address.getScheme()) || "http".equalsIgnoreCase(address.getScheme()));
        }
    }
}
