package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHostStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet of a relay host and an nginx on this machine. */
@Tag("once")
class FleetWithHostTest {

    @Test
    void whileTheWayToTheHostIsCutItsStreamGoesOnAndOthersAreSentElsewhere(@TempDir Path folder, @TempDir Path work)
            throws Exception {
        try (var sink = new RtmpSink();
                var on = new LiveOnHost(folder)) {
            var near = NginxRelay.local(NginxRelayConfig.builder()
                    .ingestPort(0)
                    .mostDestinations(1)
                    .heartbeat(LiveOnHost.HEARTBEAT)
                    .allowPrivateDestinations(true)
                    .workDirectory(work)
                    .restartGrace(on.grace)
                    .build());
            var far = on.newRelay();
            on.start(RelayFleet.builder()
                    .host("far", far, HostCapacity.megabits(1000))
                    .standby("near", near, HostCapacity.megabits(1000))
                    .lookEvery(Duration.ofMillis(300))
                    .build());
            var alice = on.user("alice", "50.00", sink.server("youtube"));
            var bob = on.user("bob", "50.00", sink.server("youtube"));
            var first = on.live.ingest("alice").url().toString();
            assertThat(first).contains(":" + on.ingestPort + "/");
            try (var encoder = new FfmpegPublisher(first, alice).start()) {
                Await.until("it is live", () -> on.liveDestinations() == 1);
                var session = on.status().session();
                Thread.sleep(LiveOnHost.HEARTBEAT.plusSeconds(1).toMillis());
                on.wire.refuse();
                Await.until("the host counts as down", () -> state(on) == State.DOWN);
                var other = on.live.ingest("bob").url().toString();
                assertThat(other).doesNotContain(":" + on.ingestPort + "/");
                try (var second = new FfmpegPublisher(other, bob).start()) {
                    Await.until("the other one is live", () -> on.liveDestinations() == 2);
                    on.wire.admit();
                    Await.until("the host is up again", () -> state(on) == State.UP);
                    assertThat(encoder.isRunning()).isTrue();
                    assertThat(second.isRunning()).isTrue();
                    encoder.stop();
                    var over = on.over(session.id());
                    var wall = Duration.between(over.liveAt(), over.endedAt());
                    assertThat(over.metering().used()).isBetween(wall.minusMillis(1_100), wall.plusMillis(1_100));
                }
            }
            on.live.close();
            NginxRelay.endLeftBehind(work);
        }
    }

    private static State state(LiveOnHost on) {
        return on.live.relays().hosts().get(0).state();
    }
}
