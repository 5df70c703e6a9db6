package dev.livemeter.signaling;

import java.nio.charset.StandardCharsets;

/** Text as JSON and UTF-8 write it. */
final class JsonText {

    private JsonText() {}

    /** What stands between the quotes, read; the bytes are known to be valid. */
    static String unescape(byte[] bytes, int from, int to) {
        var written = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        var text = new StringBuilder(written.length());
        var i = 0;
        while (i < written.length()) {
            var one = written.charAt(i++);
            if (one != '\\') {
                text.append(one);
                continue;
            }
            var escape = written.charAt(i++);
            switch (escape) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(written, i, i + 4, 16));
                    i += 4;
                }
                default -> text.append(escape);
            }
        }
        return text.toString();
    }

    /** Between quotes, escaped as far as it must be. */
    static String quote(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        for (var i = 0; i < text.length(); i++) {
            var one = text.charAt(i);
            if (one == '"' || one == '\\') {
                quoted.append('\\').append(one);
            } else if (one < 0x20 || Character.isSurrogate(one)) {
                quoted.append("\\u").append(String.format(java.util.Locale.ROOT, "%04x", (int) one));
            } else {
                quoted.append(one);
            }
        }
        return quoted.append('"').toString();
    }

    static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    /** How many bytes a character takes that is not ASCII; 0 if it is not written as Unicode wants (table 3-7 of its standard). */
    static int sequence(byte[] bytes, int at, int end) {
        var first = bytes[at] & 0xff;
        var second = at + 1 < end ? bytes[at + 1] & 0xff : 0;
        if (first >= 0xc2 && first <= 0xdf) {
            return isNext(second) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            var isRight = isNext(second) && (first != 0xe0 || second >= 0xa0) && (first != 0xed || second <= 0x9f);
            return isRight && at + 2 < end && isNext(bytes[at + 2] & 0xff) ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            var isRight = isNext(second) && (first != 0xf0 || second >= 0x90) && (first != 0xf4 || second <= 0x8f);
            return isRight && at + 3 < end && isNext(bytes[at + 2] & 0xff) && isNext(bytes[at + 3] & 0xff) ? 4 : 0;
        }
        return 0;
    }

    private static boolean isNext(int one) {
        return (one & 0xc0) == 0x80;
    }
}
