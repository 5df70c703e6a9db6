package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with a relay host, whose streams outlive the relay. */
@Tag("once")
class RelayOnHostContractTest extends RelayControllerContract {

    private static LiveOnHost on;
    private static RtmpSink sink;
    private static int nobody;

    @BeforeAll
    static void startHost(@TempDir Path folder) throws Exception {
        on = new LiveOnHost(folder);
        sink = new RtmpSink();
        nobody = TestPorts.free();
    }

    @AfterAll
    static void stopHost() throws Exception {
        sink.close();
        on.close();
    }

    @Override
    protected RelayController newRelay() {
        try {
            return on.newRelay();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return NginxRelayContractTest.encoder(ingest, streamKey);
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
