package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.session.SessionEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application is killed in mid-stream and comes back within the grace: a real encoder, a real nginx, a database in a file. */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("once")
class KilledApplicationTest {

    @TempDir
    private Path data;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
        NginxRelay.endLeftBehind(data.resolve("relay"));
    }

    @Test
    void itsStreamGoesOnAndIsChargedForWhatWasDelivered() throws Exception {
        try (var platform = PlatformStandIn.start("a platform", data)) {
            var killed = start(data.toString(), platform.server());
            var output = killed.inputReader();
            var publish = read(output, "publish ").split(" ", -1);
            final BufferedReader next;
            try (var encoder = TestPicture.publish(publish[1], publish[2])) {
                read(output, "session_started ");
                for (var i = 0; i < 5; i++) {
                    read(output, "charge_captured ");
                }
                killed.destroyForcibly().waitFor();
                Thread.sleep(3_000);

                next = start(data.toString()).inputReader();
                assertThat(read(next, "session_resumed ")).contains("The application is back");
                read(next, "charge_captured ");
                assertThat(encoder.endsWithin(Duration.ofMillis(10))).isFalse();
            }
            read(next, "session_ended ");
            read(next, "stored ");
            started.forEach(Process::destroyForcibly);
            for (var process : started) {
                process.waitFor();
            }
        }
        try (var books = JdbcWallet.open("jdbc:h2:file:" + data.resolve("livemeter"))) {
            var alice = new dev.livemeter.identity.UserId("alice");
            var history = books.sessions().history(alice, 10, null);
            assertThat(history).hasSize(1);
            var session = history.get(0);
            var wall = Duration.between(session.liveAt(), session.endedAt());
            assertThat(session.end()).isEqualTo(new SessionEnd.HungUp());
            assertThat(session.metering().used()).isBetween(wall.minusMillis(1_100), wall.plusMillis(1_100));
            assertThat(session.metering().charged())
                    .isEqualTo(session.metering().cost());
            assertThat(books.balance(alice).orElseThrow().posted())
                    .isEqualTo(Money.of("USD", "50.00").minus(session.metering().charged()));
            assertThat(books.balance(alice).orElseThrow().held()).isEqualTo(Money.of("USD", "0"));
        }
    }

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OutlivedProcess.class.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static String read(BufferedReader output, String beginning) throws IOException {
        var seen = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("The application ended after:\n" + seen);
    }
}
