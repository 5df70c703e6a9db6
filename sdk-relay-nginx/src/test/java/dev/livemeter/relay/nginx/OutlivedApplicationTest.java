package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.SessionResumed;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real encoder and a real nginx that go on while the application is away: six dollars a minute, sold by the second. */
@Tag("once")
class OutlivedApplicationTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final List<LiveEvent> events = new CopyOnWriteArrayList<>();
    private Duration grace = Duration.ofSeconds(20);
    private RtmpSink sink;
    private Livemeter live;
    private FfmpegPublisher publisher;

    @BeforeEach
    void open() throws Exception {
        sink = new RtmpSink();
        start();
    }

    @AfterEach
    void close() throws Exception {
        if (publisher != null) {
            publisher.close();
        }
        if (live != null) {
            live.close();
        }
        NginxRelay.endLeftBehind(directory);
        sink.close();
    }

    private void start() {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        live = Livemeter.builder()
                .wallet(books)
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(3)
                        .heartbeat(HEARTBEAT)
                        .allowPrivateDestinations(true)
                        .workDirectory(directory)
                        .restartGrace(grace)
                        .build()))
                .provider(new Sinks())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "0.60"))
                        .lowBalanceBelow(Money.of("USD", "0.50"))
                        .quota(Duration.ofSeconds(40))
                        .renewBefore(Duration.ofSeconds(30))
                        .build())
                .listener(events::add)
                .build();
    }

    private SessionId goLive(String credit) {
        live.wallets().credit("alice", Money.of("USD", credit), "order-1");
        live.destinations().add("alice", Destination.custom("one", sink.server("youtube"), "first-key"));
        live.destinations().add("alice", Destination.custom("two", sink.server("youtube"), "second-key?x=1&y=2"));
        var key = live.streamKeys().create("alice").reveal();
        publisher = new FfmpegPublisher(live.ingest().url().toString(), key).start();
        Await.until("both destinations are live", () -> liveDestinations() == 2);
        return status().session().id();
    }

    private SessionStatus status() {
        return live.sessions().running().get(0);
    }

    private long liveDestinations() {
        return live.sessions().running().stream()
                .flatMap(session -> session.destinations().stream())
                .filter(destination -> destination.state() == State.LIVE)
                .count();
    }

    @Test
    void aStreamGoesOnWithoutLosingAPictureAndIsChargedForEverySecond() throws Exception {
        var ingest = live.ingest();
        var session = goLive("50.00");
        // nginx keeps the answer to a heartbeat; before the first one there is none.
        Thread.sleep(HEARTBEAT.plusSeconds(1).toMillis());
        var viewers = Executors.newSingleThreadExecutor();
        try {
            var seen = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return sink.moments("youtube", "second-key", 16);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    viewers);
            live.close();
            Thread.sleep(7_000);
            assertThat(publisher.isRunning()).isTrue();
            start();

            assertThat(live.ingest()).isEqualTo(ingest);
            Await.until(
                    "the session is metered again",
                    () -> !live.sessions().running().isEmpty());
            Await.until("its destinations are live again", () -> liveDestinations() == 2);
            assertThat(status().session().id()).isEqualTo(session);
            assertThat(events).filteredOn(SessionResumed.class::isInstance).hasSize(1);
            var moments = seen.join();
            for (var i = 1; i < moments.size(); i++) {
                assertThat(moments.get(i) - moments.get(i - 1)).isLessThan(0.1);
            }
            assertThat(moments).hasSizeGreaterThan(180);
        } finally {
            viewers.shutdownNow();
        }
        // Nothing was opened anew.
        assertThat(sink.keys()).containsExactlyInAnyOrder("first-key", "second-key?x=1&y=2");

        var began = status().session().liveAt();
        publisher.stop();
        Await.until("the session is over", () -> live.sessions().running().isEmpty());
        var over = books.sessions().find(session).orElseThrow();
        var wall = Duration.between(began, over.endedAt());
        assertThat(over.state()).isEqualTo(SessionState.ENDED);
        assertThat(over.metering().used()).isBetween(wall.minusMillis(1_100), wall.plusMillis(1_100));
        assertThat(over.metering().charged()).isEqualTo(over.metering().cost());
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    /** It passed the application, so it ended with that. */
    @Test
    void aDestinationWithALongKeyIsBegunAnewAndTheOtherGoesOn() throws Exception {
        var longKey = "k".repeat(240);
        live.wallets().credit("alice", Money.of("USD", "50.00"), "order-1");
        live.destinations().add("alice", Destination.custom("one", sink.server("youtube"), "first-key"));
        live.destinations().add("alice", Destination.custom("long", sink.server("youtube"), longKey));
        var key = live.streamKeys().create("alice").reveal();
        publisher = new FfmpegPublisher(live.ingest().url().toString(), key).start();
        Await.until("both destinations are live", () -> liveDestinations() == 2);
        var session = status().session().id();
        Thread.sleep(HEARTBEAT.plusSeconds(1).toMillis());
        live.close();
        start();
        Await.until("both destinations are live again", Duration.ofSeconds(30), () -> liveDestinations() == 2);
        assertThat(status().session().id()).isEqualTo(session);
        assertThat(sink.keys()).containsExactlyInAnyOrder("first-key", longKey, longKey);
        assertThat(sink.frames("youtube", longKey, 10)).isEqualTo(10);
    }

    @Test
    void otherSettingsAfterTheRestartDisturbNoStream() throws Exception {
        var session = goLive("50.00");
        Thread.sleep(HEARTBEAT.plusSeconds(1).toMillis());
        live.close();
        grace = Duration.ofSeconds(25);
        start();
        Await.until("the session is metered again", () -> liveDestinations() == 2);
        assertThat(status().session().id()).isEqualTo(session);
        assertThat(Files.readString(directory.resolve("nginx.conf"))).contains(" inactive=85s ");
        assertThat(sink.keys()).hasSize(2);
        // In the worker from before, which the immediate way to cut does not reach.
        live.sessions().stop(session, "alice", "enough");
        Await.until("the encoder is cut off", () -> !publisher.isRunning());
        assertThat(books.sessions().find(session).orElseThrow().state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void withoutAnApplicationItGoesOnNoLongerThanTheGrace() throws Exception {
        grace = Duration.ofSeconds(5);
        live.close();
        NginxRelay.endLeftBehind(directory);
        start();
        goLive("50.00");
        Thread.sleep(HEARTBEAT.plusSeconds(1).toMillis());
        live.close();
        var left = System.nanoTime();
        Await.until("the encoder is cut off", () -> !publisher.isRunning());
        assertThat(Duration.ofNanos(System.nanoTime() - left))
                .isBetween(Duration.ofSeconds(2), grace.plus(HEARTBEAT).plusSeconds(10));
        start();
    }

    @Test
    void withoutAnApplicationItGoesOnNoLongerThanItIsPaid() throws Exception {
        var session = goLive("0.60");
        Thread.sleep(HEARTBEAT.plusSeconds(1).toMillis());
        live.close();
        var left = System.nanoTime();
        Await.until("the encoder is cut off", () -> !publisher.isRunning());
        assertThat(Duration.ofNanos(System.nanoTime() - left))
                .isLessThan(Duration.ofSeconds(6).plus(HEARTBEAT).plusSeconds(10));
        start();
        Await.until(
                "its session is closed",
                () -> books.sessions().find(session).orElseThrow().state() == SessionState.ENDED);
        assertThat(books.sessions().find(session).orElseThrow().metering().charged())
                .isLessThanOrEqualTo(Money.of("USD", "0.60"));
    }

    @Test
    void nobodyGetsInWhileTheApplicationIsAwayAndTheLeftBehindCanBeEnded() throws Exception {
        live.destinations().add("bob", Destination.custom("one", sink.server("youtube"), "bobs-key"));
        live.wallets().credit("bob", Money.of("USD", "50.00"), "order-2");
        var key = live.streamKeys().create("bob").reveal();
        var url = live.ingest().url().toString();
        live.close();
        publisher = new FfmpegPublisher(url, key).start();
        Await.until("the encoder is turned away", () -> !publisher.isRunning());
        assertThat(sink.keys()).isEmpty();

        assertThat(NginxRelay.endLeftBehind(directory)).isTrue();
        assertThat(NginxRelay.endLeftBehind(directory)).isFalse();
        start();
    }

    /** Passes every stream on to the sink. */
    static final class Sinks implements StreamProvider {
        @Override
        public String name() {
            return "custom";
        }

        @Override
        public String displayName() {
            return "Sink";
        }

        @Override
        public Check check(Destination destination) {
            return new Check.Accepted();
        }

        @Override
        public Preparation prepare(Destination destination) {
            return new Preparation.Ready(new PushTarget(destination.server(), destination.requireKey()));
        }
    }
}
