package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform that stands still, of a stream on a relay host, whose connections nobody shows us: which of several it is, their heartbeats tell. */
@Tag("once")
class HangingPlatformOnHostTest {

    private static final int KILOBITS = 1500;
    private static final int SEEN_SECONDS = 20;

    private LiveOnHost on;
    private RtmpSink sink;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        sink = new RtmpSink();
        on = new LiveOnHost(folder);
        on.start();
    }

    @AfterEach
    void close() throws Exception {
        on.close();
        sink.close();
    }

    @Test
    void theOneThatTakesNothingIsLeftAndTheOtherGoesOn() throws Exception {
        try (var frozen = new RtmpSink()) {
            var key = on.user("alice", "50.00", sink.server("youtube"), frozen.server("youtube"));
            var viewers = Executors.newSingleThreadExecutor();
            try (var encoder = new FfmpegPublisher(
                            on.live.ingest().url().toString(), key, EncodedShow.constantRate(KILOBITS, 15))
                    .start()) {
                Await.until("both destinations are live", () -> on.liveDestinations() == 2);
                var seen = CompletableFuture.supplyAsync(this::moments, viewers);
                frozen.freeze();
                try {
                    // First the kernel's buffers fill, of which nothing is to be seen.
                    Await.until(
                            "the one that stands still is left",
                            Duration.ofSeconds(90),
                            () -> states("d1").contains(State.RETRYING));
                } finally {
                    frozen.thaw();
                }
                // nginx itself closes a connection by which it could send nothing for 15 seconds; who is first depends
                // on
                // when the heartbeats come.
                assertThat(detail("d1"))
                        .matches("The server holds the connection but has taken no data for ([89]|1[0-9]) seconds\\."
                                + "|The server closed the connection\\.");
                Await.until(
                        "it is found again",
                        Duration.ofSeconds(20),
                        () -> states("d1").stream().filter(State.LIVE::equals).count() == 2);
                assertThat(states("d0")).endsWith(State.LIVE).doesNotContain(State.RETRYING, State.FAILED);
                assertThat(encoder.isRunning()).isTrue();
                var moments = seen.get(60, TimeUnit.SECONDS);
                assertThat(moments).hasSizeGreaterThan(SEEN_SECONDS * 10);
                for (var at = 1; at < moments.size(); at++) {
                    assertThat(moments.get(at) - moments.get(at - 1)).isBetween(0.0, 0.1);
                }
            } finally {
                viewers.shutdownNow();
            }
        }
    }

    private List<State> states(String destination) {
        return on.events.stream()
                .filter(event -> event instanceof DestinationChanged change
                        && change.status().name().equals(destination))
                .map(event -> ((DestinationChanged) event).status().state())
                .toList();
    }

    private String detail(String destination) {
        return on.events.stream()
                .filter(event -> event instanceof DestinationChanged change
                        && change.status().name().equals(destination)
                        && change.status().state() == State.RETRYING)
                .map(event -> ((DestinationChanged) event).status().detail())
                .findFirst()
                .orElseThrow();
    }

    private List<Double> moments() {
        try {
            return sink.moments("youtube", "alice-key-0", SEEN_SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
