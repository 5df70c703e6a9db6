package dev.livemeter.rtmp;

import java.util.Optional;

/**
 * What the first bytes of an audio message say: how the sound is encoded. As with {@link VideoTag}, there are old and newer marks.
 *
 * @param codec such as {@code AAC}, {@code MP3}, {@code OPUS}; empty for one that has no name here
 * @param header whether it is what a decoder needs before the first sound
 */
public record AudioTag(String codec, boolean header) {

    private static final int ENHANCED = 9;
    private static final int AAC = 10;
    private static final int MULTITRACK = 5;

    /** Reads it off; empty where that is no audio message, or too short for one. */
    public static Optional<AudioTag> of(byte[] body) {
        var in = new Head(body);
        if (!in.has(2)) {
            return Optional.empty();
        }
        var first = in.octet();
        var format = first >> 4;
        if (format == AAC) {
            return Optional.of(new AudioTag("AAC", in.octet() == 0));
        }
        if (format != ENHANCED) {
            return Optional.of(new AudioTag(old(format), false));
        }
        var packet = first & 15;
        if (packet == MULTITRACK) {
            packet = in.octet() & 15;
        }
        return in.has(4) ? Optional.of(new AudioTag(FourCc.audio(in.four()), packet == 0)) : Optional.empty();
    }

    private static String old(int format) {
        return switch (format) {
            case 0, 3 -> "PCM";
            case 1 -> "ADPCM";
            case 2, 14 -> "MP3";
            case 4, 5, 6 -> "NELLYMOSER";
            case 7, 8 -> "G711";
            case 11 -> "SPEEX";
            default -> "";
        };
    }
}
