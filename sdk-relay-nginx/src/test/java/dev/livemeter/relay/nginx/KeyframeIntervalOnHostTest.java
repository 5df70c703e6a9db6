package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import dev.livemeter.session.StreamFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the streams of a relay host, with a real sshd and a real nginx: over the network, as encoders come. */
@Tag("once")
class KeyframeIntervalOnHostTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int ingestPort = TestPorts.free();
    private final int innerPorts = TestPorts.free(NginxHostConfig.INNER_PORTS);
    private final List<NginxRelay> relays = new ArrayList<>();
    private final List<FfmpegPublisher> encoders = new ArrayList<>();
    private TestRelayHost host;
    private RtmpSink sink;

    @BeforeEach
    void open() throws Exception {
        sink = new RtmpSink();
    }

    @AfterEach
    void close() throws Exception {
        encoders.forEach(FfmpegPublisher::close);
        relays.forEach(NginxRelay::close);
        host.close();
        sink.close();
    }

    private ScriptedAuthority node(int nodes, String publicHost) throws Exception {
        var authority = new ScriptedAuthority();
        authority.pushes = request -> List.of(ScriptedAuthority.push(
                "p", sink.server("twitch"), request.streamKey().reveal()));
        var relay = NginxRelay.on(
                NginxHostConfig.of(host.way().build())
                        .nodes(nodes)
                        .controlPort(host.controlPort())
                        .callbackPort(host.callbackPort())
                        .innerPorts(innerPorts)
                        .build(),
                NginxRelayConfig.builder()
                        .ingestPort(ingestPort)
                        .publicHost(publicHost)
                        .mostDestinations(2)
                        .heartbeat(Duration.ofSeconds(2))
                        .allowPrivateDestinations(true)
                        .build());
        relays.add(relay);
        relay.open(authority);
        return authority;
    }

    private void encode(String key, int keyframeEvery) {
        encoders.add(new FfmpegPublisher(
                        "rtmp://127.0.0.1:" + ingestPort + "/live", key, EncodedShow.constantRate(300, keyframeEvery))
                .start());
    }

    private static StreamFormat format(ScriptedAuthority authority, String key) {
        var session = authority.session(key);
        return session == null ? null : authority.formats.get(session);
    }

    private static boolean isMeasured(ScriptedAuthority authority, String key) {
        var format = format(authority, key);
        return format != null && format.keyframeInterval() != null;
    }

    @Test
    void theNodeThatHasAStreamLooksAtIt(@TempDir Path folder) throws Exception {
        host = TestRelayHost.start(folder, 2);
        var one = node(2, "127.0.0.1");
        var other = node(2, "127.0.0.1");
        // Which node is asked first goes by the number of the connection, so sooner or later each has one.
        while (one.sessions.isEmpty() || other.sessions.isEmpty()) {
            var many = encoders.size() + 1;
            assertThat(many).isLessThan(20);
            encode("key" + many, 60);
            Await.until("it is let in", PATIENCE, () -> one.sessions.size() + other.sessions.size() == many);
        }
        for (var node : List.of(one, other)) {
            for (var key : node.sessions.keySet()) {
                Await.until(key + " is measured", PATIENCE, () -> isMeasured(node, key));
                assertThat(format(node, key).keyframeInterval().length())
                        .isBetween(Duration.ofMillis(3_900), Duration.ofMillis(4_100));
            }
        }
        assertThat(encoders).allMatch(FfmpegPublisher::isRunning);
        assertThat(one.ends).isEmpty();
        assertThat(other.ends).isEmpty();
    }

    @Test
    void whereTheHostIsNotReachedThereIsNoFigureAndTheStreamGoesOn(@TempDir Path folder) throws Exception {
        host = TestRelayHost.start(folder);
        // An address for documentation, behind which nobody is.
        var authority = node(1, "192.0.2.1");
        encode("key", 60);
        Await.until("what nginx counts is told", PATIENCE, () -> format(authority, "key") != null);
        assertThat(format(authority, "key").videoCodec()).isEqualTo("H264");
        assertThat(format(authority, "key").keyframeInterval()).isNull();
        assertThat(encoders).allMatch(FfmpegPublisher::isRunning);
        assertThat(authority.ends).isEmpty();
    }
}
