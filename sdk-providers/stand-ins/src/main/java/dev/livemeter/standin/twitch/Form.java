package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Parameters of a request, each of which may be there once. */
record Form(Map<String, String> values) {

    /** The parameters of an address. */
    static Form ofQuery(String query) throws Refused {
        var values = new LinkedHashMap<String, String>();
        for (var pair : Request.pairs(query).entrySet()) {
            if (pair.getValue().size() > 1) {
                throw Refused.bad("The parameter " + pair.getKey() + " is given twice");
            }
            values.put(pair.getKey(), pair.getValue().get(0));
        }
        return new Form(values);
    }

    /** The body of a request. */
    static Form ofBody(Request request) throws Refused {
        if (!request.isOf("application/x-www-form-urlencoded")
                || !request.query().isEmpty()) {
            throw Refused.bare(400, "expected a form");
        }
        return ofQuery(request.text());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** A value; empty for none. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    String required(String name) throws Refused {
        if (get(name).isEmpty()) {
            throw Refused.bad("Missing required parameter \"" + name + "\"");
        }
        return get(name);
    }

    void only(Set<String> known) throws Refused {
        for (var name : values.keySet()) {
            if (!known.contains(name)) {
                throw Refused.bad("The parameter " + name + " is not known");
            }
        }
    }
}
