package dev.livemeter.http;

import dev.livemeter.money.RatedSpan;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** How the parts of a price look in JSON: which minutes, at which rate, and why. */
final class SpanView {

    private SpanView() {}

    static JsonArray of(List<RatedSpan> spans) {
        return Wire.array(spans.stream().map(SpanView::of).toList());
    }

    private static JsonObject of(RatedSpan span) {
        return Wire.object()
                .add("kind", span.kind().name().toLowerCase(Locale.ROOT))
                .add("from", Wire.seconds(span.from()))
                .add("to", Wire.seconds(span.to()))
                .add("month", span.month().toString())
                .add("destinations", span.destinations())
                .add("times", TariffView.times(span.factor()))
                .add("discountPercent", TariffView.percent(span.tier()))
                .add("list", Wire.money(span.listPrice()))
                .add("discount", Wire.money(span.discount()))
                .add("amount", Wire.money(span.amount()))
                .add("sentence", span.sentence())
                .build();
    }
}
