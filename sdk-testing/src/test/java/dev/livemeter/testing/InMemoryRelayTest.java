package dev.livemeter.testing;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract;
import java.time.Duration;
import java.util.List;

class InMemoryRelayTest extends RelayControllerContract {

    private final InMemoryEncoders encoders = new InMemoryEncoders();

    @Override
    protected RelayController newRelay() {
        return InMemoryRelay.create();
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return InMemoryEncoders.publisher((InMemoryRelay) relay, streamKey);
    }

    @Override
    protected PushTarget takingTarget() {
        return InMemoryEncoders.TAKING;
    }

    @Override
    protected PushTarget deadTarget() {
        return InMemoryEncoders.DEAD;
    }

    @Override
    protected Duration watching() {
        return Duration.ofMillis(20);
    }

    @Override
    protected void letTimePass(RelayController open) {
        encoders.letTimePass(List.of((InMemoryRelay) open));
    }
}
