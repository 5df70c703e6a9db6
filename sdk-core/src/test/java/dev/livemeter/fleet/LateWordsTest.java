package dev.livemeter.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayController;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What comes late, or from the wrong host, changes nothing. */
class LateWordsTest {

    private static final SessionId SESSION = new SessionId("session-0001");

    private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    private final List<RelayHostStatus> told = new ArrayList<>();
    private final Announcements announcements = new Announcements(told::add);
    private final FleetHost one = host("one");
    private final FleetHost two = host("two");
    private final CarriedStreams streams = new CarriedStreams();
    private final Placements placements = new Placements(List.of(one, two), streams, clock);
    private final List<SessionId> ended = new ArrayList<>();

    private FleetHost host(String name) {
        return new FleetHost(name, Role.ORDINARY, new NoMedia(), HostCapacity.megabits(1000), clock, announcements);
    }

    private HostAuthority authority(FleetHost host) {
        return new HostAuthority(new Yes(), host, streams, placements);
    }

    @Test
    void aStreamThatIsOverTakesNothingWhateverIsToldOfItLater() {
        var stream = new CarriedStream(SESSION, one, null, 3, 6_000_000);
        one.resume(stream);
        assertThat(one.status().plannedBitsPerSecond()).isEqualTo(18_000_000);
        one.leave(stream);
        one.goesTo(stream, 5);
        one.sends(stream, 1_000);
        one.leave(stream);
        assertThat(one.status().plannedBitsPerSecond()).isZero();
        assertThat(one.status().streams()).isZero();
        assertThat(one.status().destinations()).isZero();
    }

    @Test
    void aHostEndsNoSessionOfAnother() {
        authority(one).publish(new PublishRequest(Secret.of("key"), "192.0.2.1"));
        authority(two).ended(SESSION, EndCause.LOST);
        assertThat(ended).isEmpty();
        assertThat(one.status().streams()).isEqualTo(1);
        authority(one).ended(SESSION, EndCause.LEFT);
        assertThat(ended).containsExactly(SESSION);
        assertThat(one.status().streams()).isZero();
    }

    @Test
    void theEndOfASessionThatNobodyCarriesIsPassedOn() {
        authority(two).ended(SESSION, EndCause.LOST);
        assertThat(ended).containsExactly(SESSION);
    }

    @Test
    void aSignOfLifeIsPassedOnEitherWay() {
        assertThat(authority(one).alive(SESSION)).isTrue();
        assertThat(authority(one).tryAlive(SESSION)).isTrue();
        assertThat(authority(one).tryAlive(new SessionId("another-one"))).isFalse();
    }

    @Test
    void newsThatSomebodyChokesOnStopNoOtherNews() {
        var heard = new ArrayList<String>();
        var choking = new Announcements(status -> {
            heard.add(status.name());
            throw new IllegalStateException("a listener that fails");
        });
        choking.add(one.status());
        choking.tell();
        choking.add(two.status());
        choking.tell();
        assertThat(heard).containsExactly("one", "two");
    }

    private final class Yes implements RelayAuthority {
        @Override
        public Admission publish(PublishRequest request) {
            return new Admission.Admitted(SESSION, List.of());
        }

        @Override
        public boolean alive(SessionId session) {
            return true;
        }

        @Override
        public boolean tryAlive(SessionId session) {
            return session.equals(SESSION);
        }

        @Override
        public void destinationChanged(
                SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {}

        @Override
        public void ended(SessionId session, EndCause cause) {
            ended.add(session);
        }
    }

    private static final class NoMedia implements RelayController {
        @Override
        public Ingest open(RelayAuthority authority) {
            return new Ingest(URI.create("rtmp://relay.test/live"));
        }

        @Override
        public void disconnect(SessionId session) {}

        @Override
        public void pushTo(SessionId session, List<RelayAuthority.Push> pushes) {}

        @Override
        public void retryNow(SessionId session, DestinationId destination) {}

        @Override
        public Optional<String> objectionTo(PushTarget target) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
