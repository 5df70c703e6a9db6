package dev.livemeter;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rate;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.money.TierModel;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings below {@code livemeter.tariff}. */
final class TariffSettings {

    private static final Pattern TIER = Pattern.compile("([0-9]{1,9})(s|m|h)=([0-9.]{1,6})%");
    private static final Pattern FACTOR = Pattern.compile("([0-9]{1,4})=([0-9.]{1,7})");
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    private final Map<String, String> properties;
    private final List<String> faults;

    TariffSettings(Map<String, String> properties, List<String> faults) {
        this.properties = properties;
        this.faults = faults;
    }

    /** What a minute costs; null where nothing is said, or something wrong. */
    @Nullable
    Tariff read() {
        var config = ComponentConfig.below("livemeter.tariff", properties);
        var currency = config.currency("currency").orElse(Currency.getInstance("USD"));
        var price = config.money("price-per-minute", currency);
        var increment = config.increment("increment");
        var free = config.duration("free");
        var minimum = config.money("minimum", currency);
        var tiers = config.parsed(
                "tiers", "tiers by rising time such as 600m=20%, 3000m=40%", list(TIER, TariffSettings::tier));
        var model = config.parsed("tier-model", "graduated or opening-tier", TariffSettings::model);
        var factors = config.parsed(
                "destination-factors",
                "factors by rising destinations such as 4=1.2, 6=1.4",
                list(FACTOR, match -> DestinationFactor.of(Integer.parseInt(match.group(1)), match.group(2))));
        var before = faults.size();
        try {
            config.check();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
        if (!price.isPresent()) {
            if (faults.size() == before) {
                faults.add(
                        "There is no tariff. Give one with .tariff(Tariff.perMinute(\"USD\", \"0.10\")) or the setting"
                                + " livemeter.tariff.price-per-minute.");
            }
            return null;
        }
        var least = minimum.orElse(Money.zero(currency));
        noteNegative("price-per-minute", price.get());
        noteNegative("minimum", least);
        if (price.get().isNegative() || least.isNegative()) {
            return null;
        }
        try {
            return new Tariff(
                    new Rate(price.get(), Duration.ofMinutes(1)),
                    increment.orElse(Increment.MINUTES),
                    free.orElse(Duration.ZERO),
                    least,
                    model.orElse(TierModel.GRADUATED),
                    tiers.orElse(List.of()),
                    factors.orElse(List.of()));
        } catch (LivemeterException e) {
            // What fits each by itself may not fit together; the sentence says what it is about.
            faults.add("The settings below livemeter.tariff do not fit together. " + e.getMessage());
            return null;
        }
    }

    private void noteNegative(String key, Money amount) {
        if (amount.isNegative()) {
            faults.add("The setting livemeter.tariff." + key + " is '" + amount.amount() + "'; expected zero or more.");
        }
    }

    private static <T> Function<String, List<T>> list(Pattern form, Function<MatchResult, T> parser) {
        return text -> COMMA.splitAsStream(text)
                .map(piece -> {
                    var match = form.matcher(piece);
                    if (!match.matches()) {
                        throw new IllegalArgumentException();
                    }
                    return parser.apply(match);
                })
                .toList();
    }

    private static Tier tier(MatchResult match) {
        var count = Long.parseLong(match.group(1));
        var from = switch (match.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        return Tier.of(from, match.group(3));
    }

    private static TierModel model(String text) {
        return switch (text) {
            case "graduated" -> TierModel.GRADUATED;
            case "opening-tier" -> TierModel.OPENING_TIER;
            default -> throw new IllegalArgumentException();
        };
    }
}
