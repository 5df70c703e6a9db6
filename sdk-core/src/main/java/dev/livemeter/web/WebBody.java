package dev.livemeter.web;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a message, unchangeable. */
public final class WebBody {

    /** No bytes. */
    public static final WebBody EMPTY = new WebBody(new byte[0]);

    private final byte[] bytes;

    private WebBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of those bytes. */
    public static WebBody of(byte[] bytes) {
        return new WebBody(bytes.clone());
    }

    /** Text in UTF-8. */
    public static WebBody of(String text) {
        return new WebBody(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WebBody that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
