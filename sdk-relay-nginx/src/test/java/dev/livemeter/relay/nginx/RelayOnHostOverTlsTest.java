package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS both ways on a relay host: platforms by routes with addresses, encoders by a certificate that is brought there. */
@Tag("once")
class RelayOnHostOverTlsTest {

    @Test
    void platformsAreLearnedByADeploymentAndEncodersSeeTheCertificateThatWasBrought(
            @TempDir Path folder, @TempDir Path certificates) throws Exception {
        var trusted = new TestAuthority(certificates, "trusted");
        var stranger = new TestAuthority(certificates, "unknown");
        var pair = trusted.issue("ingest", "localhost", 2);
        var tlsPort = TestPorts.free();
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var good = new TlsFront(
                        certificates.resolve("good"), trusted.issue("good", "platform.test", 2), sink.port());
                var bad = new TlsFront(
                        certificates.resolve("bad"), stranger.issue("bad", "stranger.test", 2), sink.port());
                var on = new LiveOnHost(folder)) {
            on.names = LiveOnHost::loopback;
            on.settings.egressCa(trusted.certificate()).ingestTls(tlsPort, pair.certificate(), pair.key());
            try (var relay = on.newRelay()) {
                var ingest = relay.open(authority);
                authority.pushes = request -> List.of(
                        ScriptedAuthority.push("tls", "rtmps://platform.test:" + good.port() + "/youtube", "by-tls"),
                        ScriptedAuthority.push("bad", "rtmps://stranger.test:" + bad.port() + "/youtube", "not-sent"));
                try (var encoder = new FfmpegPublisher(ingest.tlsUrl().toString(), "ec_live_tls").start()) {
                    Await.until(
                            "it is live",
                            Duration.ofSeconds(30),
                            () -> authority.session("ec_live_tls") != null
                                    && authority.saw("ec_live_tls", "tls", State.LIVE));
                    assertThat(sink.frames("youtube", "by-tls", 10)).isEqualTo(10);
                    Await.until("the other one failed", () -> authority.saw("ec_live_tls", "bad", State.RETRYING));
                    assertThat(authority.history("ec_live_tls", "bad")).doesNotContain(State.LIVE);
                    assertThat(sink.keys()).containsOnly("by-tls");
                    assertThat(on.deployment().inForce().get("nginx.conf"))
                            .contains("server 127.0.0.1:" + good.port() + " max_fails=0;")
                            .doesNotContain("by-tls")
                            .doesNotContain("resolver");

                    var renewed = trusted.issue("renewed", "localhost", 2);
                    Files.move(renewed.key(), pair.key(), StandardCopyOption.REPLACE_EXISTING);
                    Files.move(renewed.certificate(), pair.certificate(), StandardCopyOption.REPLACE_EXISTING);
                    Await.until(
                            "the renewed certificate is on the host", Duration.ofSeconds(30), () -> isThere(on, pair));
                    assertThat(encoder.isRunning()).isTrue();
                }
            }
            assertThat(on.host.root("stat -c '%U %a' /var/lib/livemeter-relay/state/current/ingest.key"))
                    .isEqualTo("livemeter-relay 640");
            // What the next process takes up.
            try (var next = on.newRelay()) {
                var before = on.deployment().history().size();
                next.open(authority);
                assertThat(on.deployment().history()).hasSize(before);
            }
        }
    }

    private static boolean isThere(LiveOnHost on, TestAuthority.Pair pair) {
        try {
            return Files.readString(pair.certificate())
                    .equals(on.deployment().inForce().get("ingest.crt"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
