package dev.livemeter.rtmp;

import java.util.Optional;

/**
 * What the first bytes of a video message say: how the picture is encoded, and whether it stands by itself. Codecs are told the old way, by a number, or the newer one ("enhanced
 * RTMP", version 2), by four letters. Nothing is decoded.
 *
 * @param codec such as {@code H264}, {@code HEVC}, {@code AV1}; empty for one that has no name here
 */
public record VideoTag(String codec, Kind kind) {

    private static final int KEYFRAME = 1;
    private static final int GENERATED_KEYFRAME = 4;
    private static final int COMMAND = 5;

    private static final int OLD_H264 = 7;
    private static final int OLD_HEVC = 12;
    private static final int OLD_AV1 = 13;

    private static final int SEQUENCE_START = 0;
    private static final int CODED_FRAMES = 1;
    private static final int CODED_FRAMES_WITHOUT_OFFSET = 3;
    private static final int TRANSPORT_STREAM_START = 5;
    private static final int MULTITRACK = 6;
    private static final int MODIFIED = 7;

    /** What a message holds. */
    public enum Kind {
        /** What a decoder needs before the first picture. */
        HEADER,
        /** A picture that stands by itself. */
        KEYFRAME,
        /** A picture that builds on others. */
        FRAME,
        /** Nothing to see: an end, a seek, colours. */
        OTHER
    }

    /** Reads it off; empty where that is no video message, or too short for one. */
    public static Optional<VideoTag> of(byte[] body) {
        var in = new Head(body);
        if (!in.has(1)) {
            return Optional.empty();
        }
        var first = in.octet();
        var frame = (first >> 4) & 7;
        return (first & 0x80) == 0 ? old(in, frame, first & 15) : enhanced(in, frame, first & 15);
    }

    private static Optional<VideoTag> old(Head in, int frame, int codec) {
        var name = nameOf(codec);
        if (frame == COMMAND) {
            return Optional.of(new VideoTag(name, Kind.OTHER));
        }
        if (codec != OLD_H264 && codec != OLD_HEVC && codec != OLD_AV1) {
            return Optional.of(new VideoTag(name, picture(frame)));
        }
        if (!in.has(1)) {
            return Optional.empty();
        }
        return Optional.of(new VideoTag(
                name,
                switch (in.octet()) {
                    case 0 -> Kind.HEADER;
                    case 1 -> picture(frame);
                    default -> Kind.OTHER;
                }));
    }

    private static Optional<VideoTag> enhanced(Head in, int frame, int packetType) {
        var packet = packetType;
        while (packet == MODIFIED) {
            // Something about the packet, of a length that is told, and then what it modifies.
            if (!in.has(1)) {
                return Optional.empty();
            }
            var size = in.octet() + 1;
            if (size == 256 && in.has(2)) {
                size = in.two() + 1;
            }
            if (!in.has(size + 1)) {
                return Optional.empty();
            }
            in.skip(size);
            packet = in.octet() & 15;
        }
        if (packet == MULTITRACK) {
            if (!in.has(1)) {
                return Optional.empty();
            }
            packet = in.octet() & 15;
        }
        if (frame == COMMAND) {
            return Optional.of(new VideoTag("", Kind.OTHER));
        }
        if (!in.has(4)) {
            return Optional.empty();
        }
        var codec = FourCc.video(in.four());
        return Optional.of(new VideoTag(
                codec,
                switch (packet) {
                    case SEQUENCE_START, TRANSPORT_STREAM_START -> Kind.HEADER;
                    case CODED_FRAMES, CODED_FRAMES_WITHOUT_OFFSET -> picture(frame);
                    default -> Kind.OTHER;
                }));
    }

    private static Kind picture(int frame) {
        return frame == KEYFRAME || frame == GENERATED_KEYFRAME ? Kind.KEYFRAME : Kind.FRAME;
    }

    /** The name of a codec by the number that a description of a stream, or an old mark, gives it: a small one, or four letters. */
    public static String nameOf(long number) {
        return switch ((int) number) {
            case 2 -> "H263";
            case 4, 5 -> "VP6";
            case OLD_H264 -> "H264";
            case OLD_HEVC -> "HEVC";
            case OLD_AV1 -> "AV1";
            default -> FourCc.video((int) number);
        };
    }
}
