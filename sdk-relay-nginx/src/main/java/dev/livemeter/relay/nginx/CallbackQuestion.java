package dev.livemeter.relay.nginx;

import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as nginx sends it (RFC 9112, section 2 and 6.2): a request line, headers, and a body whose length is told. Whoever sends something else is no nginx. Of what is too
 * long one byte more than is allowed is read, so that whoever decides can say so. Not thread-safe.
 */
final class CallbackQuestion {

    private static final int MOST_HEAD_BYTES = 8 * 1024;
    private static final int USUAL_BYTES = 1024;
    private static final int MOST_LENGTH_DIGITS = 9;
    private static final String LINE_END = "\r\n";
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
    private @Nullable String contentLength;
    private @Nullable String contentType;
    private @Nullable String connection;
    private @Nullable String transferEncoding;

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

    /** Without a pattern: half of what a heartbeat costs is to be read. */
    private void parseHead() {
        var head = new String(bytes.array(), 0, headLength - HEAD_END.length, StandardCharsets.ISO_8859_1);
        var end = lineEnd(head, 0);
        if (!isRequestLine(head.substring(0, end))) {
            malformed = true;
            return;
        }
        for (var from = end + LINE_END.length(); from <= head.length(); from = end + LINE_END.length()) {
            end = lineEnd(head, from);
            var colon = head.indexOf(':', from);
            if (colon <= from || colon >= end) {
                malformed = true;
                return;
            }
            takeHeader(head.substring(from, colon), head, colon + 1, end);
        }
        if (transferEncoding != null || !isLength(contentLength)) {
            malformed = true;
            return;
        }
        persistent &= !"close".equalsIgnoreCase(connection);
        bodyLength =
                Math.min(contentLength == null ? 0 : Integer.parseInt(contentLength), CallbackHandler.MOST_BYTES + 1);
    }

    private static int lineEnd(String head, int from) {
        var end = head.indexOf(LINE_END, from);
        return end < 0 ? head.length() : end;
    }

    private boolean isRequestLine(String line) {
        var parts = line.split(" ", -1);
        if (parts.length != 3 || !parts[1].startsWith("/") || !parts[2].startsWith("HTTP/1.")) {
            return false;
        }
        persistent = parts[2].equals("HTTP/1.1");
        method = parts[0];
        var query = parts[1].indexOf('?');
        path = query < 0 ? parts[1] : parts[1].substring(0, query);
        return true;
    }

    /** Of headers that come twice the first counts; most are of no interest. */
    private void takeHeader(String name, String head, int from, int end) {
        if (name.equalsIgnoreCase("content-length")) {
            contentLength = first(contentLength, head, from, end);
        } else if (name.equalsIgnoreCase("content-type")) {
            contentType = first(contentType, head, from, end);
        } else if (name.equalsIgnoreCase("connection")) {
            connection = first(connection, head, from, end);
        } else if (name.equalsIgnoreCase("transfer-encoding")) {
            transferEncoding = first(transferEncoding, head, from, end);
        }
    }

    private static String first(@Nullable String known, String head, int from, int end) {
        return known == null ? head.substring(from, end).strip() : known;
    }

    /** None is as good as 0. */
    private static boolean isLength(@Nullable String text) {
        if (text == null) {
            return true;
        }
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MOST_LENGTH_DIGITS;
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

    /** What is asked, once it is whole; of its headers the one that is looked at. */
    WebRequest request() {
        return new WebRequest(
                method,
                path,
                Map.of(),
                contentType == null ? Map.of() : Map.of("content-type", List.of(contentType)),
                WebBody.of(Arrays.copyOfRange(bytes.array(), headLength, headLength + bodyLength)),
                "127.0.0.1");
    }
}
