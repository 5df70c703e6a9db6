package dev.livemeter.http;

import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.money.TierModel;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a tariff looks in JSON, as data and in a person's words. */
final class TariffView {

    private TariffView() {}

    /** All its parts. */
    static JsonObject of(Tariff tariff) {
        return parts(tariff).build();
    }

    /** All its parts, told in sentences too. */
    static JsonObject told(Tariff tariff) {
        return parts(tariff)
                .add(
                        "sentences",
                        Wire.array(sentences(tariff).stream().map(Wire::text).toList()))
                .build();
    }

    private static JsonObjectBuilder parts(Tariff tariff) {
        return Wire.object()
                .add("text", tariff.toString())
                .add("notation", tariff.notation())
                .add("price", Wire.money(tariff.rate().price()))
                .add("per", Wire.seconds(tariff.rate().per()))
                .add("initial", Wire.seconds(tariff.increment().initial()))
                .add("subsequent", Wire.seconds(tariff.increment().subsequent()))
                .add("free", Wire.seconds(tariff.free()))
                .add("minimum", Wire.money(tariff.minimum()))
                .add("tierModel", tariff.tierModel().name().toLowerCase(Locale.ROOT))
                .add(
                        "tiers",
                        Wire.array(tariff.tiers().stream().map(TariffView::tier).toList()))
                .add(
                        "factors",
                        Wire.array(tariff.factors().stream()
                                .map(TariffView::factor)
                                .toList()));
    }

    private static JsonValue tier(Tier tier) {
        return Wire.object()
                .add("from", Wire.seconds(tier.from()))
                .add("discountPercent", percent(tier))
                .build();
    }

    private static JsonValue factor(DestinationFactor factor) {
        return Wire.object()
                .add("from", factor.from())
                .add("times", times(factor))
                .build();
    }

    /** The discount, exact and as text: 12.5. */
    static String percent(Tier tier) {
        return plain(tier.discountBasisPoints(), 2);
    }

    /** The factor, exact and as text: 1.2. */
    static String times(DestinationFactor factor) {
        return plain(factor.permille(), 3);
    }

    private static String plain(int number, int scale) {
        return BigDecimal.valueOf(number, scale).stripTrailingZeros().toPlainString();
    }

    /** What somebody has to know who pays by it. */
    static List<String> sentences(Tariff tariff) {
        var told = new ArrayList<String>();
        var per = tariff.rate().per();
        var unit = per.equals(Duration.ofMinutes(1)) ? "A minute costs " : "Each " + span(per) + " cost ";
        told.add(unit + tariff.rate().price() + "; " + steps(tariff.increment()) + ".");
        if (!tariff.free().isZero()) {
            told.add("The first " + span(tariff.free()) + " are free.");
        }
        if (!tariff.minimum().isZero()) {
            told.add("What is charged at all costs at least " + tariff.minimum() + ".");
        }
        for (var tier : tariff.tiers()) {
            var when = tariff.tierModel() == TierModel.GRADUATED
                    ? "what comes after " + span(tier.from()) + " in a calendar month"
                    : "what begins after " + span(tier.from()) + " in a calendar month";
            told.add(percent(tier) + " % off for " + when + ".");
        }
        for (var factor : tariff.factors()) {
            told.add("Times " + times(factor) + " from " + factor.from()
                    + (factor.from() == 1 ? " destination on." : " destinations on."));
        }
        return told;
    }

    private static String steps(Increment increment) {
        var initial = increment.initial();
        var subsequent = increment.subsequent();
        if (increment.equals(Increment.SECONDS)) {
            return "it is counted by the second";
        }
        if (increment.equals(Increment.MINUTES)) {
            return "a minute that is begun counts whole";
        }
        return initial.equals(subsequent)
                ? "it is counted in steps of " + span(initial)
                : "at least " + span(initial) + ", then steps of " + span(subsequent);
    }

    private static String span(Duration time) {
        var seconds = time.toSeconds();
        if (seconds > 0 && seconds % 60 == 0) {
            return seconds == 60 ? "1 minute" : seconds / 60 + " minutes";
        }
        return seconds == 1 ? "1 second" : seconds + " seconds";
    }
}
