package dev.livemeter.secret;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.SecretCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A {@link SecretCipher} with AES-256 in Galois/Counter Mode (NIST SP 800-38D): a fresh 96-bit nonce for each secret, the context as
 * additional authenticated data. Thread-safe.
 */
public final class AesGcmSecretCipher implements SecretCipher {

    private static final String FORMAT = "v1.";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    private AesGcmSecretCipher(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /**
     * A cipher with a key of 32 bytes.
     *
     * @throws LivemeterException {@code secret.malformed_key}
     */
    public static AesGcmSecretCipher withKey(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new LivemeterException(
                    "secret.malformed_key",
                    "An encryption key of " + key.length + " bytes was given; AES-256 takes " + KEY_BYTES + ".");
        }
        return new AesGcmSecretCipher(key.clone());
    }

    /**
     * A cipher with the key in that file, made on first use and readable by its owner alone. Keep a copy of the file: without it
     * the stored secrets cannot be read again.
     *
     * @throws LivemeterException {@code secret.malformed_key}, {@code secret.key_file}
     */
    public static AesGcmSecretCipher withKeyFile(Path file) {
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            return withKey(Base64.getDecoder().decode(Files.readString(file).strip()));
        } catch (IllegalArgumentException e) {
            throw new LivemeterException(
                    "secret.malformed_key",
                    "The key file " + file + " does not hold 32 bytes in Base64; restore it from its copy.",
                    false,
                    e);
        } catch (IOException e) {
            throw new LivemeterException(
                    "secret.key_file",
                    "The key file " + file + " cannot be read or made: " + e.getMessage() + ".",
                    false,
                    e);
        }
    }

    private static void create(Path file) throws IOException {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        var parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        var text = ByteBuffer.wrap(Base64.getEncoder().encode(key));
        // The permission is set as the file is made; set afterwards, there would be a moment in which others could read
        // it.
        try (var channel = posix
                ? Files.newByteChannel(
                        file,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.newByteChannel(file, options)) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
        } catch (FileAlreadyExistsException another) {
            // Two starts at once: the file that stands is read by both.
        }
    }

    @Override
    public String seal(Secret secret, String context) {
        try {
            var nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context)
                    .doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
            var whole = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return FORMAT + Base64.getEncoder().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new LivemeterException("secret.seal", "A secret could not be encrypted.", false, e);
        }
    }

    @Override
    public Secret open(String sealed, String context) {
        try {
            if (!sealed.startsWith(FORMAT)) {
                throw unreadable(context, null);
            }
            var whole = Base64.getDecoder().decode(sealed.substring(FORMAT.length()));
            if (whole.length < NONCE_BYTES + TAG_BITS / 8) {
                throw unreadable(context, null);
            }
            var nonce = java.util.Arrays.copyOf(whole, NONCE_BYTES);
            var text =
                    cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
            return Secret.of(new String(text, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable(context, e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static LivemeterException unreadable(String context, @org.jspecify.annotations.Nullable Throwable cause) {
        return new LivemeterException(
                "secret.unreadable",
                "The secret stored for " + context
                        + " cannot be read with this key: it was altered, or the key file is another one. Restore the key file, or enter the secret again.",
                false,
                cause);
    }
}
