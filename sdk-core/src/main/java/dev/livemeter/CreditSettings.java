package dev.livemeter;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.session.FailureHandling;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import java.util.Currency;

/** Reads the rules of credit control, which streams and calls have each for themselves. */
final class CreditSettings {

    private CreditSettings() {}

    /** Rules in that currency, defaults where nothing is said. */
    static SessionPolicy.Builder read(ComponentConfig config, Currency currency) {
        var defaults = SessionPolicy.defaults(currency);
        var rules = SessionPolicy.builder(currency)
                .minimumToStart(config.money("minimum-to-start", currency).orElse(defaults.minimumToStart()))
                .lowBalanceBelow(config.money("low-balance-below", currency).orElse(defaults.lowBalanceBelow()))
                .quota(config.duration("quota").orElse(defaults.quota()))
                .renewBefore(config.duration("renew-before").orElse(defaults.renewBefore()))
                .settleEvery(config.duration("settle-every").orElse(defaults.settleEvery()))
                .grace(config.duration("grace").orElse(defaults.grace()))
                .finalUnit(config.choice("final-unit", FinalUnitAction.class).orElse(defaults.finalUnit()))
                .restrictFor(config.duration("restrict-for").orElse(defaults.restrictFor()))
                .failureHandling(
                        config.choice("failure-handling", FailureHandling.class).orElse(defaults.failureHandling()))
                .continueFor(config.duration("continue-for").orElse(defaults.continueFor()))
                .maxDuration(config.duration("max-duration").orElse(defaults.maxDuration()));
        var proof = config.duration("prove-every");
        if (proof.isPresent()) {
            rules.proveEvery(proof.get());
        }
        var page = config.uri("top-up-page");
        if (page.isPresent()) {
            rules.topUpPage(page.get());
        }
        return rules;
    }
}
