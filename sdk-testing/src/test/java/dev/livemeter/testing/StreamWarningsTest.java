package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.StreamWarned;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import dev.livemeter.session.StreamWarning.Kind;
import dev.livemeter.spi.RelayAuthority.Admission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an artist is told about a stream that a platform will not like. */
class StreamWarningsTest {

    private static final StreamFormat FINE = new StreamFormat("H264", "AAC", 1280, 720, 30, 4_000_000, 128_000, null);
    private static final StreamFormat TOO_MUCH =
            new StreamFormat("H264", "AAC", 1280, 720, 30, 9_000_000, 128_000, null);
    private static final StreamFormat STILL_TOO_MUCH =
            new StreamFormat("H264", "AAC", 1280, 720, 30, 8_000_000, 128_000, null);

    private final ManualTime time = ManualTime.create();
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final InMemoryStreamProvider twitch = InMemoryStreamProvider.named("twitch");
    private final List<LiveEvent> events = new ArrayList<>();
    private Livemeter live;
    private DestinationId destination;
    private SessionId session;

    @BeforeEach
    void goLive() {
        twitch.limit(StreamLimits.of(6_000_000, 320_000, Duration.ofSeconds(2)));
        live = Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .relay(relay)
                .provider(twitch)
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .listener(events::add)
                .build();
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        destination = live.destinations()
                .add("alice", Destination.twitch("live_123_abcdefgh"))
                .id();
        var key = live.streamKeys().create("alice").reveal();
        session = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(session);
    }

    @AfterEach
    void close() {
        live.close();
    }

    private List<Kind> present() {
        return live.streams().warnings(session).stream()
                .map(warning -> warning.kind())
                .toList();
    }

    private List<StreamWarned> told() {
        return events.stream()
                .filter(StreamWarned.class::isInstance)
                .map(StreamWarned.class::cast)
                .toList();
    }

    @Test
    void aMatterIsToldOnceStaysWhileItIsThereAndGoes() {
        relay.sees(session, FINE);
        assertThat(present()).isEmpty();
        relay.sees(session, TOO_MUCH);
        var since = time.instant();
        time.advance(Duration.ofSeconds(10));
        relay.sees(session, STILL_TOO_MUCH);
        assertThat(live.streams().warnings(session)).singleElement().satisfies(warning -> {
            assertThat(warning.kind()).isEqualTo(Kind.VIDEO_BITRATE);
            assertThat(warning.destination()).isEqualTo(destination);
            assertThat(warning.since()).isEqualTo(since);
            assertThat(warning.sentence())
                    .isEqualTo("Twitch takes at most 6000 kbit/s of picture, and the encoder sends about 8000. In OBS,"
                            + " set Settings > Output > Streaming > Bitrate to 6000 or less.");
        });
        assertThat(live.sessions().running("alice").get(0).warnings())
                .isEqualTo(live.streams().warnings(session));
        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.code()).isEqualTo("stream_warned");
            assertThat(event.session()).isEqualTo(session);
            assertThat(event.sentence()).contains("sends about 9000");
        });
        relay.sees(session, FINE);
        assertThat(present()).isEmpty();
        relay.sees(session, TOO_MUCH);
        assertThat(told()).hasSize(2);
    }

    @Test
    void keyframesThatComeTooSeldomAreWarnedOfUntilALaterLookIsFine() {
        relay.sees(session, keyframes(4_000, false));
        assertThat(live.streams().warnings(session)).singleElement().satisfies(warning -> {
            assertThat(warning.kind()).isEqualTo(Kind.KEYFRAME_INTERVAL);
            assertThat(warning.destination()).isEqualTo(destination);
            assertThat(warning.sentence())
                    .isEqualTo(
                            "Twitch wants a keyframe every 2 s, and the encoder sends one every 4 s. In OBS, set"
                                    + " Settings > Output > Streaming > Keyframe Interval to 2 s, and not to 0, which leaves it to the encoder.");
        });
        relay.sees(session, keyframes(8_333, true));
        assertThat(live.streams().warnings(session))
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning.sentence()).contains("sends them at intervals that vary, up to 8.3 s."));
        assertThat(told()).hasSize(1);
        relay.sees(session, keyframes(2_000, true));
        assertThat(present()).isEmpty();
        relay.sees(session, FINE);
        assertThat(present()).isEmpty();
    }

    private static StreamFormat keyframes(long millis, boolean vary) {
        return new StreamFormat(
                "H264",
                "AAC",
                1280,
                720,
                30,
                4_000_000,
                128_000,
                new KeyframeInterval(Duration.ofMillis(millis), false, vary));
    }

    @Test
    void aSlowPlatformIsToldApartFromWhatTheEncoderSends() {
        relay.lags(session, destination, Duration.ofSeconds(6));
        relay.sees(session, TOO_MUCH);
        relay.lags(session, destination, Duration.ofSeconds(9));
        assertThat(present()).containsExactly(Kind.SLOW_DESTINATION, Kind.VIDEO_BITRATE);
        assertThat(told()).hasSize(2);
        assertThat(told().get(0).sentence())
                .isEqualTo(
                        "Twitch takes the stream slower than it comes and is 6 s behind, so pictures are lost there. Lower the bitrate"
                                + " in OBS (Settings > Output > Streaming), or choose another server of that platform.");
        relay.sees(session, FINE);
        assertThat(present()).containsExactly(Kind.SLOW_DESTINATION);
        relay.lags(session, destination, Duration.ZERO);
        assertThat(present()).isEmpty();
    }

    @Test
    void whatIsGoneIsNotWarnedOf() {
        relay.lags(session, destination, Duration.ofSeconds(6));
        live.streams().stop(session, destination);
        assertThat(present()).isEmpty();
        relay.hangUp(session);
        relay.sees(session, TOO_MUCH);
        assertThat(present()).isEmpty();
        assertThat(told()).hasSize(1);
    }
}
