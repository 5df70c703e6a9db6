package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of the streams of real encoders, and of one that marks its picture the newer way. */
@Tag("once")
class StreamFormatTest {

    @TempDir
    private Path directory;

    @Test
    void whatComesInIsSeen() throws Exception {
        try (var relay = LookedAtRelay.open(directory);
                var usual = relay.encoder("usual", EncodedShow.constantRate(800, 30));
                var newer = new RtmpClient(relay.ingest.getPort())) {
            newer.connect("live").createStream().publish("newer").flush();
            Await.until("both are let in", () -> relay.authority.sessions.size() == 2);
            for (var millis = 0; relay.format("newer") == null || relay.format("usual") == null; millis += 40) {
                assertThat(millis).as("patience").isLessThan(30_000);
                newer.sendHevc(millis);
                // 25 pictures a second, as an encoder sends them; nginx reckons the rate by the clock.
                Thread.sleep(40);
            }
            assertThat(usual.isRunning()).isTrue();
            assertThat(relay.format("usual").videoCodec()).isEqualTo("H264");
            assertThat(relay.format("usual").audioCodec()).isEqualTo("AAC");
            assertThat(relay.format("usual").width()).isEqualTo(160);
            // nginx reads what an encoder cuts off the last block of 16 lines in another unit.
            assertThat(relay.format("usual").height()).isBetween(104, 136);
            assertThat(relay.format("usual").framesPerSecond()).isEqualTo(15);
            assertThat(relay.format("usual").videoBitsPerSecond()).isBetween(600_000L, 1_000_000L);
            assertThat(relay.format("usual").audioBitsPerSecond()).isBetween(10_000L, 100_000L);
            assertThat(relay.format("newer").videoCodec()).isEmpty();
            assertThat(relay.format("newer").videoBitsPerSecond()).isGreaterThan(50_000);
        }
    }
}
