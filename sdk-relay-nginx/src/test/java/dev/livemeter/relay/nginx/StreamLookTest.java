package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.StreamLook.Seen;
import dev.livemeter.rtmp.AmfWriter;
import dev.livemeter.rtmp.Message;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamLookTest {

    private static final long BEGAN = -5_000_000_000L;
    private static final int FRAME = 40;

    /** Of 1920x1080, whose last block of 16 lines is cut off; as x264 writes it. */
    private static final byte[] HEADER = HexFormat.of()
            .parseHex("1700000000" + "01640028ffe1001a" + "67640028acd940780227e5c044000003000400000300c83c60c658"
                    + "01000668ebe3cb22c0");

    private final StreamLook look = new StreamLook(BEGAN);
    private int ended;

    /** 25 pictures and as many sounds a second, as nginx sends them: from the first keyframe on. */
    private Seen watch(IntPredicate keyframe, IntUnaryOperator timestamp) {
        take(0, video(HEADER, HEADER.length, timestamp.applyAsInt(0)));
        var shown = false;
        for (var frame = 0; ; frame++) {
            var millis = frame * FRAME;
            if (look.isEnough(nanos(millis))) {
                ended = millis;
                return look.seen(true, nanos(millis));
            }
            shown |= keyframe.test(frame);
            var mark = new byte[] {(byte) (keyframe.test(frame) ? 0x17 : 0x27), 1, 0, 0, 0};
            if (shown) {
                take(millis, video(mark, keyframe.test(frame) ? 20_000 : 4_000, timestamp.applyAsInt(millis)));
            }
            take(millis, new Message(Message.AUDIO, 1, timestamp.applyAsInt(millis), sound(400)));
        }
    }

    private static byte[] sound(int length) {
        var sound = new byte[length];
        sound[0] = (byte) 0xAF;
        sound[1] = 1;
        return sound;
    }

    private static Message video(byte[] begin, int length, int millis) {
        var body = new byte[length];
        System.arraycopy(begin, 0, body, 0, begin.length);
        return new Message(Message.VIDEO, 1, millis, body);
    }

    private void take(int millis, Message message) {
        look.see(message, nanos(millis));
    }

    private static long nanos(int millis) {
        return BEGAN + millis * 1_000_000L;
    }

    private static KeyframeInterval every(long millis) {
        return new KeyframeInterval(Duration.ofMillis(millis), false, false);
    }

    private static KeyframeInterval atLeast(long millis) {
        return new KeyframeInterval(Duration.ofMillis(millis), true, false);
    }

    @Test
    void aStreamIsDescribed() {
        var seen = watch(frame -> frame % 50 == 7, millis -> millis);
        assertThat(seen.videoCodec()).isEqualTo("H264");
        assertThat(seen.audioCodec()).isEqualTo("AAC");
        assertThat(seen.width()).isEqualTo(1920);
        assertThat(seen.height()).isEqualTo(1080);
        assertThat(seen.framesPerSecond()).isEqualTo(25);
        // 49 small ones and a large one in two seconds
        assertThat(seen.videoBitsPerSecond()).isEqualTo((49 * 4_000 + 20_000) * 8 / 2);
        assertThat(seen.audioBitsPerSecond()).isEqualTo(400 * 25 * 8);
        assertThat(seen.keyframeInterval()).isEqualTo(every(2_000));
        assertThat(ended).isEqualTo(280 + 6_000 + FRAME);
    }

    @ParameterizedTest
    @CsvSource({"10, 5000", "25, 5000", "50, 6280", "100, 12280", "125, 15280", "250, 15280"})
    void itLastsUntilThreeIntervalsOrFifteenSeconds(int frames, int lasts) {
        assertThat(watch(frame -> frame % frames == 7, millis -> millis).keyframeInterval())
                .isEqualTo(every(frames * 40L));
        assertThat(ended).isBetween(lasts, lasts + FRAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x00FFFFF0, 0x7FFFFF00, -1000, 1_000_000_000})
    void timesMayBeginAnywhereAndWrap(int first) {
        assertThat(watch(frame -> frame % 100 == 0, millis -> first + millis).keyframeInterval())
                .isEqualTo(every(4_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {3_600_000, -3_600_000, Integer.MIN_VALUE, 5_000, -2_000})
    void timesThatJumpAreNotBelieved(int jump) {
        var seen = watch(frame -> frame % 50 == 0, millis -> millis < 3_000 ? millis : millis + jump);
        assertThat(seen.keyframeInterval()).isEqualTo(every(2_000));
        assertThat(seen.framesPerSecond()).isEqualTo(25);
        assertThat(seen.videoBitsPerSecond()).isEqualTo((49 * 4_000 + 20_000) * 8 / 2);
    }

    @Test
    void whatComesLateAndAllAtOnceIsMeasuredByItsOwnTime() {
        // Nothing between 3 and 6 seconds, as on a way that is stuck; then everything.
        for (var frame = 0; frame < 300; frame++) {
            var millis = frame * FRAME;
            var mark = new byte[] {(byte) (frame % 50 == 0 ? 0x17 : 0x27), 1, 0, 0, 0};
            take(millis > 3_000 && millis < 6_000 ? 6_000 : millis, video(mark, 1_000, millis));
        }
        var seen = look.seen(true, nanos(12_000));
        assertThat(seen.keyframeInterval()).isEqualTo(every(2_000));
        assertThat(seen.framesPerSecond()).isEqualTo(25);
    }

    @Test
    void timesThatStandStillAreNotBelieved() {
        assertThat(watch(frame -> frame % 50 == 0, millis -> 0).keyframeInterval())
                .isEqualTo(every(2_000));
    }

    @Test
    void oneKeyframeAndNoMoreTellsHowLongNoneCame() {
        assertThat(watch(frame -> frame == 30, millis -> millis).keyframeInterval())
                .isEqualTo(atLeast(15_000 - FRAME));
        assertThat(ended).isEqualTo(30 * FRAME + 15_000);
    }

    @Test
    void noKeyframeAtAllTellsThatToo() {
        var seen = watch(frame -> false, millis -> millis);
        assertThat(seen.videoCodec()).isEqualTo("H264");
        assertThat(seen.keyframeInterval()).isEqualTo(atLeast(25_000));
    }

    @Test
    void intervalsThatVaryAreTold() {
        // as with the interval left to the encoder: after a change of scene, or after 250 pictures
        var seen = watch(frame -> frame == 0 || frame == 20 || frame == 270, millis -> millis);
        assertThat(seen.keyframeInterval()).isEqualTo(new KeyframeInterval(Duration.ofSeconds(10), false, true));
    }

    @Test
    void keyframesThatStopAreTold() {
        var seen = watch(frame -> frame == 0 || frame == 50 || frame == 100, millis -> millis);
        assertThat(seen.keyframeInterval())
                .isEqualTo(new KeyframeInterval(Duration.ofMillis(11_000 - FRAME), true, true));
    }

    @Test
    void aFrameMoreOrLessIsNoVariation() {
        var seen = watch(frame -> frame == 0 || frame == 50 || frame == 99 || frame == 150, millis -> millis);
        assertThat(seen.keyframeInterval()).isEqualTo(every(2_040));
    }

    @ParameterizedTest
    @CsvSource({"hvc1, HEVC", "av01, AV1"})
    void whatNginxDoesNotPassOnIsKnownByItsDescription(String letters, String codec) {
        var members = new ByteArrayOutputStream();
        members.writeBytes(new AmfWriter().text("onMetaData").toBytes());
        members.writeBytes(HexFormat.of().parseHex("03000c"));
        members.writeBytes("videocodecid".getBytes(StandardCharsets.US_ASCII));
        members.writeBytes(new AmfWriter()
                .number(ByteBuffer.wrap(letters.getBytes(StandardCharsets.US_ASCII))
                        .getInt())
                .toBytes());
        members.writeBytes(HexFormat.of().parseHex("000009"));
        take(0, new Message(Message.DATA, 1, 0, members.toByteArray()));
        assertThat(look.isEnough(nanos(2_900))).isFalse();
        take(2_950, new Message(Message.AUDIO, 1, 0, sound(100)));
        assertThat(look.isEnough(nanos(3_000))).isTrue();
        var seen = look.seen(false, nanos(3_000));
        assertThat(seen.videoCodec()).isEqualTo(codec);
        assertThat(seen.keyframeInterval()).isNull();
    }

    @Test
    void anOldMarkOfHevcIsKnown() {
        take(0, video(new byte[] {0x1C, 1}, 100, 0));
        assertThat(look.seen(false, nanos(1_000)).videoCodec()).isEqualTo("HEVC");
    }

    @Test
    void nothingAtAllIsNothing() {
        assertThat(look.isEnough(nanos(24_900))).isFalse();
        assertThat(look.isEnough(nanos(25_000))).isTrue();
        assertThat(look.seen(true, nanos(25_000))).isEqualTo(new Seen(null, null, 0, 0, 0, 0, 0, null));
    }

    @Test
    void anythingThatIsSentIsBorne() {
        var random = new Random(20_261_122);
        for (var i = 0; i < 50_000; i++) {
            var body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            var type = new int[] {Message.VIDEO, Message.AUDIO, Message.DATA, 4, 20}[random.nextInt(5)];
            take(i / 10, new Message(type, 1, random.nextInt(), body));
        }
        var seen = look.seen(true, nanos(5_000));
        assertThat(seen.framesPerSecond()).isNotNegative();
        assertThat(seen.videoBitsPerSecond()).isNotNegative();
        assertThat(seen.keyframeInterval()).isNotNull();
        assertThat(seen.keyframeInterval().length()).isBetween(Duration.ZERO, Duration.ofSeconds(7));
    }
}
