package dev.livemeter.benchmarks;

import java.util.Locale;

/**
 * One line of a report.
 *
 * @param part what was run, such as {@code settlement}
 * @param where the database, or {@code memory}
 * @param name what was measured
 * @param unit of the values
 * @param values one for each round, or for each second or call where {@code name} says so
 * @param goal what is wanted of it, in words; empty where nothing is
 */
record Figure(String part, String where, String name, String unit, Samples values, String goal) {

    /** As a line of a Markdown table. */
    String markdown() {
        return "| " + where + " | " + name + " | " + number(values.median()) + " | " + number(values.min()) + " - "
                + number(values.max()) + " | " + unit + " | " + goal + " |";
    }

    /** As a line of a baseline file; names have no comma. */
    String csv() {
        return String.join(
                ",",
                part,
                where,
                name.replace(',', ';'),
                unit,
                plain(values.median()),
                plain(values.min()),
                plain(values.max()),
                Integer.toString(values.count()),
                goal.replace(',', ';'));
    }

    private static String number(double value) {
        var size = Math.abs(value);
        var format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
