package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;

import dev.livemeter.billing.SoldLine;
import dev.livemeter.billing.SoldPart;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What sessions were sold for, as rows for reports: their lines, and, of sessions that went to several platforms, what each platform had of each line.
 */
record RatedRows(List<Line> lines, List<SoldPart> parts) {

    /** In the place of platforms, where the parts tell them; no platform is called that. */
    static final String DIVIDED = "*";

    /** A line and what is stored as its platforms. */
    record Line(SoldLine sold, String platforms) {}

    /** Of sessions that are over; one that never was live has none. */
    static RatedRows of(List<Session> ended, Map<SessionId, List<DeliveryRecord>> records) {
        var lines = new ArrayList<Line>();
        var parts = new ArrayList<SoldPart>();
        for (var session : ended) {
            var sold = SoldLine.of(session);
            var divided = SoldPart.of(session, records.getOrDefault(session.id(), List.of()));
            var platforms = divided.stream().map(SoldPart::platform).distinct().toList();
            for (var line : sold) {
                lines.add(new Line(
                        line,
                        switch (platforms.size()) {
                            case 0 -> line.platforms();
                            case 1 -> platforms.get(0);
                            default -> DIVIDED;
                        }));
            }
            if (platforms.size() > 1) {
                parts.addAll(divided);
            }
        }
        return new RatedRows(lines, parts);
    }

    Rows<Line> lineRows() {
        return Rows.of("livemeter_rated", lines)
                .text("session", line -> line.sold().session().id().value())
                .number("line", line -> line.sold().number())
                .text("kind", line -> line.sold().span().kind().name())
                .text("payer", line -> line.sold().session().payer().value())
                .text("payee", line -> SessionRows.payee(line.sold().session()))
                .text("lane", line -> line.sold().session().lane().name())
                .text("platforms", Line::platforms)
                .text("currency", line -> BookRows.code(line.sold().amount()))
                .number("began_at", line -> micros(line.sold().beganAt()))
                .number("billing_day", line -> line.sold().day().toEpochDay())
                .number(
                        "billing_month",
                        line -> line.sold().span().month().getYear() * 100L
                                + line.sold().span().month().getMonthValue())
                .number("destinations", line -> line.sold().span().destinations())
                .number("factor_permille", line -> line.sold().span().factor().permille())
                .number("discount_bps", line -> line.sold().span().tier().discountBasisPoints())
                .number("seconds", line -> line.sold().length().toSeconds())
                .number("list_micros", line -> line.sold().list().micros())
                .number("amount_micros", line -> line.sold().amount().micros())
                .number("earned_micros", line -> line.sold().earned().micros());
    }

    Rows<SoldPart> partRows() {
        return Rows.of("livemeter_rated_part", parts)
                .text("session", part -> part.line().session().id().value())
                .number("line", part -> part.line().number())
                .text("platform", SoldPart::platform)
                .number("billing_day", part -> part.line().day().toEpochDay())
                .number("sessions", SoldPart::sessions)
                .number("seconds", part -> part.length().toSeconds())
                .number("list_micros", part -> part.list().micros())
                .number("amount_micros", part -> part.amount().micros())
                .number("earned_micros", part -> part.earned().micros());
    }
}
