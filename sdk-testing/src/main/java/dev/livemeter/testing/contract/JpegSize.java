package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

/** How large a picture is, by the header of its frame (ITU-T T.81, B.2.2). */
record JpegSize(int width, int height) {

    private static final int START_OF_IMAGE = 0xFFD8;
    private static final int END_OF_IMAGE = 0xFFD9;

    /** Headers of frames, but for three other things among them. */
    private static final int FIRST_FRAME = 0xFFC0;

    private static final int LAST_FRAME = 0xFFCF;
    private static final int HUFFMAN_TABLES = 0xFFC4;
    private static final int RESERVED = 0xFFC8;
    private static final int ARITHMETIC_CODING = 0xFFCC;

    /** That of a whole picture; anything else fails the test. */
    static JpegSize of(byte[] jpeg) {
        assertThat(jpeg).hasSizeGreaterThan(100);
        assertThat(at(jpeg, 0)).as("how it begins").isEqualTo(START_OF_IMAGE);
        assertThat(at(jpeg, jpeg.length - 2)).as("how it ends").isEqualTo(END_OF_IMAGE);
        for (var at = 2; at + 8 < jpeg.length; at += 2 + at(jpeg, at + 2)) {
            if (isFrame(at(jpeg, at))) {
                // After the marker, the length and the precision.
                return new JpegSize(at(jpeg, at + 7), at(jpeg, at + 5));
            }
        }
        throw new AssertionError("The picture of " + jpeg.length + " bytes has no header of a frame.");
    }

    private static boolean isFrame(int marker) {
        return marker >= FIRST_FRAME
                && marker <= LAST_FRAME
                && marker != HUFFMAN_TABLES
                && marker != RESERVED
                && marker != ARITHMETIC_CODING;
    }

    private static int at(byte[] bytes, int index) {
        return (bytes[index] & 0xFF) << 8 | (bytes[index + 1] & 0xFF);
    }
}
