package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Running totals that cannot overflow: the sum of many wallets may be beyond what one of them can hold. */
final class Sums<K> {

    private final Map<K, BigInteger> totals = new HashMap<>();

    void add(K key, Money amount) {
        totals.merge(key, BigInteger.valueOf(amount.micros()), BigInteger::add);
    }

    boolean is(K key, Money expected) {
        return total(key).equals(BigInteger.valueOf(expected.micros()));
    }

    BigInteger total(K key) {
        return totals.getOrDefault(key, BigInteger.ZERO);
    }

    /** The total in a currency; null where it is beyond what one account can hold. */
    @Nullable
    Money money(K key, Currency currency) {
        var total = total(key);
        return total.bitLength() < Long.SIZE ? new Money(total.longValueExact(), currency) : null;
    }

    String amount(K key) {
        return decimal(total(key)).toPlainString();
    }

    void each(BiConsumer<K, BigInteger> visitor) {
        totals.forEach(visitor);
    }

    /** Micro-units as a number of units, without needless zeros. */
    static BigDecimal decimal(BigInteger micros) {
        var exact = new BigDecimal(micros, Money.SCALE).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }
}
