package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract, with a real nginx and real encoders. */
@Tag("once") // others run nginx under the second JVM, too
class NginxRelayContractTest extends RelayControllerContract {

    private static RtmpSink sink;
    private static int nobody;

    @BeforeAll
    static void startSink() throws IOException {
        sink = new RtmpSink();
        nobody = TestPorts.free();
    }

    @AfterAll
    static void stopSink() throws IOException {
        sink.close();
    }

    @Override
    protected RelayController newRelay() {
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(2)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .build());
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return encoder(ingest, streamKey);
    }

    /** One that publishes for real. */
    static Publisher encoder(Ingest ingest, String streamKey) {
        var encoder = new FfmpegPublisher(ingest.url().toString(), streamKey);
        return new Publisher() {
            @Override
            public void start() {
                encoder.start();
            }

            @Override
            public boolean isConnected() {
                return encoder.isRunning();
            }

            @Override
            public boolean standStill() {
                encoder.freeze();
                return encoder.isFrozen();
            }

            @Override
            public void stop() {
                encoder.stop();
            }

            @Override
            public void close() {
                encoder.close();
            }
        };
    }

    @Override
    protected PushTarget takingTarget() {
        return new PushTarget(URI.create(sink.server("twitch")), Secret.of("live_123_contract"));
    }

    @Override
    protected PushTarget deadTarget() {
        return new PushTarget(URI.create("rtmp://127.0.0.1:" + nobody + "/app"), Secret.of("live_123_dead"));
    }
}
