package dev.livemeter.standin.youtube;

import java.util.List;
import java.util.Map;

/** Parameters of a request that keep to the contract. */
record Query(Map<String, List<String>> values) {

    static Query of(String name, String value) {
        return new Query(Map.of(name, List.of(value)));
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** All values; none where it is not given. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The value of one that must be there. */
    String one(String name) {
        return all(name).get(0);
    }

    String one(String name, String otherwise) {
        return has(name) ? one(name) : otherwise;
    }

    /** What of the resource is wanted. */
    List<String> parts() {
        return all("part");
    }
}
