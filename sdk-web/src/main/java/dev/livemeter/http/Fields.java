package dev.livemeter.http;

import dev.livemeter.money.Money;
import dev.livemeter.web.WebBody;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The JSON object of a request, read strictly: a field that is unknown, comes twice or has the wrong type is refused with a
 * sentence, so that a misspelt field is not taken for one that was left out.
 */
final class Fields {

    private static final JsonParserFactory PARSERS = Wire.JSON.createParserFactory(Map.of());

    private static final BigDecimal MOST_SECONDS = new BigDecimal(1_000_000_000);
    private static final int MOST_DECIMALS = 9;

    private final Map<String, JsonValue> values;

    private Fields(Map<String, JsonValue> values) {
        this.values = values;
    }

    /** The fields of a body, which may have those names alone; an empty body has none. */
    static Fields of(WebBody body, String... known) {
        var fields = new Fields(body.length() == 0 ? Map.of() : parse(decode(body)));
        fields.refuseAllBut(List.of(known));
        return fields;
    }

    private static String decode(WebBody body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("The body is not text in UTF-8; send JSON in UTF-8.");
        }
    }

    private static Map<String, JsonValue> parse(String text) {
        try (var parser = PARSERS.createParser(new StringReader(text))) {
            if (parser.next() != Event.START_OBJECT) {
                throw malformed("The body is JSON, but not an object; send one JSON object, such as {}.");
            }
            var values = new LinkedHashMap<String, JsonValue>();
            while (parser.next() == Event.KEY_NAME) {
                var name = parser.getString();
                parser.next();
                if (values.put(name, parser.getValue()) != null) {
                    throw malformed("The body has the field '" + printable(name) + "' twice; send each field once.");
                }
            }
            // Asking for more fails where something comes behind the object.
            parser.hasNext();
            return values;
        } catch (JsonException | IllegalStateException | NoSuchElementException e) {
            throw malformed("The body is not well-formed JSON; send one JSON object.");
        }
    }

    private void refuseAllBut(List<String> known) {
        for (var name : values.keySet()) {
            if (!known.contains(name)) {
                var expected = known.isEmpty() ? "none is expected" : "known are " + String.join(", ", known);
                throw unfit(name, "The field '" + printable(name) + "' is not known here; " + expected + ".");
            }
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The text of a field, or empty where it is missing or null. */
    Optional<String> text(String name) {
        var value = value(name);
        if (value.isPresent() && !(value.get() instanceof JsonString)) {
            throw wrongType(name, value.get(), "a string");
        }
        return value.map(string -> ((JsonString) string).getString());
    }

    /** The text of a field that must be there. */
    String requiredText(String name) {
        return text(name)
                .orElseThrow(
                        () -> unfit(name, "The field '" + name + "' is missing; it is a string and has to be given."));
    }

    /** The truth of a field, or empty where it is missing or null. */
    Optional<Boolean> truth(String name) {
        var value = value(name);
        if (value.isPresent() && value.get() != JsonValue.TRUE && value.get() != JsonValue.FALSE) {
            throw wrongType(name, value.get(), "true or false");
        }
        return value.map(truth -> truth == JsonValue.TRUE);
    }

    /** The span of a field in seconds, or empty where it is missing or null; parts of a millisecond are cut off. */
    Optional<Duration> seconds(String name) {
        var value = value(name);
        if (value.isPresent() && !(value.get() instanceof JsonNumber)) {
            throw wrongType(name, value.get(), "a number of seconds");
        }
        return value.map(number -> seconds(name, ((JsonNumber) number).bigDecimalValue()));
    }

    private static Duration seconds(String name, BigDecimal number) {
        // Looked at before anything is worked out: a number of ten characters can have a milliard digits.
        if (number.signum() < 0 || number.compareTo(MOST_SECONDS) > 0 || number.scale() > MOST_DECIMALS) {
            throw unfit(
                    name,
                    "The field '" + name + "' does not fit; expected a number of seconds from 0 to " + MOST_SECONDS
                            + ".");
        }
        return Duration.ofMillis(number.movePointRight(3).longValue());
    }

    /** The amount of a field, or empty where it is missing or null: an object of two strings, as answers have it. */
    Optional<Money> money(String name) {
        var value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!(value.get() instanceof JsonObject object)
                || object.size() != 2
                || !(object.get("amount") instanceof JsonString amount)
                || !(object.get("currency") instanceof JsonString currency)) {
            throw unfit(
                    name,
                    "The field '" + name
                            + "' is no amount; write it like {\"amount\":\"10.00\",\"currency\":\"USD\"}.");
        }
        return Optional.of(Refusals.reading(name, () -> Money.of(currency.getString(), amount.getString())));
    }

    /** The amount of a field that must be there. */
    Money requiredMoney(String name) {
        return money(name)
                .orElseThrow(() -> unfit(
                        name,
                        "The field '" + name
                                + "' is missing; it is an amount like {\"amount\":\"10.00\",\"currency\":\"USD\"}."));
    }

    /** The moment of a field, or empty where it is missing or null. */
    Optional<Instant> instant(String name) {
        return text(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw unfit(name, "The field '" + name + "' is no moment; write it like 2026-11-20T07:17:20Z.");
            }
        });
    }

    /** A short text of one line; empty where it is missing. */
    String line(String name, int longest) {
        var line = text(name).orElse("").strip();
        if (line.length() > longest || line.chars().anyMatch(Character::isISOControl)) {
            throw unfit(
                    name,
                    "The field '" + name + "' has " + line.length() + " characters; expected at most " + longest
                            + " without control characters.");
        }
        return line;
    }

    /** A short text of one line that must say something. */
    String requiredLine(String name, int longest) {
        var line = line(name, longest);
        if (line.isEmpty()) {
            throw unfit(name, "The field '" + name + "' is missing; it is a string and has to be given.");
        }
        return line;
    }

    /** A list of strings; empty where the field is not there. */
    List<String> texts(String name) {
        return value(name)
                .map(given -> {
                    if (given instanceof JsonArray array && array.stream().allMatch(one -> one instanceof JsonString)) {
                        return array.getValuesAs(JsonString::getString);
                    }
                    throw wrongType(name, given, "an array of strings");
                })
                .orElse(List.of());
    }

    /** A whole number, where the field is there. */
    Optional<Long> wholeNumber(String name) {
        return value(name).map(given -> {
            if (given instanceof JsonNumber number && number.isIntegral()) {
                try {
                    return number.longValueExact();
                } catch (ArithmeticException tooLong) {
                    throw unfit(name, "The field '" + name + "' is too large a number.");
                }
            }
            throw wrongType(name, given, "a whole number");
        });
    }

    private Optional<JsonValue> value(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> value != JsonValue.NULL);
    }

    static ProblemException unfit(String field, String sentence) {
        return new ProblemException(
                Problem.of(422, "request.unfit_field", sentence).at(printable(field)));
    }

    private static ProblemException wrongType(String name, JsonValue given, String expected) {
        var words = switch (given.getValueType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            default -> "a truth value";
        };
        return unfit(name, "The field '" + name + "' is " + words + "; expected " + expected + ".");
    }

    private static ProblemException malformed(String sentence) {
        return new ProblemException(400, "request.malformed_json", sentence);
    }

    private static String printable(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 40 ? clean : clean.substring(0, 40) + "...";
    }
}
