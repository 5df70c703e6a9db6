package dev.livemeter.testing;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Movements;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.billing.SoldLine;
import dev.livemeter.billing.SoldPart;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.spi.DeliveryStore;
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
    private final DeliveryStore deliveries;
    private final Supplier<List<JournalEntry>> entries;

    InMemoryReportStore(Supplier<List<Session>> over, DeliveryStore deliveries, Supplier<List<JournalEntry>> entries) {
        this.over = over;
        this.deliveries = deliveries;
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
            for (var sold : sold(session, query)) {
                if (!sold.line().day().isBefore(query.from())
                        && sold.line().day().isBefore(query.to())) {
                    add(sums, query, sold);
                }
            }
        }
        return List.copyOf(sums.values());
    }

    private List<SoldPart> sold(Session session, SalesQuery query) {
        if (query.by().contains(Dimension.PLATFORM)) {
            var records = deliveries.of(List.of(session.id())).getOrDefault(session.id(), List.of());
            var parts = SoldPart.of(session, records);
            if (!parts.isEmpty()) {
                return parts;
            }
        }
        return SoldLine.of(session).stream().map(SoldPart::whole).toList();
    }

    private static void add(Map<List<String>, Sales> sums, SalesQuery query, SoldPart part) {
        var key = query.by().stream().map(dimension -> value(dimension, part)).toList();
        var sold = new Sales(key, part.sessions(), part.length(), part.list(), part.amount(), part.earned());
        var id = new ArrayList<>(key);
        id.add(part.amount().currency().getCurrencyCode());
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

    private static String value(Dimension dimension, SoldPart part) {
        var line = part.line();
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
            case PLATFORM -> part.platform();
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
