package dev.livemeter.relay.nginx;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a callback. nginx appends what a client wrote behind its key, unescaped, after the fields of its own; so of
 * fields that occur twice the first counts, and a client cannot speak for nginx (decision record 0004). Holds stream keys: prints without values.
 */
final class CallbackForm {

    private static final int MOST_FIELDS = 128;

    private final Map<String, String> fields;

    private CallbackForm(Map<String, String> fields) {
        this.fields = fields;
    }

    /**
     * Reads {@code application/x-www-form-urlencoded}. Pairs that are malformed are left out: nginx writes its own well, so they can
     * only be a client's.
     */
    static CallbackForm parse(String body) {
        var fields = new LinkedHashMap<String, String>();
        var from = 0;
        for (var count = 0; count < MOST_FIELDS && from <= body.length(); count++) {
            var end = body.indexOf('&', from);
            end = end < 0 ? body.length() : end;
            var equals = body.indexOf('=', from);
            var nameEnd = equals < 0 || equals > end ? end : equals;
            var name = decode(body.substring(from, nameEnd));
            var value = decode(nameEnd == end ? "" : body.substring(nameEnd + 1, end));
            if (name != null && value != null) {
                fields.putIfAbsent(name, value);
            }
            from = end + 1;
        }
        return new CallbackForm(fields);
    }

    /** What a field holds; empty text where it is absent. */
    String text(String name) {
        return fields.getOrDefault(name, "");
    }

    /** The number of a connection, or empty where the field holds none. */
    OptionalLong number(String name) {
        var text = text(name);
        if (text.isEmpty() || text.length() > 18) {
            return OptionalLong.empty();
        }
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    /** Percent-decodes; null where that is malformed. A plus stays a plus: nginx writes blanks as %20. */
    private static @Nullable String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var raw = text.getBytes(StandardCharsets.UTF_8);
        var bytes = new byte[raw.length];
        var length = 0;
        for (var i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes[length++] = raw[i];
                continue;
            }
            if (i + 2 >= raw.length) {
                return null;
            }
            var high = Character.digit(raw[i + 1], 16);
            var low = Character.digit(raw[i + 2], 16);
            if (high < 0 || low < 0) {
                return null;
            }
            bytes[length++] = (byte) ((high << 4) | low);
            i += 2;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "CallbackForm" + fields.keySet();
    }
}
