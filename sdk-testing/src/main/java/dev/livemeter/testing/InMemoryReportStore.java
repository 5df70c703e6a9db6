package dev.livemeter.testing;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Movements;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.billing.SoldLine;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/** Sums over sessions and entries in memory, made by going through all of them. Thread-safe. */
final class InMemoryReportStore implements ReportStore {

    private static final Comparator<List<String>> IN_ORDER = (one, other) -> {
        for (var i = 0; i < one.size(); i++) {
            var order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    };

    private final Supplier<List<Session>> over;
    private final Supplier<List<JournalEntry>> entries;

    InMemoryReportStore(Supplier<List<Session>> over, Supplier<List<JournalEntry>> entries) {
        this.over = over;
        this.entries = entries;
    }

    @Override
    public List<Sales> sales(SalesQuery query) {
        var sums = new TreeMap<List<String>, Sales>(IN_ORDER);
        for (var session : over.get()) {
            var payee = session.terms().payee();
            if ((query.payer() != null && !query.payer().equals(session.payer()))
                    || (query.payee() != null
                            && (payee == null || !query.payee().equals(payee.user())))) {
                continue;
            }
            for (var line : SoldLine.of(session)) {
                if (!line.day().isBefore(query.from()) && line.day().isBefore(query.to())) {
                    add(sums, query, line);
                }
            }
        }
        return List.copyOf(sums.values());
    }

    private static void add(Map<List<String>, Sales> sums, SalesQuery query, SoldLine line) {
        var key = query.by().stream().map(dimension -> value(dimension, line)).toList();
        var sold = new Sales(
                key,
                line.number() == 0 ? 1 : 0,
                line.length(),
                line.list(),
                line.span().amount(),
                line.earned());
        var id = new ArrayList<>(key);
        id.add(line.span().amount().currency().getCurrencyCode());
        merge(sums, id, sold, InMemoryReportStore::plus);
    }

    private static Sales plus(Sales one, Sales other) {
        return new Sales(
                one.key(),
                one.sessions() + other.sessions(),
                one.time().plus(other.time()),
                one.list().plus(other.list()),
                one.amount().plus(other.amount()),
                one.earned().plus(other.earned()));
    }

    private static String value(Dimension dimension, SoldLine line) {
        var session = line.session();
        var payee = session.terms().payee();
        return switch (dimension) {
            case DAY -> line.day().toString();
            case MONTH -> YearMonth.from(line.day()).toString();
            case PAYER -> session.payer().value();
            case PAYEE -> payee == null ? "" : payee.user().value();
            case LANE -> session.lane().name();
            case TIER -> plain(BigDecimal.valueOf(line.span().tier().discountBasisPoints(), 2));
            case FACTOR -> plain(BigDecimal.valueOf(line.span().factor().permille(), 3));
            case PLATFORM -> line.platforms();
        };
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    @Override
    public List<Movements> movements(LocalDate from, LocalDate to) {
        var sums = new TreeMap<List<String>, Movements>(IN_ORDER);
        for (var entry : entries.get()) {
            var day = entry.at().atOffset(ZoneOffset.UTC).toLocalDate();
            if (!day.isBefore(from) && day.isBefore(to)) {
                var amount = entry.amount();
                var revenue = entry.postings().stream()
                        .map(posting -> posting.effectOn(AccountId.revenue(amount.currency())))
                        .reduce(Money.zero(amount.currency()), Money::plus);
                var id = List.of(
                        day.toString(), entry.kind().name(), amount.currency().getCurrencyCode());
                merge(sums, id, new Movements(day, entry.kind(), 1, amount, revenue), InMemoryReportStore::plus);
            }
        }
        return List.copyOf(sums.values());
    }

    private static Movements plus(Movements one, Movements other) {
        return new Movements(
                one.day(),
                one.kind(),
                one.entries() + other.entries(),
                one.amount().plus(other.amount()),
                one.revenue().plus(other.revenue()));
    }

    private static <T> void merge(Map<List<String>, T> sums, List<String> id, T value, BinaryOperator<T> plus) {
        var before = sums.get(id);
        sums.put(id, before == null ? value : plus.apply(before, value));
    }
}
