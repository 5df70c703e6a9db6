package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes and reads a tariff in one line; the grammar stands at {@link Tariff#notation}. */
final class TariffNotation {

    private static final String AMOUNT = "[0-9]{1,13}(?:\\.[0-9]{1,6})?";
    private static final String SECONDS = "[0-9]{1,10}";
    private static final String TIER = SECONDS + "s:[0-9]{1,5}(?:\\.[0-9]{1,2})?%";
    private static final String FACTOR = "[0-9]{1,4}:[0-9]{1,3}(?:\\.[0-9]{1,3})?";

    private static final Pattern PRICE = Pattern.compile(AMOUNT);
    private static final Pattern PER = Pattern.compile("([A-Z]{3})/(" + SECONDS + ")s");
    private static final Pattern INCREMENT = Pattern.compile("[1-9][0-9]{0,5}/[1-9][0-9]{0,5}");
    private static final Pattern FREE = Pattern.compile("free=(" + SECONDS + ")s");
    private static final Pattern MINIMUM = Pattern.compile("minimum=(" + AMOUNT + ")");
    private static final Pattern TIERS = Pattern.compile("tiers=(" + TIER + "(?:," + TIER + ")*)");
    private static final Pattern MODEL = Pattern.compile("tier-model=opening-tier");
    private static final Pattern FACTORS = Pattern.compile("factors=(" + FACTOR + "(?:," + FACTOR + ")*)");

    private TariffNotation() {}

    static String write(Tariff tariff) {
        var rate = tariff.rate();
        var text = new StringBuilder()
                .append(rate.price().amount())
                .append(' ')
                .append(tariff.currency().getCurrencyCode())
                .append('/')
                .append(rate.per().toSeconds())
                .append("s ")
                .append(tariff.increment());
        if (!tariff.free().isZero()) {
            text.append(" free=").append(tariff.free().toSeconds()).append('s');
        }
        if (!tariff.minimum().isZero()) {
            text.append(" minimum=").append(tariff.minimum().amount());
        }
        if (!tariff.tiers().isEmpty()) {
            text.append(tariff.tiers().stream()
                    .map(tier -> tier.from().toSeconds() + "s:" + Decimals.percent(tier.discountBasisPoints()) + "%")
                    .collect(Collectors.joining(",", " tiers=", "")));
        }
        if (tariff.tierModel() == TierModel.OPENING_TIER) {
            text.append(" tier-model=opening-tier");
        }
        if (!tariff.factors().isEmpty()) {
            text.append(tariff.factors().stream()
                    .map(factor -> factor.from() + ":" + Decimals.factor(factor.permille()))
                    .collect(Collectors.joining(",", " factors=", "")));
        }
        return text.toString();
    }

    static Tariff read(String text) {
        var line = new Notation("tariff.malformed_notation", "tariff", text);
        var price = line.word(PRICE, "a price such as 0.10").group();
        var per = line.word(PER, "a currency and a span such as USD/60s");
        var currency = per.group(1);
        var rate = new Rate(Money.of(currency, price), Duration.ofSeconds(Long.parseLong(per.group(2))));
        var increment = Increment.parse(
                line.word(INCREMENT, "an increment in seconds such as 60/60").group());
        var tariff = new Tariff(rate, increment);
        if (line.nextIs("free=")) {
            var free = line.word(FREE, "a free time such as free=30s").group(1);
            tariff = tariff.withFree(Duration.ofSeconds(Long.parseLong(free)));
        }
        if (line.nextIs("minimum=")) {
            var minimum =
                    line.word(MINIMUM, "a least charge such as minimum=0.50").group(1);
            tariff = tariff.withMinimum(Money.of(currency, minimum));
        }
        if (line.nextIs("tiers=")) {
            tariff = tariff.withTiers(tiers(line.word(TIERS, "tiers such as tiers=36000s:20%,180000s:40%")
                    .group(1)));
        }
        if (line.nextIs("tier-model=")) {
            line.word(MODEL, "tier-model=opening-tier, or nothing for graduated tiers");
            tariff = tariff.withTierModel(TierModel.OPENING_TIER);
        }
        if (line.nextIs("factors=")) {
            tariff = tariff.withFactors(factors(
                    line.word(FACTORS, "factors such as factors=4:1.2,6:1.4").group(1)));
        }
        if (line.hasNext()) {
            throw unexpected(line);
        }
        return tariff;
    }

    private static LivemeterException unexpected(Notation line) {
        return line.fault(
                "the end, or one of free=, minimum=, tiers=, tier-model=, factors=, each once and in this order");
    }

    private static Tier[] tiers(String text) {
        return Notation.pieces(text, ',').stream()
                .map(piece -> {
                    var parts = Notation.pieces(piece, ':');
                    return Tier.of(Duration.ofSeconds(number(parts)), withoutLast(parts.get(1)));
                })
                .toArray(Tier[]::new);
    }

    private static DestinationFactor[] factors(String text) {
        return Notation.pieces(text, ',').stream()
                .map(piece -> Notation.pieces(piece, ':'))
                .map(parts -> DestinationFactor.of(Integer.parseInt(parts.get(0)), parts.get(1)))
                .toArray(DestinationFactor[]::new);
    }

    private static long number(List<String> parts) {
        return Long.parseLong(withoutLast(parts.get(0)));
    }

    private static String withoutLast(String text) {
        return text.substring(0, text.length() - 1);
    }
}
