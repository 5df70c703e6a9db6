package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.TariffVersion;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code /tariffs}: an administrator reads and publishes prices. What was published never changes. */
final class TariffEndpoints {

    private static final List<Integer> EXAMPLES_MINUTES = List.of(1, 60, 600, 3_600);

    private final Livemeter live;
    private final TimeSource time;

    TariffEndpoints(Livemeter live, TimeSource time) {
        this.live = live;
        this.time = time;
    }

    WebResponse list(Call call) {
        call.requireAdministrator();
        var keys = live.tariffs().keys().stream().map(this::view).toList();
        return Wire.answer(
                200, Wire.object().add("tariffs", Wire.array(keys)).add("fallback", TariffView.told(live.tariff())));
    }

    private JsonObject view(TariffKey key) {
        return Wire.object()
                .add("key", key.notation())
                .add(
                        "versions",
                        Wire.array(live.tariffs().history(key).stream()
                                .map(TariffEndpoints::view)
                                .toList()))
                .build();
    }

    private static JsonObject view(TariffVersion version) {
        return Wire.object()
                .add("version", version.version())
                .add("from", Wire.instant(version.validFrom()))
                .add("tariff", TariffView.told(version.tariff()))
                .build();
    }

    /** Reads a notation and says what it means, before anybody publishes it. */
    WebResponse read(Call call) {
        call.requireAdministrator();
        var notation = Parameters.required(call.request(), "notation");
        var tariff = Refusals.reading("notation", () -> Tariff.parse(notation));
        return Wire.answer(
                200,
                Wire.object()
                        .add("tariff", TariffView.told(tariff))
                        .add(
                                "examples",
                                Wire.array(EXAMPLES_MINUTES.stream()
                                        .map(minutes -> example(tariff, minutes))
                                        .toList())));
    }

    /** For somebody who streams to one destination and has streamed nothing before. */
    private JsonObject example(Tariff tariff, int minutes) {
        // The month is not to end on the way.
        var begin = time.instant()
                .atZone(ZoneOffset.UTC)
                .withDayOfMonth(1)
                .truncatedTo(ChronoUnit.DAYS)
                .toInstant();
        var rating = tariff.rate(RatingBasis.startingAt(begin, ZoneOffset.UTC, 1, Duration.ZERO));
        return Wire.object()
                .add("minutes", minutes)
                .add("cost", Wire.money(rating.cost(Duration.ofMinutes(minutes))))
                .build();
    }

    WebResponse publish(Call call) {
        call.requireAdministrator();
        var fields = call.fields("key", "tariff", "from");
        var key = Refusals.reading("key", () -> TariffKey.parse(fields.requiredText("key")));
        var tariff = Refusals.reading("tariff", () -> Tariff.parse(fields.requiredText("tariff")));
        var from = fields.instant("from").orElseGet(time::instant);
        try {
            var version = live.tariffs().publish(key, tariff, from);
            return Wire.answer(201, Wire.object().add("key", key.notation()).add("published", view(version)));
        } catch (LivemeterException e) {
            if (e.code().equals("tariff.not_later")) {
                throw new ProblemException(409, e.code(), String.valueOf(e.getMessage()));
            }
            if (e.code().equals("tariff.currency_mismatch")) {
                throw Fields.unfit("tariff", String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }
}
