package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.deploy.RelayConfiguration;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream on a relay host while configurations change under it. */
@Tag("once") // nginx does not care which JVM asks
class RelayHostOnAirTest {

    @Test
    @DisplayName("Acceptance 10: a stream goes on while other configurations come into force and go again")
    void aStreamGoesOnWhileOtherConfigurationsComeIntoForceAndGoAgain(@TempDir Path folder) throws Exception {
        try (var host = TestRelayHost.start(folder);
                var sink = new RtmpSink()) {
            var ingest = TestPorts.free();
            var relay = host.deployment();
            var first = configuration("first", ingest, sink.port());
            assertThat(relay.deploy(first).inForce()).isTrue();
            try (var encoder = new FfmpegPublisher("rtmp://127.0.0.1:" + ingest + "/live", "k1").start()) {
                Await.until("the stream arrives", () -> arrives(sink));
                var seen = CompletableFuture.supplyAsync(() -> moments(sink));
                assertThat(relay.deploy(configuration("second", ingest, sink.port()))
                                .inForce())
                        .isTrue();
                assertThat(relay.rollBack(first.version()).inForce()).isTrue();
                var moments = seen.get(60, TimeUnit.SECONDS);
                for (var i = 1; i < moments.size(); i++) {
                    assertThat(moments.get(i) - moments.get(i - 1)).as("a gap").isLessThan(0.5);
                }
                assertThat(moments.get(moments.size() - 1) - moments.get(0)).isGreaterThan(5.0);
                assertThat(encoder.isRunning()).isTrue();
                assertThat(sink.frames("youtube", "k1", 15)).isEqualTo(15);
                assertThat(sink.keys()).as("it was published once").containsExactly("k1");
            }
        }
    }

    private static RelayConfiguration configuration(String remark, int ingest, int sink) {
        return RelayConfiguration.of(Map.of(
                "nginx.conf",
                TestRelayHost.text(
                        remark,
                        "rtmp { access_log off; server { listen 127.0.0.1:" + ingest
                                + "; application live { live on; push rtmp://127.0.0.1:" + sink + "/youtube; } } }")));
    }

    private static boolean arrives(RtmpSink sink) {
        try {
            return sink.frames("youtube", "k1", 1) == 1;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static java.util.List<Double> moments(RtmpSink sink) {
        try {
            return sink.moments("youtube", "k1", 7);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
