package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.time.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many at once: nobody gets a place that somebody else has, and nothing is left over. */
class RelayFleetStormTest {

    private static final int THREADS = 8;
    private static final int STEPS = 250;

    private final InMemoryRelay one = InMemoryRelay.at("one.test");
    private final InMemoryRelay two = InMemoryRelay.at("two.test");
    private final Crowd crowd = new Crowd();

    @Test
    void thePlanIsKeptAndEveryPlaceIsGivenBack() throws Exception {
        var threads = Executors.newFixedThreadPool(THREADS);
        var time = ManualTime.create();
        try (var fleet = RelayFleet.builder()
                .host("one", one, HostCapacity.megabits(30).planning(80))
                .host("two", two, HostCapacity.megabits(30).planning(80))
                .time(TimeSource.system())
                .scheduler(time)
                .executor(Runnable::run)
                .build()) {
            fleet.open(crowd);
            var work = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < THREADS; i++) {
                var random = new Random(i);
                work.add(() -> come(fleet, random));
            }
            var admitted = 0;
            for (var done : threads.invokeAll(work, 60, TimeUnit.SECONDS)) {
                admitted += done.get();
            }
            assertThat(admitted).isGreaterThan(THREADS * STEPS / 20);
            assertThat(fleet.hosts()).allSatisfy(host -> {
                assertThat(host.streams()).isZero();
                assertThat(host.plannedBitsPerSecond()).isZero();
                assertThat(host.state()).isEqualTo(State.UP);
            });
            assertThat(crowd.ended.keySet()).hasSize(admitted);
            assertThat(crowd.ended.values()).containsOnly(1);
            for (var name : List.of("one", "two")) {
                var told = crowd.changes.stream()
                        .filter(change -> change.name().equals(name))
                        .map(RelayHostStatus::state)
                        .toList();
                assertThat(told).startsWith(State.UP).endsWith(State.UP);
                for (var i = 1; i < told.size(); i++) {
                    assertThat(told.get(i))
                            .as("each change is told once, in order")
                            .isNotEqualTo(told.get(i - 1));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private int come(RelayFleet fleet, Random random) {
        var admitted = 0;
        for (var i = 0; i < STEPS; i++) {
            var relay = random.nextBoolean() ? one : two;
            if (relay.publish("user" + random.nextInt(20)) instanceof RelayAuthority.Admission.Admitted in) {
                admitted++;
                assertThat(fleet.hosts()).allMatch(host -> host.streams() <= 4);
                fleet.place(UserId.of("user" + random.nextInt(20)));
                fleet.pushTo(in.session(), in.pushes());
                if (random.nextBoolean()) {
                    fleet.disconnect(in.session());
                } else {
                    relay.hangUp(in.session());
                }
                fleet.pushTo(in.session(), List.of());
            }
        }
        return admitted;
    }

    /** Thread-safe, unlike a test's usual authority. */
    private static final class Crowd implements RelayAuthority {

        private static final List<Push> PUSHES = List.of(new Push(
                new DestinationId("d"), new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("key"))));

        final Map<SessionId, Integer> ended = new ConcurrentHashMap<>();
        final Queue<RelayHostStatus> changes = new ConcurrentLinkedQueue<>();
        private final Map<SessionId, UserId> owners = new ConcurrentHashMap<>();
        private final IdSource ids = IdSource.random();

        @Override
        public Admission publish(PublishRequest request) {
            var session = new SessionId(ids.next());
            owners.put(session, UserId.of(request.streamKey().reveal()));
            return new Admission.Admitted(session, PUSHES);
        }

        @Override
        public Optional<UserId> ownerOf(SessionId session) {
            return Optional.ofNullable(owners.get(session));
        }

        @Override
        public boolean alive(SessionId session) {
            return true;
        }

        @Override
        public Duration paidAhead(SessionId session) {
            return Duration.ZERO;
        }

        @Override
        public void destinationChanged(
                SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {}

        @Override
        public void hostChanged(RelayHostStatus status) {
            changes.add(status);
        }

        @Override
        public void ended(SessionId session, EndCause cause) {
            ended.merge(session, 1, Integer::sum);
        }
    }
}
