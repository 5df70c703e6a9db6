package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nginx and a real encoder: where it is sent, what becomes of it when one of them dies, and when one is to be emptied. */
@Tag("once")
class FleetOnNginxTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final List<LiveEvent> events = new CopyOnWriteArrayList<>();
    private BreakableNginx first;
    private RtmpSink sink;
    private Livemeter live;
    private String key;

    @BeforeEach
    void open() throws Exception {
        sink = new RtmpSink();
        first = new BreakableNginx(directory.resolve("one"));
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        live = Livemeter.builder()
                .wallet(books)
                .relay(RelayFleet.builder()
                        .host("relay1", relay(first), HostCapacity.megabits(1000))
                        .standby(
                                "relay2",
                                relay(new BreakableNginx(directory.resolve("two"))),
                                HostCapacity.megabits(100))
                        .lookEvery(Duration.ofMillis(300))
                        .build())
                .provider(new OutlivedApplicationTest.Sinks())
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "0.60"))
                        .lowBalanceBelow(Money.of("USD", "0.50"))
                        .build())
                .listener(events::add)
                .build();
        live.wallets().credit("alice", Money.of("USD", "50.00"), "order-1");
        live.destinations().add("alice", Destination.custom("one", sink.server("youtube"), "first-key"));
        key = live.streamKeys().create("alice").reveal();
    }

    private static NginxRelay relay(BreakableNginx nginx) {
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(HEARTBEAT)
                .allowPrivateDestinations(true)
                .binary(nginx.binary())
                .workDirectory(nginx.workDirectory())
                .build());
    }

    @AfterEach
    void close() throws Exception {
        if (live != null) {
            live.close();
        }
        sink.close();
    }

    private FfmpegPublisher publish(String ingest) {
        return new FfmpegPublisher(ingest, key).start();
    }

    private String ingest() {
        return live.ingest("alice").url().toString();
    }

    private Optional<SessionStatus> onAir() {
        return live.sessions().running().stream()
                .filter(session -> session.destinations().stream()
                        .anyMatch(destination -> destination.state() == DestinationStatus.State.LIVE))
                .findFirst();
    }

    private State state(int host) {
        return live.relays().hosts().get(host).state();
    }

    private int streams(int host) {
        return live.relays().hosts().get(host).streams();
    }

    private <E> List<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    @DisplayName("Acceptance 11: when a host dies its stream is settled once and goes on at the standby")
    void whenAHostDiesItsStreamIsSettledOnceAndGoesOnAtTheStandby() {
        var firstIngest = ingest();
        try (var encoder = publish(firstIngest)) {
            Await.until("it is on air", () -> onAir().isPresent());
            assertThat(streams(0)).isEqualTo(1);
            var before = Instant.now();
            first.breakDown();
            var killed = Instant.now();
            Await.until("its host is down", () -> state(0) == State.DOWN);
            Await.until("the stream is over", () -> !told(SessionEnded.class).isEmpty());
            assertThat(told(SessionEnded.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.end()).isInstanceOf(SessionEnd.Lost.class));
            var over = books.sessions()
                    .find(told(SessionEnded.class).get(0).session())
                    .orElseThrow();
            assertThat(over.liveAt().plus(over.metering().used()))
                    .as("up to its last heartbeat")
                    .isBetween(before.minus(HEARTBEAT).minusMillis(1_100), killed.plusMillis(600));
            assertThat(over.metering().charged()).isEqualTo(over.metering().cost());
            assertThat(books.ledger().verify().findings()).isEmpty();
            Await.until("the encoder noticed", () -> !encoder.isRunning());
        }
        assertThat(streams(0)).isZero();
        var place = live.relays().place(ALICE);
        assertThat(place.host()).isEqualTo("relay2");
        assertThat(place.move().sentence())
                .isEqualTo("The server " + firstIngest + " does not work at present. Enter "
                        + place.ingest().url() + " in your encoder instead; your stream key stays the same.");
        try (var encoder = publish(ingest())) {
            Await.until("the same key is on air again", () -> onAir().isPresent());
            assertThat(streams(1)).isEqualTo(1);
            assertThat(encoder.isRunning()).isTrue();
            first.mend();
            Await.until("the first host is back", () -> state(0) == State.UP);
            assertThat(ingest())
                    .as("nobody hops back")
                    .isEqualTo(place.ingest().url().toString());
        }
        Await.until("both are over", () -> told(SessionEnded.class).size() == 2);
        assertThat(live.relays().hosts()).allMatch(host -> host.plannedBitsPerSecond() == 0);
    }

    @Test
    void aHostThatIsEmptiedKeepsItsStreamAndTakesNoOther() {
        var before = ingest();
        try (var encoder = publish(before)) {
            Await.until("it is on air", () -> onAir().isPresent());
            live.relays().drain("relay1");
            assertThat(state(0)).isEqualTo(State.DRAINING);
            try (var other = publish(before)) {
                Await.until("another one is turned away", () -> !other.isRunning());
            }
            assertThat(told(PublishRefused.class).get(0).sentence())
                    .isEqualTo(
                            "A stream was refused with 503: The relay host relay1 is in maintenance and takes no new streams."
                                    + " Publish to the server that your settings show now.");
            assertThat(ingest()).isNotEqualTo(before);
            assertThat(encoder.isRunning()).isTrue();
            assertThat(onAir()).isPresent();
            live.relays().drain("relay1", Duration.ZERO);
            Await.until("it is cut", () -> !encoder.isRunning());
        }
        Await.until("the stream is over", () -> !told(SessionEnded.class).isEmpty());
        assertThat(told(SessionEnded.class).get(0).end().sentence())
                .isEqualTo("Stopped by Livemeter: the relay host relay1 goes into maintenance.");
        assertThat(state(0)).isEqualTo(State.DRAINED);
        live.relays().undrain("relay1");
        assertThat(state(0)).isEqualTo(State.UP);
    }
}
