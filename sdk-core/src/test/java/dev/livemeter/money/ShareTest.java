package dev.livemeter.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {

    @ParameterizedTest
    @CsvSource({
        "70,10.00,7.00",
        "70,0.000001,0",
        "70,0.000009,0.000006",
        "33.33,0.0001,0.000033",
        "100,0.000007,0.000007",
        "0,10.00,0",
        "12.5,0.000008,0.000001"
    })
    void thePayeesPartIsRoundedDown(String percent, String total, String part) {
        assertThat(Share.percent(percent).of(Money.of("USD", total))).isEqualTo(Money.of("USD", part));
    }

    @Test
    void thePartsAddUpToTheWholeAndAreExactHoweverLarge() {
        var seed = Long.getLong("livemeter.test.seed", new Random().nextLong());
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++) {
            var share = new Share(random.nextInt(10_001));
            var total = Money.ofMicros("USD", (random.nextLong() >>> 1) >> random.nextInt(63));
            var exact = BigInteger.valueOf(total.micros())
                    .multiply(BigInteger.valueOf(share.basisPoints()))
                    .divide(BigInteger.valueOf(10_000))
                    .longValueExact();
            assertThat(share.of(total).micros())
                    .as("seed %d, %s of %s", seed, share, total)
                    .isEqualTo(exact);
            assertThat(share.of(total).plus(share.rest(total))).isEqualTo(total);
        }
        assertThat(Share.percent("100")
                        .of(Money.ofMicros("USD", Long.MAX_VALUE))
                        .micros())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void slicesOfTheCumulativeTotalAddUp() {
        var share = Share.percent("70");
        var paid = Money.of("USD", "0");
        for (var micros = 1; micros <= 1000; micros++) {
            paid = paid.plus(share.of(Money.ofMicros("USD", micros)).minus(paid));
        }
        assertThat(paid).isEqualTo(Money.ofMicros("USD", 700));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "70%", "33.333", "1e1", "100000"})
    void refusesWhatIsNoPercentage(String text) {
        assertThatThrownBy(() -> Share.percent(text))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("share.malformed"));
    }

    @Test
    void saysWhatItExpects() {
        assertThatThrownBy(() -> Share.percent("33.333"))
                .hasMessage(
                        "The share '33.333' is not a plain percent with at most 2 decimals; write it such as 70 or 33.33.");
        assertThatThrownBy(() -> Share.percent("100.01"))
                .hasMessage("The share is 10001 basis points; expected 0 to 10000, which is 100 %.");
        assertThatThrownBy(() -> new Share(-1))
                .hasMessage("The share is -1 basis points; expected 0 to 10000, which is 100 %.");
        assertThatThrownBy(() -> new Share(1).of(Money.of("USD", "-0.01")))
                .hasMessage("The share of -0.01 USD is asked for; give the cumulative total, which is zero or more.");
        assertThat(Share.percent("12.5")).hasToString("12.5 %");
    }
}
