package dev.livemeter.testing;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract;
import java.time.Duration;
import java.util.List;

/** A fleet is a relay like any other: publishers come to its hosts in turn. */
class RelayFleetContractTest extends RelayControllerContract {

    private final InMemoryEncoders encoders = new InMemoryEncoders();
    private final ManualTime time = ManualTime.create();
    private final List<InMemoryRelay> relays = List.of(InMemoryRelay.at("one.test"), InMemoryRelay.at("two.test"));
    private int publishers;

    @Override
    protected RelayController newRelay() {
        return RelayFleet.builder()
                .host("one", relays.get(0), HostCapacity.megabits(1000))
                .host("two", relays.get(1), HostCapacity.megabits(1000))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
    }

    @Override
    protected Publisher newPublisher(RelayController fleet, Ingest ingest, String streamKey) {
        return InMemoryEncoders.publisher(relays.get(publishers++ % 2), streamKey);
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
    protected void letTimePass(RelayController fleet) {
        encoders.letTimePass(relays);
    }
}
