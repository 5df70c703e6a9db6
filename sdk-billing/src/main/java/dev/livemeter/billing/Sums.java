package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Running totals that cannot overflow: the sum of many wallets may be beyond what one of them can hold. */
final class Sums<K> {

    private final Function<K, String> name;
    private final Map<K, BigInteger> totals = new HashMap<>();

    Sums(Function<K, String> name) {
        this.name = name;
    }

    static Sums<Currency> byCurrency(Iterable<Posting> postings) {
        var sums = new Sums<Currency>(Currency::getCurrencyCode);
        for (var posting : postings) {
            sums.add(posting.amount().currency(), posting.amount());
        }
        return sums;
    }

    void add(K key, Money amount) {
        totals.merge(key, BigInteger.valueOf(amount.micros()), BigInteger::add);
    }

    boolean isZero() {
        return totals.values().stream().allMatch(total -> total.signum() == 0);
    }

    boolean is(K key, Money expected) {
        return totals.getOrDefault(key, BigInteger.ZERO).equals(BigInteger.valueOf(expected.micros()));
    }

    String amount(K key) {
        return plain(totals.getOrDefault(key, BigInteger.ZERO));
    }

    private static String plain(BigInteger micros) {
        var exact = new BigDecimal(micros, Money.SCALE).stripTrailingZeros();
        return (exact.scale() < 0 ? exact.setScale(0) : exact).toPlainString();
    }

    /** Those that are not zero, in a fixed order. */
    @Override
    public String toString() {
        return totals.entrySet().stream()
                .filter(entry -> entry.getValue().signum() != 0)
                .map(entry -> plain(entry.getValue()) + " " + name.apply(entry.getKey()))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
