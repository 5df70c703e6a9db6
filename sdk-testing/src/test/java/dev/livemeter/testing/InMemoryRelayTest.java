package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

class InMemoryRelayTest extends RelayControllerContract {

    private static final PushTarget TAKING =
            new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of("taking-0123456789"));
    private static final PushTarget DEAD =
            new PushTarget(URI.create("rtmp://nobody.test/app"), Secret.of("dead-0123456789"));

    private final Set<PassedOn> passedOn = new HashSet<>();
    private int retried;

    private record PassedOn(SessionId session, Push push) {}

    @Override
    protected RelayController newRelay() {
        return InMemoryRelay.create();
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return new TestPublisher((InMemoryRelay) relay, streamKey);
    }

    @Override
    protected PushTarget takingTarget() {
        return TAKING;
    }

    @Override
    protected PushTarget deadTarget() {
        return DEAD;
    }

    @Override
    protected Duration watching() {
        return Duration.ofMillis(20);
    }

    @Override
    protected void letTimePass(RelayController open) {
        var relay = (InMemoryRelay) open;
        relay.heartbeat();
        for (var session : relay.sessions()) {
            relay.pushes(session).stream()
                    .filter(push -> passedOn.add(new PassedOn(session, push)))
                    .forEach(push -> fare(relay, session, push));
        }
        var wished = relay.retries();
        for (var destination : wished.subList(retried, wished.size())) {
            relay.sessions()
                    .forEach(session -> relay.pushes(session).stream()
                            .filter(push -> push.destination().equals(destination))
                            .forEach(push -> fare(relay, session, push)));
        }
        retried = wished.size();
    }

    private static void fare(InMemoryRelay relay, SessionId session, Push push) {
        if (!push.target().equals(DEAD)) {
            relay.connectDestination(session, push.destination());
        } else {
            relay.destination(session, push.destination(), State.CONNECTING, "");
            relay.retries(session, push.destination(), "Nobody answered.", Duration.ofSeconds(2));
        }
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
