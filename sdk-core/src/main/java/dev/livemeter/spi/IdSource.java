package dev.livemeter.spi;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Makes identifiers; given to the code so that tests can foresee them. Thread-safe. */
@FunctionalInterface
public interface IdSource {

    /** A fresh identifier of {@code a-z 0-9}, at least 8 characters; in production it cannot be guessed. */
    String next();

    /** 128 bits from {@link SecureRandom}, in 26 characters of Crockford's base 32. */
    static IdSource random() {
        var random = new SecureRandom();
        return () -> {
            var bytes = new byte[16];
            random.nextBytes(bytes);
            return base32(new BigInteger(1, bytes), 26);
        };
    }

    /**
     * As {@link #random()}, after the second of its making in 7 characters: what is made later comes later in the order of texts. Rows that are made at one time, and
     * are asked for together, so lie together in an index.
     */
    static IdSource ordered(InstantSource time) {
        var random = random();
        return () -> base32(BigInteger.valueOf(time.instant().getEpochSecond()), 7) + random.next();
    }

    private static String base32(BigInteger number, int length) {
        var alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        var text = new StringBuilder(length);
        for (var i = length - 1; i >= 0; i--) {
            text.append(alphabet.charAt(number.shiftRight(5 * i).intValue() & 31));
        }
        return text.toString();
    }
}
