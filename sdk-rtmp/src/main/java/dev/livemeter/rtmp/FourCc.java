package dev.livemeter.rtmp;

/** Codecs by four letters. */
final class FourCc {

    private FourCc() {}

    static String video(int letters) {
        return switch (text(letters)) {
            case "avc1" -> "H264";
            case "hvc1", "hev1" -> "HEVC";
            case "av01" -> "AV1";
            case "vvc1" -> "VVC";
            case "vp09" -> "VP9";
            case "vp08" -> "VP8";
            default -> "";
        };
    }

    static String audio(int letters) {
        return switch (text(letters)) {
            case "mp4a" -> "AAC";
            case "Opus" -> "OPUS";
            case ".mp3" -> "MP3";
            case "fLaC" -> "FLAC";
            case "ac-3" -> "AC3";
            case "ec-3" -> "EAC3";
            default -> "";
        };
    }

    private static String text(int letters) {
        return new String(new char[] {
            (char) (letters >>> 24),
            (char) (letters >> 16 & 0xFF),
            (char) (letters >> 8 & 0xFF),
            (char) (letters & 0xFF)
        });
    }
}
