package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.session.SessionEnd;
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

    private final List<OwnProcess> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(OwnProcess::close);
        NginxRelay.endLeftBehind(data.resolve("relay"));
    }

    @Test
    void itsStreamGoesOnAndIsChargedForWhatWasDelivered() throws Exception {
        try (var platform = PlatformStandIn.start("a platform", data)) {
            var killed = start(data.toString(), platform.server());
            var publish = killed.read("publish ").split(" ", -1);
            final OwnProcess next;
            try (var encoder = TestPicture.publish(publish[1], publish[2])) {
                killed.read("session_started ");
                for (var i = 0; i < 5; i++) {
                    killed.read("charge_captured ");
                }
                killed.kill();
                Thread.sleep(3_000);

                next = start(data.toString());
                assertThat(next.read("session_resumed ")).contains("The application is back");
                next.read("charge_captured ");
                assertThat(encoder.endsWithin(Duration.ofMillis(10))).isFalse();
            }
            next.read("session_ended ");
            next.read("stored ");
            next.kill();
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

    private OwnProcess start(String... arguments) throws IOException {
        var process = OwnProcess.start(OutlivedProcess.class, List.of(arguments));
        started.add(process);
        return process;
    }
}
