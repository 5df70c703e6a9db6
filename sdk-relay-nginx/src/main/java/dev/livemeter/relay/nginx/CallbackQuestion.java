package dev.livemeter.relay.nginx;

import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One request as nginx sends it (RFC 9112, section 2 and 6.2): a request line, headers, and a body whose length is told. Whoever sends something else is no nginx. Of what is too
 * long one byte more than is allowed is read, so that whoever decides can say so. Not thread-safe.
 */
final class CallbackQuestion {

    private static final int MOST_HEAD_BYTES = 8 * 1024;
    private static final int USUAL_BYTES = 1024;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    /** How far a reading came. */
    enum Progress {
        /** It is all there, or so wrong that no more is wanted. */
        WHOLE,
        /** More has to come. */
        MORE,
        /** The other side left before it had asked. */
        NONE
    }

    private ByteBuffer bytes = ByteBuffer.allocate(USUAL_BYTES);
    private int looked;
    private int headLength;
    private int bodyLength;
    private boolean malformed;
    private boolean persistent;
    private String method = "";
    private String path = "";
    private final Map<String, List<String>> headers = new HashMap<>();

    Progress read(ReadableByteChannel from) throws IOException {
        while (true) {
            if (!bytes.hasRemaining()) {
                grow();
            }
            var count = from.read(bytes);
            if (count < 0) {
                return Progress.NONE;
            }
            if (isWhole()) {
                return Progress.WHOLE;
            }
            if (count == 0) {
                return Progress.MORE;
            }
        }
    }

    private void grow() {
        bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), bytes.capacity() * 4))
                .position(bytes.position());
    }

    private boolean isWhole() {
        if (headLength == 0) {
            headLength = headEnd();
            if (headLength > 0) {
                parseHead();
            } else if (bytes.position() > MOST_HEAD_BYTES) {
                malformed = true;
            }
        }
        return malformed || (headLength > 0 && bytes.position() >= headLength + bodyLength);
    }

    /** The length of the head with the blank line; 0 while that is not there. */
    private int headEnd() {
        var array = bytes.array();
        for (; looked + HEAD_END.length <= bytes.position(); looked++) {
            if (Arrays.equals(array, looked, looked + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                return looked + HEAD_END.length;
            }
        }
        return 0;
    }

    private void parseHead() {
        var lines = new String(bytes.array(), 0, headLength - HEAD_END.length, StandardCharsets.ISO_8859_1)
                .split("\r\n", -1);
        var first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[1].startsWith("/") || !first[2].startsWith("HTTP/1.")) {
            malformed = true;
            return;
        }
        persistent = first[2].equals("HTTP/1.1");
        method = first[0];
        var query = first[1].indexOf('?');
        path = query < 0 ? first[1] : first[1].substring(0, query);
        for (var i = 1; i < lines.length; i++) {
            var colon = lines[i].indexOf(':');
            if (colon <= 0) {
                malformed = true;
                return;
            }
            headers.putIfAbsent(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    List.of(lines[i].substring(colon + 1).strip()));
        }
        var length = headers.getOrDefault("content-length", List.of("0")).get(0);
        if (headers.containsKey("transfer-encoding") || !length.matches("[0-9]{1,9}")) {
            malformed = true;
            return;
        }
        persistent &= !headers.getOrDefault("connection", List.of("")).get(0).equalsIgnoreCase("close");
        bodyLength = Math.min(Integer.parseInt(length), CallbackHandler.MOST_BYTES + 1);
    }

    /** Whether that is no request that can be answered. */
    boolean isMalformed() {
        return malformed;
    }

    /** Whether something was read at all. */
    boolean isBegun() {
        return bytes.position() > 0;
    }

    /** Whether the other side asks more over the same connection (RFC 9112, section 9.3). */
    boolean isPersistent() {
        return persistent && !malformed && bytes.position() == headLength + bodyLength;
    }

    /** What is asked, once it is whole. */
    WebRequest request() {
        return new WebRequest(
                method,
                path,
                Map.of(),
                headers,
                WebBody.of(Arrays.copyOfRange(bytes.array(), headLength, headLength + bodyLength)),
                "127.0.0.1");
    }
}
