package dev.livemeter.jdbc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows to write with one statement, column by column. The names of tables and columns come from this package alone, never from outside. For one
 * thread.
 */
final class Rows<T> {

    private final String table;
    private final List<T> things;
    private final List<Column> columns = new ArrayList<>();

    private Rows(String table, List<T> things) {
        this.table = table;
        this.things = things;
    }

    /** A row of that table for each of these. */
    static <T> Rows<T> of(String table, List<T> things) {
        return new Rows<>(table, things);
    }

    /** A column by which a row is found. */
    Rows<T> key(String name, Function<T, @Nullable String> value) {
        return text(name, true, value);
    }

    /** A column by which a row is found. */
    Rows<T> keyNumber(String name, ToLongFunction<T> value) {
        return number(name, true, value::applyAsLong);
    }

    /** A column by which rows are found, with a text for each of them. */
    Rows<T> keys(String name, List<String> texts) {
        columns.add(new Column(name, true, true, false, texts.toArray(String[]::new)));
        return this;
    }

    Rows<T> text(String name, Function<T, @Nullable String> value) {
        return text(name, false, value);
    }

    Rows<T> number(String name, ToLongFunction<T> value) {
        return number(name, false, value::applyAsLong);
    }

    Rows<T> numberOrNull(String name, Function<T, @Nullable Long> value) {
        return number(name, false, value);
    }

    /** Says of the column before that its values are often the same in all rows; then a database that can is sent only one. */
    Rows<T> oftenTheSame() {
        var last = columns.size() - 1;
        var column = columns.get(last);
        columns.set(
                last,
                new Column(
                        column.name(), column.isKey(), column.isText(), isOneForAll(column.values()), column.values()));
        return this;
    }

    private static boolean isOneForAll(@Nullable Object[] values) {
        for (var value : values) {
            if (!Objects.equals(value, values[0])) {
                return false;
            }
        }
        return true;
    }

    private Rows<T> text(String name, boolean isKey, Function<T, @Nullable String> value) {
        @Nullable String[] values = new @Nullable String[things.size()];
        for (var i = 0; i < values.length; i++) {
            values[i] = value.apply(things.get(i));
        }
        columns.add(new Column(name, isKey, true, false, values));
        return this;
    }

    private Rows<T> number(String name, boolean isKey, Function<T, @Nullable Long> value) {
        @Nullable Long[] values = new @Nullable Long[things.size()];
        for (var i = 0; i < values.length; i++) {
            values[i] = value.apply(things.get(i));
        }
        columns.add(new Column(name, isKey, false, false, values));
        return this;
    }

    /** Those rows alone. */
    Rows<T> at(BitSet places) {
        var some = new Rows<>(table, places.stream().mapToObj(things::get).toList());
        for (var column : columns) {
            @Nullable
            Object[] values =
                    places.stream().mapToObj(place -> column.values()[place]).toArray();
            some.columns.add(new Column(column.name(), column.isKey(), column.isText(), column.isOneForAll(), values));
        }
        return some;
    }

    String table() {
        return table;
    }

    int count() {
        return things.size();
    }

    List<Column> columns() {
        return columns;
    }

    /**
     * One column.
     *
     * @param isKey whether rows are found by it; else it is written
     * @param isText whether its values are texts; else whole numbers
     * @param isOneForAll whether the first value stands for all of them
     * @param values one for each row
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to drivers, which want arrays; compared by nobody
    record Column(
            String name,
            boolean isKey,
            boolean isText,
            boolean isOneForAll,
            @Nullable Object[] values) {}
}
