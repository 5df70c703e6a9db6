package dev.livemeter.relay.nginx;

import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import dev.livemeter.testing.contract.TakesPicturesContract;
import java.time.Duration;
import org.junit.jupiter.api.Tag;

/** The contract of relays that take pictures, with a real nginx, real encoders and ffmpeg. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class NginxPicturesTest extends TakesPicturesContract {

    @Override
    protected RelayController newRelay() {
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .build());
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return NginxRelayContractTest.encoder(ingest, streamKey);
    }
}
