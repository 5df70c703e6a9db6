package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.session.StreamAdvice.Place;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import dev.livemeter.session.StreamWarning.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamAdviceTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Place TWITCH = new Place(
            new DestinationId("tw"),
            "My channel",
            "Twitch",
            StreamLimits.of(6_000_000, 320_000, Duration.ofSeconds(2)));
    private static final Place SMALL = new Place(
            new DestinationId("small"), "Small", "Small", new StreamLimits(null, null, null, 720, 30, Set.of("H264")));
    private static final Place ANY = new Place(new DestinationId("any"), "Any", "Any", StreamLimits.unknown());

    private static StreamFormat format(
            @Nullable String video, @Nullable String audio, long videoRate, @Nullable KeyframeInterval keyframes) {
        return new StreamFormat(video, audio, 1280, 720, 30, videoRate, 128_000, keyframes);
    }

    private static List<StreamWarning> on(StreamFormat format, Place... places) {
        return StreamAdvice.on(format, codec -> codec.equals("H264") || codec.equals("AAC"), List.of(places), NOW);
    }

    private static KeyframeInterval every(long millis) {
        return new KeyframeInterval(Duration.ofMillis(millis), false);
    }

    @Test
    void whatFitsIsNotSpokenOf() {
        assertThat(on(format("H264", "AAC", 6_500_000, every(2_300)), TWITCH, SMALL, ANY))
                .isEmpty();
        assertThat(on(format("H264", "AAC", 90_000_000, every(20_000)), ANY)).isEmpty();
    }

    @Test
    void aPictureThatIsNotPassedOnIsToldOnceForAll() {
        assertThat(on(format("", "AAC", 1, null), TWITCH, ANY))
                .containsExactly(new StreamWarning(
                        Kind.VIDEO_CODEC,
                        null,
                        "The picture is not H.264 but, most likely, HEVC or AV1, which this relay cannot pass on, so platforms get sound without a picture."
                                + " In OBS, choose an H.264 encoder in Settings > Output > Streaming > Video Encoder.",
                        NOW));
        assertThat(on(format("HEVC", "AAC", 1, null)))
                .singleElement()
                .satisfies(warning -> assertThat(warning.sentence()).startsWith("The picture is HEVC, which"));
    }

    @Test
    void aMissingPictureAndAnUnusualSoundAreTold() {
        assertThat(on(format(null, "MP3", 0, null)))
                .extracting(StreamWarning::kind, StreamWarning::sentence)
                .containsExactly(
                        tuple(
                                Kind.NO_VIDEO,
                                "No picture comes in, only sound at most; platforms show nothing without a picture. In OBS, check that the scene has a source"
                                        + " and that Settings > Output > Streaming names a video encoder."),
                        tuple(
                                Kind.AUDIO_CODEC,
                                "The sound is MP3, which platforms may not take. In OBS, choose AAC in Settings > Output > Streaming > Audio Encoder."));
    }

    @Test
    void tooManyBitsAreToldWithPlatformLimitAndRemedy() {
        assertThat(on(format("H264", "AAC", 8_123_000, null), TWITCH, ANY))
                .containsExactly(new StreamWarning(
                        Kind.VIDEO_BITRATE,
                        TWITCH.id(),
                        "My channel (Twitch) takes at most 6000 kbit/s of picture, and the encoder sends about 8123. In OBS, set Settings > Output >"
                                + " Streaming > Bitrate to 6000 or less.",
                        NOW));
    }

    @Test
    void tooFewKeyframesAreTold() {
        assertThat(on(format("H264", "AAC", 1, every(10_000)), TWITCH))
                .extracting(StreamWarning::sentence)
                .containsExactly(
                        "My channel (Twitch) wants a keyframe every 2 s, and the encoder sends one every 10 s. In OBS, set Settings > Output >"
                                + " Streaming > Keyframe Interval to 2 s, and not to 0, which leaves it to the encoder.");
        assertThat(on(format("H264", "AAC", 1, new KeyframeInterval(Duration.ofSeconds(12), true)), TWITCH))
                .extracting(StreamWarning::sentence)
                .first()
                .asString()
                .contains("and the encoder sent none for 12 s. In OBS,");
    }

    @Test
    void keyframesThatAreLeftToTheEncoderAreTold() {
        assertThat(on(format("H264", "AAC", 1, new KeyframeInterval(Duration.ofMillis(8_333), false, true)), TWITCH))
                .extracting(StreamWarning::sentence)
                .containsExactly(
                        "My channel (Twitch) wants a keyframe every 2 s, and the encoder sends them at intervals that vary, up to 8.3 s. In OBS, set"
                                + " Settings > Output > Streaming > Keyframe Interval to 2 s, and not to 0, which leaves it to the encoder.");
        assertThat(on(format("H264", "AAC", 1, new KeyframeInterval(Duration.ofSeconds(9), true, true)), TWITCH))
                .extracting(StreamWarning::sentence)
                .first()
                .asString()
                .contains("at intervals that vary, up to 9 s and more. In OBS,");
        // Those that a change of scene adds do no harm.
        assertThat(on(format("H264", "AAC", 1, new KeyframeInterval(Duration.ofSeconds(2), false, true)), TWITCH))
                .isEmpty();
    }

    @Test
    void aPictureThatFillsItsLastBlocksIsNotTooLarge() {
        assertThat(on(new StreamFormat("H264", "AAC", 1280, 735, 30, 1, 1, null), SMALL))
                .isEmpty();
        assertThat(on(new StreamFormat("H264", "AAC", 1280, 736, 30, 1, 1, null), SMALL))
                .hasSize(1);
    }

    @Test
    void aPictureThatIsTooLargeOrTooFastIsTold() {
        assertThat(on(new StreamFormat("H264", "AAC", 1080, 1920, 60, 1, 1, null), SMALL))
                .extracting(StreamWarning::sentence)
                .containsExactly(
                        "Small takes a picture of at most 720 lines, and the encoder sends 1080x1920. In OBS, set Settings > Video > Output (Scaled)"
                                + " Resolution.",
                        "Small takes at most 30 pictures per second, and the encoder sends 60. In OBS, set Settings > Video > FPS.");
    }
}
