package dev.livemeter.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.rtmp.VideoTag.Kind;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoTagTest {

    @ParameterizedTest
    @CsvSource({
        // old marks: frame type and codec in a byte, then what sort of packet
        "17 00 000000 01,                          H264, HEADER",
        "17 01 000000,                             H264, KEYFRAME",
        "27 01 000050 41,                          H264, FRAME", // a B-frame: shown later than it comes
        "37 01 000000,                             H264, FRAME", // disposable
        "17 02 000000,                             H264, OTHER",
        "57 00,                                    H264, OTHER", // a command for the player
        "1c 01 000000,                             HEVC, KEYFRAME",
        "1d 00 000000,                             AV1,  HEADER",
        "12,                                       H263, KEYFRAME",
        "24,                                       VP6,  FRAME",
        "1f 01,                                    '',   KEYFRAME",
        // enhanced: a marked byte and four letters
        "90 68766331 01,                           HEVC, HEADER",
        "91 68766331 000000,                       HEVC, KEYFRAME",
        "a1 68766331 000000,                       HEVC, FRAME",
        "93 68766331,                              HEVC, KEYFRAME",
        "a3 61763031,                              AV1,  FRAME",
        "95 61763031,                              AV1,  HEADER",
        "92 61763031,                              AV1,  OTHER",
        "94 61763031 02,                           AV1,  OTHER", // colours
        "91 61766331 000000,                       H264, KEYFRAME",
        "90 76703039,                              VP9,  HEADER",
        "91 3f3f3f3f,                              '',   KEYFRAME",
        "d1 00,                                    '',   OTHER", // a command
        "96 01 68766331 00,                        HEVC, KEYFRAME", // one of several tracks
        "97 02 0a0b0c 01 61763031,                 AV1,  KEYFRAME", // with nanoseconds before
        "97 02 0a0b0c 07 00 0f 11 61763031,        AV1,  KEYFRAME", // modified twice
    })
    void isReadOff(String body, String codec, Kind kind) {
        assertThat(VideoTag.of(hex(body))).contains(new VideoTag(codec, kind));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "17", "90", "91 6876", "96", "96 01 68", "97", "97 02 0a", "97 ff", "97 ff ffff 00"})
    void whatIsTooShortIsNone(String body) {
        assertThat(VideoTag.of(hex(body))).isEmpty();
    }

    @Test
    void anyBytesAreReadOrNone() {
        var random = new Random(20_261_122);
        for (var round = 0; round < 50_000; round++) {
            var body = new byte[random.nextInt(20)];
            random.nextBytes(body);
            VideoTag.of(body).ifPresent(tag -> assertThat(tag.codec()).hasSizeLessThan(5));
            AudioTag.of(body).ifPresent(tag -> assertThat(tag.codec()).hasSizeLessThan(11));
            PictureSize.of(body).ifPresent(size -> assertThat(size.width()).isPositive());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "af 00 1210,       AAC,  true",
        "af 01 21,         AAC,  false",
        "2f ff,            MP3,  false",
        "bf ff,            SPEEX, false",
        "df ff,            '',   false",
        "90 4f707573 01,   OPUS, true",
        "91 4f707573 01,   OPUS, false",
        "91 6d703461,      AAC,  false",
        "95 01 61632d33,   AC3,  false",
    })
    void soundIsReadOff(String body, String codec, boolean header) {
        assertThat(AudioTag.of(hex(body))).contains(new AudioTag(codec, header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "af", "91 4f", "95 01"})
    void soundThatIsTooShortIsNone(String body) {
        assertThat(AudioTag.of(hex(body))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"7, H264", "12, HEVC", "13, AV1", "1752589105, HEVC", "1635135537, AV1", "0, ''", "-1, ''"})
    void aDescriptionNamesACodecByItsNumber(long number, String codec) {
        assertThat(VideoTag.nameOf(number)).isEqualTo(codec);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
