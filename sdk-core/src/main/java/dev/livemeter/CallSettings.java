package dev.livemeter;

import dev.livemeter.call.CallPolicy;
import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.tariff.Service;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is said below {@code livemeter.call}.
 *
 * @param rules with what can be said in text
 * @param prices of calls and of watching them, where none is published
 */
record CallSettings(CallPolicy.Builder rules, Map<Service, Tariff> prices) {

    private static final String SECTION = "livemeter.call";

    /** Whether anything is said. */
    static boolean areGiven(Map<String, String> properties) {
        return properties.keySet().stream().anyMatch(key -> key.startsWith(SECTION + "."));
    }

    static CallSettings read(Map<String, String> properties, Currency currency, List<String> faults) {
        var config = ComponentConfig.below(SECTION, properties);
        var defaults = CallPolicy.defaults(currency);
        var credit = CreditSettings.read(config, currency);
        var rules = CallPolicy.builder(currency)
                .ringFor(config.duration("ring-for").orElse(defaults.ringFor()))
                .mediaWithin(config.duration("media-within").orElse(defaults.mediaWithin()))
                .silence(config.duration("silence").orElse(defaults.silence()))
                .reconnectWithin(config.duration("reconnect-within").orElse(defaults.reconnectWithin()))
                .reportEvery(config.duration("report-every").orElse(defaults.reportEvery()))
                .tokenFor(config.duration("token-for").orElse(defaults.tokenFor()))
                .share(config.parsed("share", "percent such as 70 or 33.33", Share::percent)
                        .orElse(defaults.share()))
                .largestRoom(config.integer("largest-room", 1, 100_000).orElse(defaults.largestRoom()));
        var key = config.secret("token-key");
        if (key.isPresent()) {
            rules.tokenKey(key.get());
        }
        var prices = new EnumMap<Service, Tariff>(Service.class);
        price(config, "tariff", Service.CALL, currency, prices);
        price(config, "spectator-tariff", Service.SPECTATOR, currency, prices);
        try {
            config.check();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
        try {
            rules.credit(credit.build());
        } catch (ConfigurationException e) {
            e.faults().forEach(fault -> faults.add("Of calls: " + fault));
        }
        return new CallSettings(rules, prices);
    }

    private static void price(
            ComponentConfig config, String key, Service service, Currency currency, Map<Service, Tariff> prices) {
        var given = config.parsed(key, "a tariff such as 2.00 USD/60s 1/1", Tariff::parse);
        if (!given.isPresent()) {
            return;
        }
        var tariff = Objects.requireNonNull(given.get());
        if (tariff.currency().equals(currency)) {
            prices.put(service, tariff);
        } else {
            config.fault("The setting " + SECTION + "." + key + " is in " + tariff.currency() + ", and all else in "
                    + currency + "; give it in the same currency.");
        }
    }
}
