package dev.livemeter.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Text that must not be seen: a platform's stream key, a token. It prints as a row of dots, and compares in constant time.
 * Immutable and thread-safe.
 */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The text itself. Each call of this is a place where it could leak. */
    public String reveal() {
        return value;
    }

    /** The last four characters where there are at least twelve, for people who must tell two secrets apart. */
    public String hint() {
        return value.length() >= 12 ? "····" + value.substring(value.length() - 4) : "····";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes(value), bytes(that.value));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "····";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
