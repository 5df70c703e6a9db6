package dev.livemeter.http;

import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How values of the domain look in JSON: money exact and with its currency, spans in seconds, moments in ISO 8601. */
final class Wire {

    /** Looked up once: {@link JsonProvider#provider()} searches the class path at each call. Stateless. */
    static final JsonProvider JSON = JsonProvider.provider();

    /** Beyond that much time nobody counts; {@link Tariff#UNLIMITED} less what has passed is still beyond. */
    private static final Duration COUNTABLE = Tariff.UNLIMITED.minusDays(365);

    private Wire() {}

    static JsonObjectBuilder object() {
        return JSON.createObjectBuilder();
    }

    static JsonArray array(Collection<? extends JsonValue> values) {
        JsonArrayBuilder array = JSON.createArrayBuilder();
        values.forEach(array::add);
        return array.build();
    }

    static JsonObject money(Money money) {
        return object().add("amount", money.amount())
                .add("currency", money.currency().getCurrencyCode())
                .build();
    }

    static JsonValue moneyOrNull(@Nullable Money money) {
        return money == null ? JsonValue.NULL : money(money);
    }

    /** Seconds to the millisecond, rounded down; null for time without limit. */
    static JsonValue seconds(Duration span) {
        if (span.compareTo(COUNTABLE) >= 0) {
            return JsonValue.NULL;
        }
        var exact = BigDecimal.valueOf(span.toMillis(), 3).stripTrailingZeros();
        return JSON.createValue(exact.scale() < 0 ? exact.setScale(0) : exact);
    }

    static JsonValue address(@Nullable URI address) {
        return text(address == null ? null : address.toString());
    }

    static JsonValue text(@Nullable String text) {
        return text == null ? JsonValue.NULL : JSON.createValue(text);
    }

    static JsonValue instant(@Nullable Instant moment) {
        return text(moment == null ? null : moment.toString());
    }

    static WebResponse answer(int status, JsonObjectBuilder body) {
        return new WebResponse(
                status,
                Map.of("Content-Type", "application/json"),
                WebBody.of(body.build().toString()));
    }
}
