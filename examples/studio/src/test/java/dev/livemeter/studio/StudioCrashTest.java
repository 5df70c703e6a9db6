package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The studio is killed in mid-stream, as by the power going out, and started again on the same data. */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioCrashTest {

    @TempDir
    Path data;

    @Test
    void aStreamThatWasRunningIsClosedAndChargedOnceForWhatWasDelivered() throws Exception {
        var killed = start();
        var output = killed.inputReader();
        var publish = read(output, "publish ").split(" ", -1);
        final long deliveredNanos;
        try (var encoder = TestPicture.publish(publish[1], publish[2])) {
            read(output, "session_started ");
            var live = System.nanoTime();
            for (var i = 0; i < 6; i++) {
                read(output, "charge_captured ");
            }
            var before = killed.toHandle().descendants().toList();
            assertThat(before).as("nginx and its supervisors").isNotEmpty();
            killed.destroyForcibly().waitFor();
            deliveredNanos = System.nanoTime() - live;
            assertThat(encoder.endsWithin(Duration.ofSeconds(60)))
                    .as("the encoder is cut off with the relay")
                    .isTrue();
            for (var process : before) {
                process.onExit().get(60, TimeUnit.SECONDS);
            }
        }

        try (var studio =
                StudioApplication.start(new StudioOptions(true, false, 0, 0, data, Duration.ZERO), event -> {})) {
            var history = studio.live().sessions().history(StudioApplication.ARTIST, 10);
            assertThat(history).hasSize(1);
            var session = history.get(0);
            assertThat(session.state()).isEqualTo(SessionState.ENDED);
            assertThat(session.end()).isEqualTo(new SessionEnd.Lost("the application stopped while it ran"));
            assertThat(session.metering().charged())
                    .isEqualTo(session.metering().cost());
            assertThat(session.metering().used())
                    .as("charged is at most what was delivered, and little less")
                    .isLessThanOrEqualTo(Duration.ofNanos(deliveredNanos))
                    .isGreaterThan(Duration.ofNanos(deliveredNanos).minusSeconds(4));
            var balance =
                    studio.live().wallets().balance(StudioApplication.ARTIST).orElseThrow();
            assertThat(balance.posted())
                    .isEqualTo(Money.of("USD", "20.00").minus(session.metering().charged()));
            assertThat(balance.held()).isEqualTo(Money.of("USD", "0"));
            assertThat(studio.verifyBooks().findings()).isEmpty();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StudioProcess.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String read(BufferedReader output, String beginning) throws IOException {
        var seen = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("The studio ended after:\n" + seen);
    }
}
