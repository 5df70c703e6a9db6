package dev.livemeter.rtmp;

import java.util.Optional;

/**
 * The size of an H.264 picture as it is shown, read from its sequence parameter set (ITU-T H.264, 7.3.2.1.1).
 *
 * @param width in pixels
 * @param height in pixels
 */
public record PictureSize(int width, int height) {

    private static final int SEQUENCE_PARAMETERS = 7;
    private static final int RECORD = 5 + 5 + 1 + 2;
    private static final int LARGEST = 16_384;

    /** From a {@link VideoTag.Kind#HEADER} of H.264 with an old mark; empty where it cannot be read, or is no size that there is. */
    public static Optional<PictureSize> of(byte[] header) {
        if (header.length < RECORD + 4 || (header[RECORD] & 0x1F) != SEQUENCE_PARAMETERS) {
            return Optional.empty();
        }
        var length = ((header[RECORD - 2] & 0xFF) << 8) | (header[RECORD - 1] & 0xFF);
        try {
            return read(new Bits(header, RECORD + 1, Math.min(header.length, RECORD + length)));
        } catch (IndexOutOfBoundsException tooShort) {
            return Optional.empty();
        }
    }

    private static Optional<PictureSize> read(Bits bits) {
        var profile = bits.take(8);
        bits.take(16);
        bits.exponential();
        var chroma = 1;
        if (hasChroma(profile)) {
            chroma = bits.exponential();
            if (chroma == 3) {
                bits.take(1);
            }
            bits.exponential();
            bits.exponential();
            bits.take(1);
            if (bits.take(1) == 1) {
                scaling(bits, chroma == 3 ? 12 : 8);
            }
        }
        bits.exponential();
        var order = bits.exponential();
        if (order == 0) {
            bits.exponential();
        } else if (order == 1) {
            bits.take(1);
            bits.exponential();
            bits.exponential();
            for (var left = bits.exponential(); left > 0; left--) {
                bits.exponential();
            }
        }
        bits.exponential();
        bits.take(1);
        var width = (bits.exponential() + 1L) * 16;
        var units = bits.exponential() + 1L;
        var framesOnly = bits.take(1);
        var height = units * 16 * (2 - framesOnly);
        if (framesOnly == 0) {
            bits.take(1);
        }
        bits.take(1);
        if (bits.take(1) == 1) {
            var acrossUnit = chroma == 1 || chroma == 2 ? 2 : 1;
            var downUnit = (chroma == 1 ? 2 : 1) * (2 - framesOnly);
            width -= (long) acrossUnit * (bits.exponential() + (long) bits.exponential());
            height -= (long) downUnit * (bits.exponential() + (long) bits.exponential());
        }
        return width > 0 && width <= LARGEST && height > 0 && height <= LARGEST
                ? Optional.of(new PictureSize((int) width, (int) height))
                : Optional.empty();
    }

    private static boolean hasChroma(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    private static void scaling(Bits bits, int lists) {
        for (var list = 0; list < lists; list++) {
            if (bits.take(1) == 1) {
                var last = 8;
                var next = 8;
                for (var i = 0; i < (list < 6 ? 16 : 64) && next != 0; i++) {
                    next = (last + bits.signed() + 256) % 256;
                    last = next == 0 ? last : next;
                }
            }
        }
    }

    /** Bit by bit, without the bytes that keep a start code from appearing. */
    private static final class Bits {

        private final byte[] bytes;
        private final int end;
        private int at;
        private int bit;
        private int zeroes;

        Bits(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        int take(int count) {
            var value = 0;
            for (var i = 0; i < count; i++) {
                value = (value << 1) | one();
            }
            return value;
        }

        private int one() {
            if (at >= end) {
                throw new IndexOutOfBoundsException();
            }
            var value = (bytes[at] >> (7 - bit)) & 1;
            bit++;
            if (bit == 8) {
                bit = 0;
                zeroes = bytes[at] == 0 ? zeroes + 1 : 0;
                at++;
                if (zeroes == 2 && at < end && bytes[at] == 3) {
                    zeroes = 0;
                    at++;
                }
            }
            return value;
        }

        /** An unsigned number of Exp-Golomb. */
        int exponential() {
            var leading = 0;
            while (one() == 0) {
                leading++;
                if (leading > 30) {
                    throw new IndexOutOfBoundsException();
                }
            }
            return (1 << leading) - 1 + take(leading);
        }

        int signed() {
            var number = exponential();
            return number % 2 == 0 ? -(number / 2) : (number + 1) / 2;
        }
    }
}
