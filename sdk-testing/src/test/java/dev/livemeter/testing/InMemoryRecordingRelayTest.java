package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RecordsStreamsContract;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.time.Duration;
import java.util.List;

/** What is recorded of a relay without media is a pattern that grows. */
class InMemoryRecordingRelayTest extends RecordsStreamsContract {

    private final InMemoryEncoders encoders = new InMemoryEncoders();

    @Override
    protected RelayController newRelay() {
        return InMemoryRelay.create();
    }

    @Override
    protected RelayController successor(RelayController closed) {
        return ((InMemoryRelay) closed).successor();
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return InMemoryEncoders.publisher((InMemoryRelay) relay, streamKey);
    }

    @Override
    protected void assertPlays(byte[] media, Duration length) {
        assertThat(media).isEqualTo(InMemoryRelay.recorded(media.length));
        assertThat(length).isPositive();
    }

    @Override
    protected Duration watching() {
        return Duration.ofMillis(20);
    }

    @Override
    protected void letTimePass(RelayController open) {
        var relay = (InMemoryRelay) open;
        encoders.letTimePass(List.of(relay));
        relay.sessions().stream()
                .filter(session -> relay.recording(session).isPresent())
                .forEach(session -> relay.grow(session, 15_000, Duration.ofSeconds(1)));
        relay.finishRecordings();
    }
}
