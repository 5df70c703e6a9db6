package dev.livemeter.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.util.Currency;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

    @Nested
    class Reading {

        @ParameterizedTest
        @CsvSource({
            "10.00,10000000",
            "0.1,100000",
            "-3,-3000000",
            "0.000001,1",
            "9223372036854.775807,9223372036854775807"
        })
        void countsMicroUnitsExactly(String amount, long micros) {
            assertThat(Money.of("USD", amount).micros()).isEqualTo(micros);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "1.", ".5", "1e3", "1,00", " 1", "+1", "0.0000001", "NaN", "1;DROP", "٣"})
        void refusesWhatIsNoPlainDecimal(String amount) {
            assertThatThrownBy(() -> Money.of("USD", amount))
                    .hasMessage("The amount '" + amount
                            + "' is not a plain decimal with at most 6 decimals; write it like 10.00.")
                    .extracting("code")
                    .isEqualTo("money.malformed");
        }

        @Test
        void showsNoMoreThanTheBeginningOfWhatWasGiven() {
            assertThatThrownBy(() -> Money.of("USD", "x".repeat(40))).hasMessageContaining("'" + "x".repeat(40) + "'");
            assertThatThrownBy(() -> Money.of("USD", "x".repeat(41)))
                    .hasMessageContaining("'" + "x".repeat(40) + "...'");
        }

        @Test
        void refusesWhatIsBeyondTheRange() {
            assertThatThrownBy(() -> Money.of("USD", "9999999999999"))
                    .hasMessage("The amount 9999999999999 USD is beyond what can be counted exactly (9223372036854).")
                    .extracting("code")
                    .isEqualTo("money.overflow");
        }

        @Test
        void refusesAnUnknownCurrency() {
            assertThatThrownBy(() -> Money.of("DOLLAR", "1"))
                    .hasMessage("The currency 'DOLLAR' is not an ISO 4217 code; write it like USD.");
        }
    }

    @Nested
    class Calculating {

        private final Money most = Money.ofMicros("USD", Long.MAX_VALUE);
        private final Money one = Money.ofMicros("USD", 1);

        @Test
        void neverWraps() {
            assertThatThrownBy(() -> most.plus(one)).isInstanceOf(LivemeterException.class);
            assertThatThrownBy(() -> most.negated().minus(one).minus(one)).isInstanceOf(LivemeterException.class);
            assertThatThrownBy(() -> Money.ofMicros("USD", Long.MIN_VALUE).negated())
                    .isInstanceOf(LivemeterException.class);
        }

        @Test
        void neverMixesCurrencies() {
            var euro = Money.of("EUR", "1");
            assertThatThrownBy(() -> one.plus(euro))
                    .hasMessage(
                            "The amounts 0.000001 USD and 1.00 EUR differ in currency; a wallet and its prices share one"
                                    + " currency, convert before you call.");
            assertThatThrownBy(() -> one.minus(euro)).isInstanceOf(LivemeterException.class);
            assertThatThrownBy(() -> one.compareTo(euro)).isInstanceOf(LivemeterException.class);
        }

        @Test
        void ofTwoTheSmallerOrTheLarger() {
            var equal = Money.ofMicros("USD", 1);
            assertThat(one.min(most)).isSameAs(one);
            assertThat(most.min(one)).isSameAs(one);
            assertThat(one.min(equal)).isSameAs(one);
            assertThat(one.max(most)).isSameAs(most);
            assertThat(most.max(one)).isSameAs(most);
            assertThat(one.max(equal)).isSameAs(one);
        }
    }

    @Nested
    class Printing {

        @ParameterizedTest
        @CsvSource({
            "USD,10,10.00 USD",
            "USD,0.001667,0.001667 USD",
            "JPY,500,500 JPY",
            "KWD,1.5,1.500 KWD",
            "USD,-0.5,-0.50 USD"
        })
        void showsTheUsualDecimalsAndNoSuperfluousOnes(String currency, String amount, String shown) {
            assertThat(Money.of(currency, amount)).hasToString(shown);
        }
    }

    @Test
    void zeroIsNeitherPositiveNorNegative() {
        var zero = Money.zero(Currency.getInstance("USD"));
        assertThat(zero.isZero()).isTrue();
        assertThat(zero.isPositive()).isFalse();
        assertThat(zero.isNegative()).isFalse();
    }
}
