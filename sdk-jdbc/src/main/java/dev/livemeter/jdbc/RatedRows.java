package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;

import dev.livemeter.billing.SoldLine;
import dev.livemeter.session.Session;
import java.util.List;

/** What sessions were sold for, as rows for reports. */
final class RatedRows {

    private RatedRows() {}

    /** The rows of sessions that are over; one that never was live has none. */
    static Rows<SoldLine> of(List<Session> ended) {
        return Rows.of(
                        "livemeter_rated",
                        ended.stream()
                                .flatMap(session -> SoldLine.of(session).stream())
                                .toList())
                .text("session", line -> line.session().id().value())
                .number("line", SoldLine::number)
                .text("kind", line -> line.span().kind().name())
                .text("payer", line -> line.session().payer().value())
                .text("payee", line -> SessionRows.payee(line.session()))
                .text("lane", line -> line.session().lane().name())
                .text("platforms", SoldLine::platforms)
                .text("currency", line -> BookRows.code(line.span().amount()))
                .number("began_at", line -> micros(line.beganAt()))
                .number("billing_day", line -> line.day().toEpochDay())
                .number(
                        "billing_month",
                        line -> line.span().month().getYear() * 100L
                                + line.span().month().getMonthValue())
                .number("destinations", line -> line.span().destinations())
                .number("factor_permille", line -> line.span().factor().permille())
                .number("discount_bps", line -> line.span().tier().discountBasisPoints())
                .number("seconds", line -> line.length().toSeconds())
                .number("list_micros", line -> line.list().micros())
                .number("amount_micros", line -> line.span().amount().micros())
                .number("earned_micros", line -> line.earned().micros());
    }
}
