package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever happens to a fleet in whatever order, it stands as a simple model of it does. */
class RelayFleetModelTest {

    private static final int SEEDS = 100;
    private static final int STEPS = 150;
    private static final long ASSUMED = 6_000_000;
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** What the model knows of a stream. */
    private record Stream(String user, int destinations, long rate) {
        long load() {
            return destinations * rate;
        }
    }

    /** What the model knows of a host. */
    private static final class Host {
        final String name;
        final long limit;
        InMemoryRelay relay;
        final Map<SessionId, Stream> streams = new LinkedHashMap<>();
        boolean draining;
        boolean well = true;
        boolean up = true;

        Host(String name, long limit) {
            this.name = name;
            this.limit = limit;
            this.relay = InMemoryRelay.outliving(name + ".test", Duration.ofSeconds(15));
        }

        long planned() {
            return streams.values().stream().mapToLong(Stream::load).sum();
        }

        boolean hasRoom() {
            return planned() + ASSUMED <= limit;
        }

        State state() {
            if (!up) {
                return State.DOWN;
            }
            if (draining) {
                return streams.isEmpty() ? State.DRAINED : State.DRAINING;
            }
            return hasRoom() ? State.UP : State.FULL;
        }
    }

    private static final class Play {
        final Random random;
        final ManualTime time = ManualTime.create();
        final NamedAuthority authority = new NamedAuthority();
        final List<Host> hosts =
                List.of(new Host("one", 24_000_000), new Host("two", 40_000_000), new Host("spare", 16_000_000));
        final List<SessionId> over = new ArrayList<>();
        final StringBuilder story = new StringBuilder();
        RelayFleet fleet = open();
        int admitted;

        Play(long seed) {
            random = new Random(seed);
            story.append("seed ").append(seed);
        }

        RelayFleet open() {
            var builder = RelayFleet.builder()
                    .time(time)
                    .scheduler(time)
                    .executor(Runnable::run)
                    .lookEvery(LOOK);
            for (var host : hosts) {
                var capacity = HostCapacity.megabits(host.limit / 1_000_000)
                        .planning(100)
                        .assuming(ASSUMED);
                if (host.name.equals("spare")) {
                    builder.standby(host.name, host.relay, capacity);
                } else {
                    builder.host(host.name, host.relay, capacity);
                }
            }
            var opened = builder.build();
            opened.open(authority);
            return opened;
        }

        Host anyHost() {
            return hosts.get(random.nextInt(hosts.size()));
        }

        void step() {
            var host = anyHost();
            var sessions = new ArrayList<>(host.streams.keySet());
            var session = sessions.isEmpty() ? null : sessions.get(random.nextInt(sessions.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> publish(host);
                case 3 -> end(host, session, "hangs up", host.relay::hangUp);
                case 4 -> end(host, session, "is lost", host.relay::lose);
                case 5 -> end(host, session, "is cut", fleet::disconnect);
                case 6 -> pushTo(host, session);
                case 7 -> sees(host, session);
                case 8 -> drain(host);
                case 9 -> health(host);
                case 10 -> look();
                default -> restart();
            }
        }

        void publish(Host host) {
            var user = "user" + random.nextInt(12);
            var number = random.nextInt(4);
            authority.pushes = pushes(number);
            authority.refusing = random.nextInt(8) == 0;
            var fits = !host.draining && host.hasRoom();
            story.append("; ").append(user).append(" publishes to ").append(host.name);
            var answer = host.relay.publish(user);
            assertThat(answer instanceof Admission.Admitted).as("is let in").isEqualTo(fits && !authority.refusing);
            if (answer instanceof Admission.Admitted in) {
                host.streams.put(in.session(), new Stream(user, number, ASSUMED));
                admitted++;
                assertThat(fleet.place(UserId.of(user)).host())
                        .as("whoever publishes stays, unless the host is down and another works")
                        .matches(place -> place.equals(host.name) || !host.up);
            }
        }

        void end(Host host, SessionId session, String how, java.util.function.Consumer<SessionId> way) {
            if (session != null) {
                story.append("; ").append(session).append(' ').append(how);
                way.accept(session);
                host.streams.remove(session);
                over.add(session);
            }
        }

        void pushTo(Host host, SessionId session) {
            var number = random.nextInt(6);
            if (session == null) {
                fleet.pushTo(new SessionId("nobody-at-all-0001"), pushes(number));
                return;
            }
            story.append("; ").append(session).append(" goes to ").append(number);
            fleet.pushTo(session, pushes(number));
            assertThat(host.relay.pushes(session)).hasSize(number);
            host.streams.computeIfPresent(session, (id, old) -> new Stream(old.user(), number, old.rate()));
        }

        void sees(Host host, SessionId session) {
            if (session != null) {
                var rate = 1 + random.nextInt(9_000_000);
                story.append("; ").append(session).append(" sends ").append(rate);
                host.relay.sees(session, new StreamFormat("H264", "AAC", 0, 0, 0, rate, 0, null));
                host.streams.computeIfPresent(session, (id, old) -> new Stream(old.user(), old.destinations(), rate));
            }
        }

        void drain(Host host) {
            var order = random.nextInt(4);
            story.append("; drain ").append(order).append(" of ").append(host.name);
            switch (order) {
                case 0 -> fleet.drain(host.name);
                case 1 -> {
                    fleet.drain(host.name, Duration.ZERO);
                    time.runDue();
                    over.addAll(host.streams.keySet());
                    host.streams.clear();
                }
                default -> fleet.undrain(host.name);
            }
            host.draining = order < 2;
        }

        void health(Host host) {
            host.well = random.nextBoolean();
            story.append("; ").append(host.name).append(host.well ? " heals" : " fails");
            host.relay.health(host.well ? RelayHealth.up() : RelayHealth.down("It is broken."));
        }

        /** Two looks, so that the last word about each host counts. */
        void look() {
            story.append("; looks");
            time.advance(LOOK.multipliedBy(2));
            hosts.forEach(host -> host.up = host.well);
        }

        /** The application restarts, and most of the publishers show up again. */
        void restart() {
            story.append("; restart");
            fleet.close();
            hosts.forEach(host -> {
                host.relay = host.relay.successor();
                host.draining = false;
                host.well = true;
                host.up = true;
            });
            fleet = open();
            for (var host : hosts) {
                var before = Map.copyOf(host.streams);
                host.streams.clear();
                before.forEach((session, stream) -> showUp(host, session, stream));
            }
        }

        private void showUp(Host host, SessionId session, Stream stream) {
            authority.pushes = pushes(stream.destinations());
            authority.resuming = session;
            for (var times = 1 + random.nextInt(2); times > 0; times--) {
                assertThat(host.relay.showUp(session, Duration.ofSeconds(5))).isInstanceOf(Admission.Admitted.class);
            }
            host.streams.put(session, new Stream(stream.user(), stream.destinations(), ASSUMED));
        }

        void check() {
            for (var host : hosts) {
                var status = status(host);
                assertThat(status.state()).as(host.name).isEqualTo(host.state());
                assertThat(status.streams()).as(host.name).isEqualTo(host.streams.size());
                assertThat(status.plannedBitsPerSecond()).as(host.name).isEqualTo(host.planned());
                assertThat(status.destinations())
                        .isEqualTo(host.streams.values().stream()
                                .mapToInt(Stream::destinations)
                                .sum());
                assertThat(host.relay.sessions()).containsExactlyInAnyOrderElementsOf(host.streams.keySet());
            }
            assertThat(authority.ended).containsExactlyInAnyOrderElementsOf(over);
            var place = fleet.place(UserId.of("user" + random.nextInt(12)));
            var usable = hosts.stream()
                    .filter(host -> host.state() == State.UP || host.state() == State.FULL)
                    .map(host -> host.name)
                    .toList();
            assertThat(usable.isEmpty() || usable.contains(place.host()))
                    .as("sent to " + place.host() + " while " + usable + " work")
                    .isTrue();
        }

        RelayHostStatus status(Host host) {
            return fleet.hosts().stream()
                    .filter(status -> status.name().equals(host.name))
                    .findFirst()
                    .orElseThrow();
        }

        void finish() {
            for (var host : hosts) {
                new ArrayList<>(host.streams.keySet())
                        .forEach(session -> end(host, session, "hangs up", host.relay::hangUp));
            }
            check();
            assertThat(fleet.hosts()).allMatch(host -> host.plannedBitsPerSecond() == 0 && host.streams() == 0);
            assertThat(over).hasSize(admitted).doesNotHaveDuplicates();
        }
    }

    private static List<Push> pushes(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Push(
                        new DestinationId("d" + i),
                        new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("key-" + i))))
                .toList();
    }

    @Test
    void noStreamIsLostMixedUpOrCountedTwice() {
        var admitted = 0;
        for (var seed = 0; seed < SEEDS; seed++) {
            var play = new Play(seed);
            try {
                for (var i = 0; i < STEPS; i++) {
                    play.step();
                    play.check();
                }
                play.finish();
            } catch (AssertionError e) {
                throw new AssertionError(play.story.toString(), e);
            }
            admitted += play.admitted;
        }
        assertThat(admitted).as("the play is about something").isGreaterThan(SEEDS * 10);
    }
}
