package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Money that runs out while a stream is on: Livemeter, nginx and ffmpeg together. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class EmptyWalletTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    /** What ten cents a second and the credit below come to. */
    private static final Duration PAID = Duration.ofSeconds(6);

    @TempDir
    private Path directory;

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());

    /** What happens to nginx while the stream is on. */
    enum Meanwhile {
        NOTHING,
        /** Then the stream is in a worker that the immediate way to cut does not reach. */
        RELOAD
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Acceptance 4: the publisher is gone an interval and a second after the money, at the latest")
    void thePublisherIsGoneOneIntervalAndASecondAfterTheMoneyAtTheLatest(Meanwhile meanwhile) throws Exception {
        try (var sink = new RtmpSink();
                var live = start()) {
            live.wallets().credit("alice", Money.of("USD", "0.60"), "order-1");
            live.destinations().add("alice", Destination.custom("Sink", sink.server("youtube"), "k"));
            var key = live.streamKeys().create("alice").reveal();
            try (var publisher = new FfmpegPublisher(live.ingest().url().toString(), key).start()) {
                Await.until(
                        "it is live",
                        () -> live.sessions().running("alice").stream()
                                .anyMatch(status -> status.session().liveAt() != null));
                var gone = publisher.process().onExit().thenApply(process -> Instant.now());
                var session = live.sessions().running("alice").get(0).session();
                var end = session.liveAt().plus(PAID);
                if (meanwhile == Meanwhile.RELOAD) {
                    new RunningNginx(directory).reload();
                    assertThat(Instant.now()).as("when it is reloaded").isBefore(end);
                }
                var late = Duration.between(end, gone.get(60, TimeUnit.SECONDS));
                System.out.println(
                        "latency from the end of the money to that of the encoder: " + late.toMillis() + " ms");
                assertThat(late).isBetween(Duration.ofMillis(-100), HEARTBEAT.plusSeconds(1));

                Await.until("it is over", () -> books.sessions().open().isEmpty());
                var over = books.sessions().find(session.id()).orElseThrow();
                assertThat(over.state()).isEqualTo(SessionState.ENDED);
                assertThat(over.end()).isEqualTo(new SessionEnd.FundsExhausted());
                assertThat(over.metering().charged()).isEqualTo(Money.of("USD", "0.60"));
                assertThat(live.wallets().balance("alice").orElseThrow().posted())
                        .isEqualTo(Money.of("USD", "0"));
                assertThat(sink.keys()).as("nothing was opened anew").containsExactly("k");
            }
        }
    }

    private Livemeter start() {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        return Livemeter.builder()
                .wallet(books)
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(1)
                        .heartbeat(HEARTBEAT)
                        .allowPrivateDestinations(true)
                        .workDirectory(directory)
                        .build()))
                .provider(new OutlivedApplicationTest.Sinks())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "0.30"))
                        .lowBalanceBelow(Money.of("USD", "0.20"))
                        .quota(Duration.ofSeconds(3))
                        .renewBefore(Duration.ofSeconds(1))
                        .settleEvery(Duration.ofSeconds(1))
                        .build())
                .build();
    }
}
