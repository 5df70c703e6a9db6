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
 * what it was charged: where a payer could not pay for all of it, the last lines were not paid. Reports are made of these.
 *
 * @param number counts the lines of a session, from 0
 * @param beganAt when it begins
 * @param day on which it begins, by the session's calendar
 * @param length how long it is; zero for what a least charge adds
 * @param list what it would have cost without a discount; of a line that was paid for in part, as much of it
 * @param amount what was charged for it
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
        Money amount,
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
        var costSoFar = nothing;
        var chargedSoFar = nothing;
        // Cut at the midnights of the session's calendar, so that a day's sum is what was sold on that day.
        for (var from = Duration.ZERO; from.compareTo(metering.used()) < 0; ) {
            var day = basis.startedAt().plus(from).atZone(basis.zone()).toLocalDate();
            var midnight = day.plusDays(1).atStartOfDay(basis.zone()).toInstant();
            var rest = Duration.between(basis.startedAt(), midnight);
            var to = rest.compareTo(metering.used()) < 0 ? rest : metering.used();
            for (var span : rating.explain(from, to)) {
                costSoFar = costSoFar.plus(span.amount());
                var charged = costSoFar.min(metering.charged());
                var amount = charged.minus(chargedSoFar);
                var earned = payee == null
                        ? nothing
                        : payee.share().of(charged).minus(payee.share().of(chargedSoFar));
                chargedSoFar = charged;
                lines.add(new SoldLine(
                        session,
                        lines.size(),
                        span,
                        basis.startedAt().plus(span.from()),
                        day,
                        span.kind() == RatedSpan.Kind.MINIMUM ? Duration.ZERO : span.length(),
                        span.kind() == RatedSpan.Kind.TIME ? list(span, amount) : amount,
                        amount,
                        earned,
                        platforms));
            }
            from = to;
        }
        return lines;
    }

    private static Money list(RatedSpan span, Money charged) {
        return charged.equals(span.amount())
                ? span.listPrice()
                : new Slice(0, charged.micros(), span.amount().micros()).of(span.listPrice());
    }
}
