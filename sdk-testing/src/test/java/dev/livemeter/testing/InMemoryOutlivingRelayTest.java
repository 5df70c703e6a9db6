package dev.livemeter.testing;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.OutlivingRelayContract;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Publishers go on, and show up at the relay of the next life when time passes there. */
class InMemoryOutlivingRelayTest extends OutlivingRelayContract {

    private InMemoryEncoders life = new InMemoryEncoders();
    private final List<Encoder> all = new ArrayList<>();
    private InMemoryRelay present;
    private int openedBefore;

    @Override
    protected RelayController newRelay() {
        present = InMemoryRelay.outliving(Duration.ofSeconds(10));
        return present;
    }

    @Override
    protected RelayController successor(RelayController closed) {
        present = ((InMemoryRelay) closed).successor();
        openedBefore += life.opened();
        life = new InMemoryEncoders();
        return present;
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        var encoder = new Encoder(streamKey);
        all.add(encoder);
        return encoder;
    }

    @Override
    protected PushTarget takingTarget() {
        return InMemoryEncoders.TAKING;
    }

    @Override
    protected int timesOpened() {
        return openedBefore + life.opened();
    }

    @Override
    protected Duration watching() {
        return Duration.ofMillis(20);
    }

    @Override
    protected void letTimePass(RelayController open) {
        all.forEach(Encoder::showUp);
        life.letTimePass(List.of(present));
    }

    private final class Encoder implements Publisher {

        private final String key;
        private SessionId session;
        private List<Push> goesTo = List.of();

        Encoder(String key) {
            this.key = key;
        }

        @Override
        public void start() {
            session = present.publish(key) instanceof Admission.Admitted admitted ? admitted.session() : null;
        }

        void showUp() {
            if (session == null) {
                return;
            }
            if (!present.isFromBefore(session)) {
                goesTo = present.pushes(session);
            } else if (present.showUp(session, Duration.ofSeconds(5)) instanceof Admission.Admitted) {
                life.goesOn(present, session, goesTo);
            }
        }

        @Override
        public boolean isConnected() {
            return session != null && (present.isPublishing(session) || present.isFromBefore(session));
        }

        @Override
        public void stop() {
            close();
        }

        @Override
        public void close() {
            if (session != null) {
                present.hangUp(session);
            }
        }
    }
}
