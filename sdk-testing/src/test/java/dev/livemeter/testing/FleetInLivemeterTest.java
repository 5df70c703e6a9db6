package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destination;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.RelayHostChanged;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayController;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A whole application on a fleet: what artists and the operator notice of it. */
class FleetInLivemeterTest {

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final List<LiveEvent> events = new ArrayList<>();
    private final InMemoryRelay one = InMemoryRelay.at("one.test");
    private final InMemoryRelay two = InMemoryRelay.at("two.test");
    private String key = "";

    private Livemeter start(@Nullable RelayController relay) {
        var builder = Livemeter.builder()
                .wallet(books)
                .storage(books)
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(Tariff.perMinute("USD", "0.60").in(Increment.SECONDS))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .listener(events::add);
        if (relay != null) {
            builder.relay(relay);
        }
        var live = builder.build();
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abc"));
        key = live.streamKeys().create("alice").reveal();
        return live;
    }

    private RelayFleet fleet() {
        return RelayFleet.builder()
                .host("relay1", one, HostCapacity.megabits(1000))
                .host("relay2", two, HostCapacity.megabits(1000))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
    }

    private SessionId goLive(InMemoryRelay relay) {
        var session = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(session);
        return session;
    }

    private <E> List<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void anArtistIsMovedFromAHostInMaintenanceAndToldWhyTheOldOneRefuses() {
        try (var live = start(fleet())) {
            assertThat(live.ingest("alice").url()).hasToString("rtmp://one.test/live");
            live.relays().drain("relay1");
            assertThat(one.publish(key))
                    .isInstanceOfSatisfying(
                            Admission.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Refusal.UNAVAILABLE));
            assertThat(told(PublishRefused.class)).singleElement().satisfies(event -> {
                assertThat(event.user()).hasToString("alice");
                assertThat(event.sentence())
                        .isEqualTo(
                                "A stream was refused with 503: The relay host relay1 is in maintenance and takes no new"
                                        + " streams. Publish to the server that your settings show now.");
            });
            assertThat(live.ingest("alice").url()).hasToString("rtmp://two.test/live");
            var session = goLive(two);
            time.advance(Duration.ofSeconds(10));
            two.hangUp(session);
            assertThat(live.sessions().find(session).orElseThrow().metering().charged())
                    .isEqualTo(Money.of("USD", "0.10"));
        }
    }

    @Test
    void aStrangerIsToldNothingOfHosts() {
        try (var live = start(fleet())) {
            live.relays().drain("relay1");
            assertThat(one.publish("ec_live_alice_0123456789abcdef"))
                    .isInstanceOfSatisfying(
                            Admission.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Refusal.UNKNOWN_KEY));
            assertThat(one.publish("x"))
                    .isInstanceOfSatisfying(
                            Admission.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Refusal.MALFORMED));
        }
    }

    @Test
    void aStreamThatOutstaysTheDeadlineIsStoppedWithAReasonAndPaidForUpToThen() {
        try (var live = start(fleet())) {
            var session = goLive(one);
            time.advance(Duration.ofSeconds(30));
            live.relays().drain("relay1", Duration.ofSeconds(30));
            time.advance(Duration.ofSeconds(30));
            var over = live.sessions().find(session).orElseThrow();
            assertThat(over.end().sentence())
                    .isEqualTo("Stopped by Livemeter: the relay host relay1 goes into maintenance.");
            assertThat(over.metering().charged()).isEqualTo(Money.of("USD", "0.60"));
            assertThat(live.relays().hosts().get(0).state()).isEqualTo(State.DRAINED);
        }
    }

    @Test
    void theOperatorHearsOfEveryChange() {
        try (var live = start(fleet())) {
            events.clear();
            one.health(RelayHealth.down("nginx is gone."));
            time.advance(Duration.ofSeconds(6));
            assertThat(told(RelayHostChanged.class)).singleElement().satisfies(event -> {
                assertThat(event.sentence()).isEqualTo("The relay host relay1 is down: nginx is gone.");
                assertThat(event.code()).isEqualTo("relay_host_changed");
                assertThat(event.at()).isEqualTo(time.instant());
                assertThat(event.user()).isNull();
            });
            assertThat(live.ingest().url()).hasToString("rtmp://two.test/live");
        }
    }

    @Test
    void aRelayThatIsNoFleetShowsAsOneHost() {
        try (var live = start(one)) {
            goLive(one);
            one.health(RelayHealth.up(12));
            var opened = time.instant();
            assertThat(live.relays().hosts())
                    .containsExactly(new RelayHostStatus(
                            "relay",
                            Role.ORDINARY,
                            State.UP,
                            "",
                            opened,
                            new Ingest(URI.create("rtmp://one.test/live")),
                            1,
                            0,
                            0,
                            null,
                            12,
                            null));
            time.advance(Duration.ofSeconds(5));
            one.health(RelayHealth.down("nginx is gone."));
            assertThat(live.relays().hosts()).singleElement().satisfies(host -> {
                assertThat(host.sentence()).isEqualTo("The relay host relay is down: nginx is gone.");
                assertThat(host.since()).isEqualTo(time.instant());
            });
            assertThat(live.ingest("bob").url()).hasToString("rtmp://one.test/live");
            assertThatThrownBy(() -> live.relays().drain("relay"))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("relay_host.single"))
                    .hasMessage(
                            "There is a single relay, and nowhere to send its users to while it is emptied. Give a RelayFleet of"
                                    + " several to Livemeter.builder().relay(...).");
            assertThatThrownBy(() -> live.relays().undrain("relay1"))
                    .hasMessage("There is no relay host called 'relay1'; there is only relay.");
        }
    }

    @Test
    void withoutARelayThereAreNoHosts() {
        try (var live = start(null)) {
            assertThat(live.relays().hosts()).isEmpty();
            assertThatThrownBy(() -> live.relays().drain("relay1", Duration.ZERO))
                    .hasMessage("There is no relay host called 'relay1'; there is none at all.");
            assertThatThrownBy(() -> live.ingest("alice")).hasMessageStartingWith("There is no relay to publish to;");
        }
    }
}
