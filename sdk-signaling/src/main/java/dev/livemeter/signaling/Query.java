package dev.livemeter.signaling;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What a client says about itself when it connects; empty where it says nothing. Of doubled parameters the last one counts.
 */
record Query(String key, String id, String token) {

    static Query parse(String query) {
        var key = "";
        var id = "";
        var token = "";
        for (var from = 0; from <= query.length(); ) {
            var to = query.indexOf('&', from);
            to = to < 0 ? query.length() : to;
            var equals = query.indexOf('=', from);
            if (equals > from && equals < to) {
                var value = query.substring(equals + 1, to);
                switch (query.substring(from, equals)) {
                    case "key" -> key = decode(value);
                    case "id" -> id = decode(value);
                    case "token" -> token = decode(value);
                    default -> {
                        // version and what other clients may add
                    }
                }
            }
            from = to + 1;
        }
        return new Query(key, id, token);
    }

    private static String decode(String value) {
        if (value.indexOf('%') < 0 && value.indexOf('+') < 0) {
            return value;
        }
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException brokenEscape) {
            // as browsers read it: what is no escape stands for itself
            return value;
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Query[" + key + ", " + id + "]";
    }
}
