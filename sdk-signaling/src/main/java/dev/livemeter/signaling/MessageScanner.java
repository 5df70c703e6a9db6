package dev.livemeter.signaling;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message as it came: type, receiver, and where the payload stands. It takes exactly what RFC 8259 takes, in valid UTF-8 and at most
 * {@value #DEEPEST} deep, so that a payload can be passed on as it is without hurting who reads it; it makes no tree and copies nothing. Of
 * doubled names the last one counts, as in browsers.
 *
 * <p>Not thread-safe; one for each message.
 */
final class MessageScanner {

    static final int DEEPEST = 1000;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean escaped;

    private MessageType type = MessageType.OTHER;
    private String receiver = "";
    private int payloadFrom = -1;
    private int payloadTo = -1;

    private MessageScanner(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** What those bytes say; null if they are no JSON object. */
    static @Nullable MessageScanner scan(byte[] bytes, int offset, int length) {
        var scanner = new MessageScanner(bytes, offset, length);
        return scanner.message() ? scanner : null;
    }

    MessageType type() {
        return type;
    }

    /** Empty where there is none. */
    String receiver() {
        return receiver;
    }

    /** The first byte of the payload; -1 where there is none. */
    int payloadFrom() {
        return payloadFrom;
    }

    int payloadTo() {
        return payloadTo;
    }

    private boolean message() {
        space();
        if (!take('{')) {
            return false;
        }
        space();
        if (!take('}')) {
            do {
                space();
                if (!member()) {
                    return false;
                }
                space();
            } while (take(','));
            if (!take('}')) {
                return false;
            }
        }
        space();
        return at == end;
    }

    private boolean member() {
        var from = at + 1;
        if (!string()) {
            return false;
        }
        var name = name(from, at - 1);
        space();
        if (!take(':')) {
            return false;
        }
        space();
        var valueFrom = at;
        var isText = at < end && bytes[at] == '"';
        if (!value()) {
            return false;
        }
        switch (name) {
            case 't' -> type = isText ? typeAt(valueFrom + 1, at - 1) : MessageType.OTHER;
            case 'd' -> receiver = isText ? text(valueFrom + 1, at - 1) : "";
            case 'p' -> {
                payloadFrom = valueFrom;
                payloadTo = at;
            }
            default -> {
                // fields that nobody reads are not passed on
            }
        }
        return true;
    }

    private char name(int from, int to) {
        if (escaped) {
            return switch (JsonText.unescape(bytes, from, to)) {
                case "type" -> 't';
                case "dst" -> 'd';
                case "payload" -> 'p';
                default -> ' ';
            };
        }
        return is("type", from, to) ? 't' : is("dst", from, to) ? 'd' : is("payload", from, to) ? 'p' : ' ';
    }

    private boolean is(String word, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (var i = 0; i < word.length(); i++) {
            if (bytes[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private MessageType typeAt(int from, int to) {
        if (!escaped) {
            return MessageType.of(bytes, from, to);
        }
        var plain = JsonText.unescape(bytes, from, to).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return MessageType.of(plain, 0, plain.length);
    }

    private String text(int from, int to) {
        return escaped
                ? JsonText.unescape(bytes, from, to)
                : new String(bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Any value, without recursion: what is sent from outside must not decide how deep the stack gets. */
    private boolean value() {
        var depth = 0;
        // bit by bit, which of the open brackets are objects
        long[] objects = null;
        var near = 0L;
        while (true) {
            if (at >= end) {
                return false;
            }
            var opened = false;
            switch (bytes[at]) {
                case '{', '[' -> {
                    if (depth == DEEPEST) {
                        return false;
                    }
                    var isObject = bytes[at] == '{';
                    if (depth >= 64) {
                        objects = objects == null ? new long[(DEEPEST + 63) / 64] : objects;
                        objects[depth / 64] = mark(objects[depth / 64], depth, isObject);
                    } else {
                        near = mark(near, depth, isObject);
                    }
                    depth++;
                    at++;
                    space();
                    opened = !take(isObject ? '}' : ']');
                    if (opened && isObject && !nameAndColon()) {
                        return false;
                    }
                    if (!opened) {
                        depth--;
                    }
                }
                case '"' -> {
                    if (!string()) {
                        return false;
                    }
                }
                default -> {
                    if (!literal()) {
                        return false;
                    }
                }
            }
            if (opened) {
                continue;
            }
            // a value is complete: close what closes here, until another one must follow
            while (true) {
                if (depth == 0) {
                    return true;
                }
                var bits = depth > 64 && objects != null ? objects[(depth - 1) / 64] : near;
                var isObject = ((bits >>> (depth - 1)) & 1) != 0;
                space();
                if (take(',')) {
                    space();
                    if (isObject && !nameAndColon()) {
                        return false;
                    }
                    break;
                }
                if (!take(isObject ? '}' : ']')) {
                    return false;
                }
                depth--;
            }
        }
    }

    private static long mark(long bits, int depth, boolean isObject) {
        var bit = 1L << depth;
        return isObject ? bits | bit : bits & ~bit;
    }

    private boolean nameAndColon() {
        if (!string()) {
            return false;
        }
        space();
        if (!take(':')) {
            return false;
        }
        space();
        return true;
    }

    private boolean literal() {
        return switch (bytes[at]) {
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean word(String word) {
        if (end - at < word.length() || !is(word, at, at + word.length())) {
            return false;
        }
        at += word.length();
        return true;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        var from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from;
    }

    /** A string with its quotes; remembers whether anything in it was escaped. */
    private boolean string() {
        escaped = false;
        if (!take('"')) {
            return false;
        }
        while (at < end) {
            if (end - at >= 8) {
                var eight = (long) EIGHT.get(bytes, at);
                var odd = odd(eight);
                if (odd == 0) {
                    at += 8;
                    continue;
                }
                at += Long.numberOfTrailingZeros(odd) >> 3;
            }
            var one = bytes[at];
            if (one == '"') {
                at++;
                return true;
            }
            if (one == '\\') {
                escaped = true;
                if (!escape()) {
                    return false;
                }
            } else if (one < 0) {
                var length = JsonText.sequence(bytes, at, end);
                if (length == 0) {
                    return false;
                }
                at += length;
            } else if (one < 0x20) {
                return false;
            } else {
                at++;
            }
        }
        return false;
    }

    /** The high bit of each byte that is a quote, a backslash, a control or not ASCII; those above the first may be wrong. */
    private static long odd(long eight) {
        var quote = eight ^ (ONES * '"');
        var backslash = eight ^ (ONES * '\\');
        return (eight
                        | ((quote - ONES) & ~quote)
                        | ((backslash - ONES) & ~backslash)
                        | ((eight - ONES * 0x20) & ~eight))
                & HIGHS;
    }

    private boolean escape() {
        at++;
        if (at >= end) {
            return false;
        }
        switch (bytes[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                at++;
                return true;
            }
            case 'u' -> {
                if (end - at < 5) {
                    return false;
                }
                for (var i = 1; i <= 4; i++) {
                    if (JsonText.hex(bytes[at + i]) < 0) {
                        return false;
                    }
                }
                at += 5;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void space() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    private boolean take(char expected) {
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    @Override
    public String toString() {
        // not the bytes: a payload holds addresses of people
        return type + " for " + receiver + ", payload of " + Math.max(payloadTo - payloadFrom, 0) + " bytes";
    }
}
