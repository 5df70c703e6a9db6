package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay host whose nginx brings what goes to long stream keys to the application, by the way that callbacks come. */
@Tag("once")
class LongKeyOnHostTest {

    @Test
    @DisplayName("Acceptance 12: a long key is served through SSH and over TLS")
    void aLongKeyIsServedThroughSshAndOverTls(@TempDir Path folder, @TempDir Path certificates) throws Exception {
        var trusted = new TestAuthority(certificates, "trusted");
        var authority = new ScriptedAuthority();
        var key = "ec_live_long_on_host";
        var longKey = "k".repeat(2_000);
        try (var sink = new RtmpSink();
                var way = new NotingWay(sink.port());
                var front = new TlsFront(
                        certificates.resolve("good"), trusted.issue("good", "platform.test", 2), way.port());
                var on = new LiveOnHost(folder)) {
            on.names = LiveOnHost::loopback;
            on.settings.egressCa(trusted.certificate());
            authority.pushes = request -> List.of(
                    ScriptedAuthority.push("plain", "rtmp://platform.test:" + way.port() + "/twitch", longKey + "p"),
                    ScriptedAuthority.push("tls", "rtmps://platform.test:" + front.port() + "/twitch", longKey + "t"),
                    ScriptedAuthority.push("other", "rtmps://other.test:" + front.port() + "/twitch", longKey + "o"));
            try (var relay = on.newRelay()) {
                var ingest = relay.open(authority);
                try (var encoder = new FfmpegPublisher(ingest.url().toString(), key).start()) {
                    for (var destination : List.of("plain", "tls")) {
                        Await.until(
                                destination + " is live",
                                Duration.ofSeconds(30),
                                () -> authority.session(key) != null && authority.saw(key, destination, State.LIVE));
                    }
                    assertThat(way.published(longKey + "p")).isEqualTo(1);
                    assertThat(way.published(longKey + "t")).isEqualTo(1);
                    assertThat(sink.frames("twitch", longKey.substring(0, 255), 10))
                            .isEqualTo(10);
                    Await.until(
                            "who cannot prove the name is sent nothing",
                            Duration.ofSeconds(30),
                            () -> authority.saw(key, "other", State.RETRYING));
                    assertThat(authority.changes)
                            .filteredOn(change -> change.state() == State.RETRYING)
                            .first()
                            .extracting(ScriptedAuthority.Change::detail)
                            .isEqualTo(
                                    "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.");
                    assertThat(way.published(longKey + "o")).isZero();
                    assertThat(on.deployment().inForce().get("nginx.conf")).doesNotContain("kkk");
                    assertThat(encoder.isRunning()).isTrue();
                }
                Await.until("all of it is over", () -> way.open() == 0);
            }
        }
    }
}
