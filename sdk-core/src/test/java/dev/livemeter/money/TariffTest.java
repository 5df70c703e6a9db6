package dev.livemeter.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TariffTest {

    private final Tariff perMinute = Tariff.perMinute("USD", "0.10");
    private final Tariff perSecond = perMinute.in(Increment.SECONDS);

    @Nested
    class Costing {

        @Test
        void nothingUsedCostsNothing() {
            assertThat(perMinute.cost(Duration.ZERO)).isEqualTo(Money.of("USD", "0"));
        }

        @ParameterizedTest
        @CsvSource({"PT0.000000001S,0.10", "PT60S,0.10", "PT60.000000001S,0.20", "PT1H,6.00", "PT1H1S,6.10"})
        void aMinuteBegunIsDue(Duration used, String cost) {
            assertThat(perMinute.cost(used)).isEqualTo(Money.of("USD", cost));
        }

        @ParameterizedTest
        @CsvSource({"PT1S,0.001666", "PT3S,0.005", "PT59.2S,0.10", "PT61S,0.101666"})
        void secondsAreRoundedDownOnTheWhole(Duration used, String cost) {
            assertThat(perSecond.cost(used)).isEqualTo(Money.of("USD", cost));
        }

        @ParameterizedTest
        @CsvSource({"PT1S,60", "PT60S,60", "PT61S,61", "PT61.5S,62"})
        void mixedIncrementsSellTheInitialStepWhole(Duration used, long seconds) {
            var tariff = perMinute.in(Increment.parse("60/1"));
            assertThat(tariff.cost(used)).isEqualTo(perSecond.cost(Duration.ofSeconds(seconds)));
        }

        @Test
        void overflowIsTold() {
            var dear = Tariff.perMinute("USD", "9000000000000");
            assertThatThrownBy(() -> dear.cost(Duration.ofDays(1)))
                    .isInstanceOf(LivemeterException.class)
                    .extracting("code")
                    .isEqualTo("money.overflow");
        }
    }

    @Nested
    class Affording {

        @Test
        void tellsTheEndOfTheLastStepThatIsPaid() {
            assertThat(perMinute.affordable(Money.of("USD", "0.25"))).isEqualTo(Duration.ofMinutes(2));
            assertThat(perMinute.affordable(Money.of("USD", "0.09"))).isZero();
            assertThat(perMinute.affordable(Money.of("USD", "-1"))).isZero();
        }

        @Test
        void freeTimeIsUnlimited() {
            var free = Tariff.perMinute("USD", "0");
            assertThat(free.affordable(Money.of("USD", "0"))).isEqualTo(Tariff.UNLIMITED);
            assertThat(free.cost(Duration.ofDays(9))).isEqualTo(Money.of("USD", "0"));
        }
    }

    @Test
    void printsAsPeopleSayIt() {
        assertThat(perMinute).hasToString("0.10 USD per minute, by the minute");
        assertThat(perSecond).hasToString("0.10 USD per minute, by the second");
        assertThat(perMinute.in(Increment.parse("60/1"))).hasToString("0.10 USD per minute, in steps of 60/1 s");
    }

    @Test
    void refusesARateOrIncrementThatMakesNoSense() {
        assertThatThrownBy(() -> Tariff.perMinute("USD", "-0.10"))
                .hasMessage("The price -0.10 USD is negative; a rate is zero or more.");
        assertThatThrownBy(() -> Increment.parse("60"))
                .hasMessage(
                        "The increment '60' is not of the form initial/subsequent in seconds; write it like 60/60.");
        assertThatThrownBy(() -> new Increment(Duration.ofMillis(1500), Duration.ofSeconds(1)))
                .hasMessage("The step PT1.5S of an increment is not a whole number of seconds, at least one.");
    }
}
