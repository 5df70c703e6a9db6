package dev.livemeter.http;

import dev.livemeter.billing.Movements;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.identity.UserId;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /reports}: what was sold, and what the books moved; for administrators. */
final class ReportEndpoints {

    private final Books books;
    private final TimeSource time;

    ReportEndpoints(Books books, TimeSource time) {
        this.books = books;
        this.time = time;
    }

    WebResponse sales(Call call) {
        var query = query(call);
        var reports = books.requiredReports();
        var totals = new SalesQuery(query.from(), query.to(), query.payer(), query.payee(), List.of());
        return Wire.answer(
                200,
                period(query.from(), query.to())
                        .add(
                                "by",
                                Wire.array(query.by().stream()
                                        .map(dimension -> Wire.text(name(dimension)))
                                        .toList()))
                        .add(
                                "rows",
                                Wire.array(reports.sales(query).stream()
                                        .map(row -> row(query, row))
                                        .toList()))
                        .add(
                                "totals",
                                Wire.array(reports.sales(totals).stream()
                                        .map(row -> row(totals, row))
                                        .toList())));
    }

    WebResponse salesCsv(Call call) {
        var query = query(call);
        return CsvAnswer.of(
                "sales-" + query.from() + "-to-" + query.to() + ".csv",
                out -> books.requiredReports().salesCsv(query, out));
    }

    WebResponse movements(Call call) {
        call.requireAdministrator();
        var from = from(call);
        var to = to(call);
        var rows = books.requiredReports().movements(from, to);
        return Wire.answer(
                200,
                period(from, to)
                        .add(
                                "rows",
                                Wire.array(rows.stream()
                                        .map(ReportEndpoints::movement)
                                        .toList())));
    }

    WebResponse movementsCsv(Call call) {
        call.requireAdministrator();
        var from = from(call);
        var to = to(call);
        return CsvAnswer.of(
                "movements-" + from + "-to-" + to + ".csv",
                out -> books.requiredReports().movementsCsv(from, to, out));
    }

    private SalesQuery query(Call call) {
        call.requireAdministrator();
        return new SalesQuery(from(call), to(call), named(call, "payer"), named(call, "payee"), by(call));
    }

    private static @Nullable UserId named(Call call, String parameter) {
        return call.request().parameter(parameter).map(UserId::of).orElse(null);
    }

    private static List<Dimension> by(Call call) {
        var names = Optional.of(call.request().parameter("by").orElse(""))
                .filter(text -> !text.isBlank())
                .map(text -> Arrays.asList(text.split(",", -1)))
                .orElse(List.of());
        return names.stream().map(ReportEndpoints::dimension).toList();
    }

    private static Dimension dimension(String name) {
        return Arrays.stream(Dimension.values())
                .filter(dimension -> name(dimension).equals(name))
                .findFirst()
                .orElseThrow(() -> Parameters.unfit("The parameter 'by' does not fit; expected a list of "
                        + Arrays.stream(Dimension.values())
                                .map(ReportEndpoints::name)
                                .collect(Collectors.joining(", "))
                        + ", with commas."));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private LocalDate from(Call call) {
        return Parameters.date(call.request(), "from", today().withDayOfMonth(1));
    }

    private LocalDate to(Call call) {
        return Parameters.date(call.request(), "to", today().plusDays(1));
    }

    private LocalDate today() {
        return time.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static JsonObjectBuilder period(LocalDate from, LocalDate to) {
        return Wire.object().add("from", from.toString()).add("to", to.toString());
    }

    private static JsonObject row(SalesQuery query, Sales sales) {
        var row = Wire.object();
        for (var i = 0; i < query.by().size(); i++) {
            row.add(name(query.by().get(i)), sales.key().get(i));
        }
        return row.add("sessions", sales.sessions())
                .add("seconds", Wire.seconds(sales.time()))
                .add("list", Wire.money(sales.list()))
                .add("discount", Wire.money(sales.discount()))
                .add("amount", Wire.money(sales.amount()))
                .add("earned", Wire.money(sales.earned()))
                .add("kept", Wire.money(sales.kept()))
                .build();
    }

    private static JsonObject movement(Movements moved) {
        return Wire.object()
                .add("day", moved.day().toString())
                .add("kind", name(moved.kind()))
                .add("entries", moved.entries())
                .add("amount", Wire.money(moved.amount()))
                .add("revenue", Wire.money(moved.revenue()))
                .build();
    }
}
