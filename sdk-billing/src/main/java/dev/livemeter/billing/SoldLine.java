package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A part of what a session that is over was sold for: one price, on one day of the session's calendar. The amounts of a session's lines sum to
 * what it cost. Reports are made of these.
 *
 * @param number counts the lines of a session, from 0
 * @param beganAt when it begins
 * @param day on which it begins, by the session's calendar
 * @param length how long it is; zero for what a least charge adds
 * @param list what it would have cost without a discount
 * @param earned the payee's part, cumulative and rounded down once as the charges were
 * @param platforms of the session's destinations, sorted, one for each destination, with commas; empty where there are none
 */
public record SoldLine(
        Session session,
        int number,
        RatedSpan span,
        Instant beganAt,
        LocalDate day,
        Duration length,
        Money list,
        Money earned,
        String platforms) {

    /** What a session was sold for, line by line; none where it never was live. */
    public static List<SoldLine> of(Session session) {
        var metering = session.metering();
        var rating = metering.rating();
        var basis = metering.basis();
        var payee = session.terms().payee();
        var nothing = Money.zero(metering.tariff().currency());
        var platforms = session.destinations().stream()
                .map(SessionDestination::platform)
                .sorted()
                .collect(Collectors.joining(","));
        var lines = new ArrayList<SoldLine>();
        var soldSoFar = nothing;
        // Cut at the midnights of the session's calendar, so that a day's sum is what was sold on that day.
        for (var from = Duration.ZERO; from.compareTo(metering.used()) < 0; ) {
            var day = basis.startedAt().plus(from).atZone(basis.zone()).toLocalDate();
            var midnight = day.plusDays(1).atStartOfDay(basis.zone()).toInstant();
            var rest = Duration.between(basis.startedAt(), midnight);
            var to = rest.compareTo(metering.used()) < 0 ? rest : metering.used();
            for (var span : rating.explain(from, to)) {
                var sold = soldSoFar.plus(span.amount());
                var earned = payee == null
                        ? nothing
                        : payee.share().of(sold).minus(payee.share().of(soldSoFar));
                soldSoFar = sold;
                lines.add(new SoldLine(
                        session,
                        lines.size(),
                        span,
                        basis.startedAt().plus(span.from()),
                        day,
                        span.kind() == RatedSpan.Kind.MINIMUM ? Duration.ZERO : span.length(),
                        span.kind() == RatedSpan.Kind.TIME ? span.listPrice() : span.amount(),
                        earned,
                        platforms));
            }
            from = to;
        }
        return lines;
    }
}
