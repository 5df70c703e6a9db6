package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.PollPace.Style;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollPaceTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, ASKS, 500",
        "5, 0, ASKS, 500",
        "6, 0, ASKS, 1000",
        "31, 0, ASKS, 2000",
        "121, 0, ASKS, 5000",
        "601, 0, ASKS, 10000",
        "601, 49, ASKS, 10000",
        "601, 50, ASKS, 20000",
        "601, 80, ASKS, 40000",
        "0, 0, WAITS, 500",
        "6, 0, WAITS, 250",
        "601, 0, WAITS, 250",
        "601, 90, WAITS, 1000",
        "-5, 0, ASKS, 500"
    })
    void comesSoonWhereMuchIsSaidAndLateWhereManyAsk(int seconds, int load, Style style, long millis) {
        assertThat(PollPace.next(Duration.ofSeconds(seconds), load, style)).isEqualTo(Duration.ofMillis(millis));
    }
}
