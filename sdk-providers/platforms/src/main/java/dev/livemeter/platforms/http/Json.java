package dev.livemeter.platforms.http;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** JSON of platforms, read without trust: what is absent or of another type is empty. */
public final class Json {

    /** Looked up once: {@link JsonProvider#provider()} searches the class path at each call. Stateless. */
    private static final JsonProvider PROVIDER = JsonProvider.provider();

    private Json() {}

    public static JsonObjectBuilder object() {
        return PROVIDER.createObjectBuilder();
    }

    public static JsonArray array(List<String> texts) {
        var array = PROVIDER.createArrayBuilder();
        texts.forEach(array::add);
        return array.build();
    }

    /** The object in a body; one of no fields where it is empty; nothing where it is no JSON object. */
    public static Optional<JsonObject> parse(byte[] body) {
        var text = new String(body, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return Optional.of(JsonValue.EMPTY_JSON_OBJECT);
        }
        try (var reader = PROVIDER.createReader(new StringReader(text))) {
            JsonStructure read = reader.read();
            return read instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (RuntimeException notJson) {
            // Not JsonException alone: numbers that are too long and nesting that is too deep have others.
            return Optional.empty();
        }
    }

    /** The object at a path of names. */
    public static Optional<JsonObject> object(JsonObject from, String... path) {
        var at = from;
        for (var name : path) {
            if (!(at.get(name) instanceof JsonObject next)) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(at);
    }

    /** The text at a path of names; numbers as they are written. */
    public static Optional<String> text(JsonObject from, String... path) {
        return value(from, path)
                .flatMap(value -> value instanceof JsonString text
                        ? Optional.of(text.getString())
                        : value instanceof JsonNumber number ? Optional.of(number.toString()) : Optional.empty());
    }

    /** The whole number at a path of names, also where it is written as text. */
    public static Optional<Long> number(JsonObject from, String... path) {
        return text(from, path).filter(text -> text.matches("-?[0-9]{1,18}")).map(Long::valueOf);
    }

    public static boolean isTrue(JsonObject from, String... path) {
        return value(from, path).filter(JsonValue.TRUE::equals).isPresent();
    }

    /** The objects of the array at a path of names. */
    public static List<JsonObject> objects(JsonObject from, String... path) {
        return value(from, path).filter(JsonArray.class::isInstance).stream()
                .flatMap(array -> ((JsonArray) array).stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonValue::asJsonObject)
                .toList();
    }

    private static Optional<JsonValue> value(JsonObject from, String... path) {
        var at = from;
        for (var i = 0; i < path.length - 1; i++) {
            if (!(at.get(path[i]) instanceof JsonObject next)) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.ofNullable(at.get(path[path.length - 1]));
    }
}
