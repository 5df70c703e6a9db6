package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.StreamWarning;
import dev.livemeter.session.StreamWarning.Kind;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Livemeter with a real nginx, and what artists are told about streams that platforms will not like. */
@Tag("once") // nginx and ffmpeg do not care which JVM asks
class WarnedStreamTest {

    /** 15 pictures a second, and a whole one among 150 of them. */
    private static final List<String> SELDOM = List.of("-g", "150", "-b:v", "300k", "-x264-params", "scenecut=0");

    @TempDir
    private Path directory;

    /** A platform that wants keyframes every two seconds. */
    private static final class Platform implements StreamProvider {
        @Override
        public String name() {
            return "custom";
        }

        @Override
        public String displayName() {
            return "Platform";
        }

        @Override
        public StreamLimits limits() {
            return StreamLimits.of(6_000_000, 320_000, Duration.ofSeconds(2));
        }

        @Override
        public Check check(Destination destination) {
            return new Check.Accepted();
        }

        @Override
        public Preparation prepare(Destination destination) {
            return new Preparation.Ready(new PushTarget(destination.server(), destination.requireKey()));
        }
    }

    @Test
    void keyframesThatComeTooSeldomAndAPictureThatIsNotPassedOnAreWarnedOf() throws Exception {
        try (var sink = new RtmpSink();
                var live = start()) {
            var seldom = user(live, "alice", sink);
            var newer = user(live, "bob", sink);
            try (var encoder = new FfmpegPublisher(live.ingest().url().toString(), seldom, SELDOM).start();
                    var hevc = new RtmpClient(live.ingest().url().getPort())) {
                Await.until(
                        "the first is let in",
                        () -> !live.sessions().running("alice").isEmpty());
                hevc.connect("live")
                        .createStream()
                        .publish(newer)
                        .describe("hvc1")
                        .flush();
                for (var millis = 0;
                        warnings(live, "alice").isEmpty()
                                || warnings(live, "bob").isEmpty();
                        millis += 40) {
                    assertThat(millis).as("patience").isLessThan(60_000);
                    hevc.sendHevc(millis);
                    // 25 pictures a second, as an encoder sends them; nginx reckons the rate by the clock.
                    Thread.sleep(40);
                }
                assertThat(encoder.isRunning()).isTrue();
                assertThat(warnings(live, "alice")).singleElement().satisfies(warning -> {
                    assertThat(warning.kind()).isEqualTo(Kind.KEYFRAME_INTERVAL);
                    assertThat(warning.sentence())
                            .matches(
                                    "Platform wants a keyframe every 2 s, and the encoder sends one every (9\\.9|10|10\\.1) s\\."
                                            + " In OBS, set Settings > Output > Streaming > Keyframe Interval to 2 s, and not to 0, which leaves it to the encoder\\.");
                });
                assertThat(warnings(live, "bob")).singleElement().satisfies(warning -> {
                    assertThat(warning.kind()).isEqualTo(Kind.VIDEO_CODEC);
                    assertThat(warning.sentence())
                            .isEqualTo(
                                    "The picture is HEVC, which this relay cannot pass on, so platforms get sound without a picture."
                                            + " In OBS, choose an H.264 encoder in Settings > Output > Streaming > Video Encoder.");
                });
            }
        }
    }

    private static String user(Livemeter live, String name, RtmpSink sink) {
        live.wallets().credit(name, Money.of("USD", "20.00"), "order-" + name);
        live.destinations().add(name, Destination.custom("Platform", sink.server("twitch"), name + "-key"));
        return live.streamKeys().create(name).reveal();
    }

    private static List<StreamWarning> warnings(Livemeter live, String user) {
        return live.sessions().running(user).stream()
                .flatMap(status -> live.streams().warnings(status.session().id()).stream())
                .toList();
    }

    private Livemeter start() {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .relay(NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(1)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory)
                        .build()))
                .provider(new Platform())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build();
    }
}
