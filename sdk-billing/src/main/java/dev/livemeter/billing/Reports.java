package dev.livemeter.billing;

import dev.livemeter.billing.SalesQuery.Dimension;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What was sold, to whom and for what, and what the books moved; as tables and as CSV (RFC 4180, safe to open in a spreadsheet). Thread-safe.
 */
public final class Reports {

    private final ReportStore store;

    /** Reports on that store. */
    public Reports(ReportStore store) {
        this.store = store;
    }

    /** Sums of what was sold by sessions that are over, in the order of their keys. */
    public List<Sales> sales(SalesQuery query) {
        var rows = store.sales(query);
        var platform = query.by().indexOf(Dimension.PLATFORM);
        return (platform < 0 ? rows.stream() : shared(rows, platform))
                .sorted(Reports::compare)
                .toList();
    }

    /** Key by key, and then by currency. A report of a month by user has many rows, so nothing is put together for it. */
    private static int compare(Sales one, Sales other) {
        for (var i = 0; i < one.key().size(); i++) {
            var order = one.key().get(i).compareTo(other.key().get(i));
            if (order != 0) {
                return order;
            }
        }
        return one.amount()
                .currency()
                .getCurrencyCode()
                .compareTo(other.amount().currency().getCurrencyCode());
    }

    /** As {@link #sales}, with a line of headings. Amounts are plain decimals with a point, times whole seconds. */
    public void salesCsv(SalesQuery query, Appendable to) throws IOException {
        var head = new ArrayList<String>();
        query.by().forEach(dimension -> head.add(dimension.name().toLowerCase(Locale.ROOT)));
        head.addAll(List.of("currency", "sessions", "seconds", "list", "discount", "amount", "earned", "kept"));
        Csv.write(to, head);
        for (var sales : sales(query)) {
            var cells = new ArrayList<>(sales.key());
            cells.addAll(List.of(
                    sales.amount().currency().getCurrencyCode(),
                    String.valueOf(sales.sessions()),
                    String.valueOf(sales.time().toSeconds()),
                    sales.list().amount(),
                    sales.discount().amount(),
                    sales.amount().amount(),
                    sales.earned().amount(),
                    sales.kept().amount()));
            Csv.write(to, cells);
        }
    }

    /** What was booked from one day to before another, in UTC: purchases, charges, tips, refunds, payouts. */
    public List<Movements> movements(LocalDate from, LocalDate to) {
        return store.movements(from, to).stream()
                .sorted(Comparator.comparing(Movements::day)
                        .thenComparing(Movements::kind)
                        .thenComparing(moved -> moved.amount().currency().getCurrencyCode()))
                .toList();
    }

    /** As {@link #movements}, with a line of headings. */
    public void movementsCsv(LocalDate from, LocalDate to, Appendable out) throws IOException {
        Csv.write(out, List.of("day", "kind", "currency", "entries", "amount", "revenue"));
        for (var moved : movements(from, to)) {
            Csv.write(
                    out,
                    List.of(
                            moved.day().toString(),
                            moved.kind().name().toLowerCase(Locale.ROOT),
                            moved.amount().currency().getCurrencyCode(),
                            String.valueOf(moved.entries()),
                            moved.amount().amount(),
                            moved.revenue().amount()));
        }
    }

    /** Where it is not known how long each of several destinations was live, all is shared evenly among them; the odd units go to the first. */
    private static Stream<Sales> shared(List<Sales> rows, int platform) {
        var sums = new HashMap<String, Sales>();
        for (var row : rows) {
            for (var part : parts(row, platform)) {
                var id = String.join("\u0000", part.key()) + "\u0000"
                        + part.amount().currency();
                sums.merge(id, part, Sales::plus);
            }
        }
        return sums.values().stream();
    }

    private static List<Sales> parts(Sales row, int platform) {
        var counts = counts(row.key().get(platform));
        var all = counts.values().stream().mapToLong(count -> count).sum();
        var parts = new ArrayList<Sales>();
        var before = 0L;
        for (var count : counts.entrySet()) {
            var key = new ArrayList<>(row.key());
            key.set(platform, count.getKey());
            var slice = new Slice(before, before + count.getValue(), all);
            parts.add(new Sales(
                    key,
                    row.sessions(),
                    slice.of(row.time()),
                    slice.of(row.list()),
                    slice.of(row.amount()),
                    slice.of(row.earned())));
            before = slice.after();
        }
        return parts;
    }

    private static Map<String, Long> counts(String platforms) {
        var counts = new LinkedHashMap<String, Long>();
        for (var name : platforms.split(",", -1)) {
            counts.merge(name, 1L, Long::sum);
        }
        return counts;
    }
}
