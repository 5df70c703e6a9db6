package dev.livemeter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.money.TierModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TariffSettingsTest {

    private final List<String> faults = new ArrayList<>();

    private Tariff read(Map<String, String> settings) {
        var properties = new HashMap<String, String>();
        settings.forEach((key, value) -> properties.put("livemeter.tariff." + key, value));
        return new TariffSettings(properties, faults).read();
    }

    @Test
    void everyPartCanBeSet() {
        var tariff = read(Map.of(
                "currency", "EUR",
                "price-per-minute", "0.20",
                "increment", "60/1",
                "free", "30s",
                "minimum", "0.50",
                "tiers", "600m=20%, 50h=40.5% ,200000s=50%",
                "tier-model", "opening-tier",
                "destination-factors", "4=1.2, 6=1.4"));

        assertThat(faults).isEmpty();
        assertThat(tariff)
                .isEqualTo(Tariff.perMinute("EUR", "0.20")
                        .in(Increment.parse("60/1"))
                        .withFree(Duration.ofSeconds(30))
                        .withMinimum(Money.of("EUR", "0.50"))
                        .withTiers(
                                Tier.of(Duration.ofHours(10), "20"),
                                Tier.of(Duration.ofHours(50), "40.5"),
                                Tier.of(Duration.ofSeconds(200_000), "50"))
                        .withTierModel(TierModel.OPENING_TIER)
                        .withFactors(DestinationFactor.of(4, "1.2"), DestinationFactor.of(6, "1.4")));
    }

    @Test
    void thePriceIsEnough() {
        assertThat(read(Map.of("price-per-minute", "0.10"))).isEqualTo(Tariff.perMinute("USD", "0.10"));
        assertThat(read(Map.of("price-per-minute", "0.10", "tier-model", "graduated")))
                .isEqualTo(Tariff.perMinute("USD", "0.10"));
        assertThat(faults).isEmpty();
    }

    @Test
    void withoutAPriceThereIsNoTariff() {
        assertThat(read(Map.of("minimum", "0.10"))).isNull();
        assertThat(faults)
                .containsExactly(
                        "There is no tariff. Give one with .tariff(Tariff.perMinute(\"USD\", \"0.10\")) or the setting"
                                + " livemeter.tariff.price-per-minute.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "price-per-minute    | -0.10        | The setting livemeter.tariff.price-per-minute is '-0.10'; expected zero or more.",
                "price-per-minute    | much         | The setting livemeter.tariff.price-per-minute is 'much'; expected an amount such as 5.00.",
                "minimum             | -1           | The setting livemeter.tariff.minimum is '-1.00'; expected zero or more.",
                "free                | soon         | The setting livemeter.tariff.free is 'soon'; expected a span of time such as 10s, 5m or 2h.",
                "free                | 500ms        | The settings below livemeter.tariff do not fit together. The free time PT0.5S is not a whole number of seconds from 0 to 999999.",
                "tiers               | 600m=20      | The setting livemeter.tariff.tiers is '600m=20'; expected tiers by rising time such as 600m=20%, 3000m=40%.",
                "tiers               | 600=20%      | The setting livemeter.tariff.tiers is '600=20%'; expected tiers by rising time such as 600m=20%, 3000m=40%.",
                "tiers               | 600m=120%    | The setting livemeter.tariff.tiers is '600m=120%'; expected tiers by rising time such as 600m=20%, 3000m=40%.",
                "tiers               | 2h=2%, 1h=1% | The settings below livemeter.tariff do not fit together. The tier '1 % off from 60 min a month' comes after '2 % off from 120 min a month'; list tiers by rising time, each once.",
                "tier-model          | volume       | The setting livemeter.tariff.tier-model is 'volume'; expected graduated or opening-tier.",
                "destination-factors | 4            | The setting livemeter.tariff.destination-factors is '4'; expected factors by rising destinations such as 4=1.2, 6=1.4.",
                "destination-factors | 4=1.2.3      | The setting livemeter.tariff.destination-factors is '4=1.2.3'; expected factors by rising destinations such as 4=1.2, 6=1.4.",
            })
    void aFaultNamesKeyValueAndRemedy(String key, String value, String fault) {
        var settings = new HashMap<>(Map.of("price-per-minute", "0.10"));
        settings.put(key, value);

        read(settings);

        assertThat(faults).containsExactly(fault);
    }

    @Test
    void faultsComeTogether() {
        assertThat(read(Map.of("price-per-minute", "-1", "minimum", "-2", "colour", "red")))
                .isNull();
        assertThat(faults)
                .containsExactly(
                        "The setting livemeter.tariff.colour is not known here; known are currency, destination-factors, free, increment, minimum,"
                                + " price-per-minute, tier-model, tiers. Correct or remove it.",
                        "The setting livemeter.tariff.price-per-minute is '-1.00'; expected zero or more.",
                        "The setting livemeter.tariff.minimum is '-2.00'; expected zero or more.");
    }
}
