package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.OutlivingRelayContract;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract of streams that outlive the application, with a real nginx and real encoders. */
@Tag("once") // nginx does not care which JVM asks
class NginxOutlivingRelayTest extends OutlivingRelayContract {

    private static RtmpSink sink;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startSink() throws IOException {
        sink = new RtmpSink();
    }

    @AfterAll
    static void stopSink() throws IOException {
        sink.close();
    }

    @BeforeEach
    void forgetKeys() {
        sink.keys().clear();
    }

    @Override
    protected int timesOpened() {
        return sink.keys().size();
    }

    @AfterEach
    void endNginx() {
        NginxRelay.endLeftBehind(directory);
    }

    @Override
    protected RelayController newRelay() {
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(2))
                .allowPrivateDestinations(true)
                .workDirectory(directory)
                .restartGrace(Duration.ofSeconds(30))
                .build());
    }

    @Override
    protected RelayController successor(RelayController closed) {
        return newRelay();
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return NginxRelayContractTest.encoder(ingest, streamKey);
    }

    @Override
    protected PushTarget takingTarget() {
        return new PushTarget(URI.create(sink.server("youtube")), Secret.of("live_123_outliving"));
    }
}
