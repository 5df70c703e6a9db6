package dev.livemeter.platforms;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the objects out of a stream of them as they come: those of an array that is not ended yet, or one after the other. What an object holds is not looked at; that its braces match, outside of
 * strings, is. Not thread-safe.
 */
final class JsonPieces {

    private final int longest;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private int depth;
    private boolean inString;
    private boolean escaped;

    /**
     * @param longest that an object may be, in bytes
     */
    JsonPieces(int longest) {
        this.longest = longest;
    }

    /** An object is longer than it may be, or what comes between objects does not belong there. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** The objects that are whole with these bytes. */
    List<byte[]> add(ByteBuffer bytes) throws Malformed {
        var whole = new ArrayList<byte[]>();
        while (bytes.hasRemaining()) {
            var next = bytes.get();
            if (depth == 0 && next != '{') {
                if ("[],\r\n\t ".indexOf(next) < 0) {
                    throw new Malformed("There is something else than objects in the stream.");
                }
                continue;
            }
            piece.write(next);
            if (piece.size() > longest) {
                throw new Malformed("An object of the stream has more than " + longest + " bytes.");
            }
            track(next);
            if (depth == 0) {
                whole.add(piece.toByteArray());
                piece.reset();
            }
        }
        return whole;
    }

    private void track(byte next) {
        if (inString) {
            inString = escaped || next != '"';
            escaped = !escaped && next == '\\';
        } else if (next == '"') {
            inString = true;
            escaped = false;
        } else if (next == '{' || next == '[') {
            depth++;
        } else if (next == '}' || next == ']') {
            depth--;
        }
    }
}
