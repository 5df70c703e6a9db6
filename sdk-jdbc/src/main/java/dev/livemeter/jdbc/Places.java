package dev.livemeter.jdbc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where rows lie that a transaction has read and nobody else changes until it ends. A row that is written lies elsewhere afterwards, so each place is
 * given once. For one thread.
 */
final class Places<K> {

    private final Map<K, String> known = new HashMap<>();

    void note(K row, String place) {
        known.put(row, place);
    }

    /** Where all of these lie, in their order; empty where one of them was not read, or written since. */
    <T> Optional<List<String>> take(List<T> things, Function<T, K> row) {
        var places =
                things.stream().map(thing -> known.remove(row.apply(thing))).toList();
        return places.stream().allMatch(Objects::nonNull) ? Optional.of(places) : Optional.empty();
    }
}
