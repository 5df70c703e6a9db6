package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Encoders and platforms for relays without media, as the contract kit wants them. */
final class InMemoryEncoders {

    static final PushTarget TAKING =
            new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("taking-0123456789"));
    static final PushTarget DEAD = new PushTarget(URI.create("rtmp://nobody.test/app"), Secret.of("dead-0123456789"));

    private final Set<PassedOn> passedOn = new HashSet<>();
    private final Map<InMemoryRelay, Integer> retried = new HashMap<>();

    private int opened;

    private record PassedOn(SessionId session, Push push) {}

    /** Everybody gives a proof of life, and what is new about destinations takes its course. */
    void letTimePass(List<InMemoryRelay> relays) {
        relays.forEach(this::letTimePass);
    }

    private void letTimePass(InMemoryRelay relay) {
        relay.heartbeat();
        for (var session : relay.sessions()) {
            relay.pushes(session).stream()
                    .filter(push -> passedOn.add(new PassedOn(session, push)))
                    .forEach(push -> fare(relay, session, push));
        }
        var wished = relay.retries();
        for (var destination : wished.subList(retried.getOrDefault(relay, 0), wished.size())) {
            relay.sessions()
                    .forEach(session -> relay.pushes(session).stream()
                            .filter(push -> push.destination().equals(destination))
                            .forEach(push -> fare(relay, session, push)));
        }
        retried.put(relay, wished.size());
    }

    /** That stream went there all the time. */
    void goesOn(InMemoryRelay relay, SessionId session, List<Push> before) {
        relay.pushes(session).stream()
                .filter(push -> before.contains(push) && passedOn.add(new PassedOn(session, push)))
                .forEach(push -> relay.destination(session, push.destination(), State.LIVE, ""));
    }

    /** How often a platform was connected to. */
    int opened() {
        return opened;
    }

    private void fare(InMemoryRelay relay, SessionId session, Push push) {
        if (!push.target().equals(DEAD)) {
            opened++;
            relay.connectDestination(session, push.destination());
        } else {
            relay.destination(session, push.destination(), State.CONNECTING, "");
            relay.retries(session, push.destination(), "Nobody answered.", Duration.ofSeconds(2));
        }
    }

    static Publisher publisher(InMemoryRelay relay, String key) {
        return new TestPublisher(relay, key);
    }

    private static final class TestPublisher implements Publisher {

        private final InMemoryRelay relay;
        private final String key;
        private SessionId session;

        TestPublisher(InMemoryRelay relay, String key) {
            this.relay = relay;
            this.key = key;
        }

        @Override
        public void start() {
            try {
                session = relay.publish(key) instanceof Admission.Admitted admitted ? admitted.session() : null;
            } catch (LivemeterException turnedAway) {
                session = null;
            }
        }

        @Override
        public boolean isConnected() {
            return session != null && relay.isPublishing(session);
        }

        @Override
        public boolean standStill() {
            if (session != null) {
                relay.standStill(session, Duration.ofSeconds(5));
            }
            return true;
        }

        @Override
        public void stop() {
            close();
        }

        @Override
        public void close() {
            if (session != null) {
                relay.hangUp(session);
            }
        }
    }
}
