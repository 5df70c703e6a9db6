package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
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

    private final Set<SessionId> passedOn = new HashSet<>();

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
            if (passedOn.add(session)) {
                relay.pushes(session).forEach(push -> {
                    if (push.target().equals(TAKING)) {
                        relay.connectDestination(session, push.destination());
                    } else {
                        relay.destination(session, push.destination(), State.CONNECTING, "");
                        relay.destination(session, push.destination(), State.RETRYING, "Nobody answered.");
                    }
                });
            }
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
