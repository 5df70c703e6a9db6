package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.SecretCipher;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one file, used for nothing else; what signs its links is derived from it. So who forgets the key has made the file unreadable and the links void. Prints without
 * it. Immutable.
 */
final class MediaKey {

    private static final int BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    private static final String FOR_LINKS = "livemeter recording link 1";

    private final byte[] bytes;

    private MediaKey(byte[] bytes) {
        this.bytes = bytes;
    }

    static MediaKey fresh(SecureRandom random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new MediaKey(bytes);
    }

    /**
     * The key that was sealed.
     *
     * @throws LivemeterException {@code secret.unreadable}
     */
    static MediaKey open(SecretCipher cipher, RecordingId id, String sealed) {
        return new MediaKey(
                Base64.getDecoder().decode(cipher.open(sealed, context(id)).reveal()));
    }

    String seal(SecretCipher cipher, RecordingId id) {
        return cipher.seal(Secret.of(Base64.getEncoder().encodeToString(bytes)), context(id));
    }

    private static String context(RecordingId id) {
        return "recording " + id;
    }

    SecretKeySpec forMedia() {
        return new SecretKeySpec(bytes, "AES");
    }

    /** HMAC-SHA256 (RFC 2104) under a key that is derived for links alone. */
    byte[] sign(String text) {
        return hmac(hmac(bytes, FOR_LINKS), text);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA256.", e);
        }
    }

    @Override
    public String toString() {
        return "MediaKey";
    }
}
