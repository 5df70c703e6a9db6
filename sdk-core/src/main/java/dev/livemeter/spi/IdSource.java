package dev.livemeter.spi;

import java.security.SecureRandom;

/** Makes identifiers; given to the code so that tests can foresee them. Thread-safe. */
@FunctionalInterface
public interface IdSource {

    /** A fresh identifier of {@code a-z 0-9}, at least 8 characters; in production it cannot be guessed. */
    String next();

    /** 128 bits from {@link SecureRandom}, in 26 characters of Crockford's base 32. */
    static IdSource random() {
        var random = new SecureRandom();
        return () -> {
            var alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
            var bytes = new byte[16];
            random.nextBytes(bytes);
            var text = new StringBuilder(26);
            var bits = new java.math.BigInteger(1, bytes);
            for (var i = 0; i < 26; i++) {
                text.append(alphabet.charAt(bits.intValue() & 31));
                bits = bits.shiftRight(5);
            }
            return text.toString();
        };
    }
}
