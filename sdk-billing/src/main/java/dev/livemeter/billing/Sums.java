package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Running totals that cannot overflow: the sum of many wallets may be beyond what one of them can hold. */
final class Sums<K> {

    private final Map<K, BigInteger> totals = new HashMap<>();

    void add(K key, Money amount) {
        totals.merge(key, BigInteger.valueOf(amount.micros()), BigInteger::add);
    }

    boolean is(K key, Money expected) {
        return totals.getOrDefault(key, BigInteger.ZERO).equals(BigInteger.valueOf(expected.micros()));
    }

    String amount(K key) {
        return plain(totals.getOrDefault(key, BigInteger.ZERO));
    }

    void each(BiConsumer<K, BigInteger> visitor) {
        totals.forEach(visitor);
    }

    private static String plain(BigInteger micros) {
        var exact = new BigDecimal(micros, Money.SCALE).stripTrailingZeros();
        return (exact.scale() < 0 ? exact.setScale(0) : exact).toPlainString();
    }
}
