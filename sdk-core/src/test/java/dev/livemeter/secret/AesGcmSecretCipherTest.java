package dev.livemeter.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AesGcmSecretCipherTest {

    @TempDir
    Path folder;

    private final Secret secret = Secret.of("live_123_abc");

    @Test
    void opensWhatItSealed() {
        var cipher = AesGcmSecretCipher.withKeyFile(folder.resolve("key"));
        var sealed = cipher.seal(secret, "destination 1");
        assertThat(sealed).doesNotContain("live_123");
        assertThat(cipher.open(sealed, "destination 1")).isEqualTo(secret);
        assertThat(cipher.seal(secret, "destination 1")).isNotEqualTo(sealed);
    }

    @Test
    void opensItAgainWithTheSameKeyFile() {
        var file = folder.resolve("sub/key");
        var sealed = AesGcmSecretCipher.withKeyFile(file).seal(secret, "x");
        assertThat(AesGcmSecretCipher.withKeyFile(file).open(sealed, "x")).isEqualTo(secret);
    }

    @Test
    void refusesAnotherContextAnotherKeyAndAnAlteredText() {
        var cipher = AesGcmSecretCipher.withKeyFile(folder.resolve("key"));
        var sealed = cipher.seal(secret, "destination 1");
        var other = AesGcmSecretCipher.withKeyFile(folder.resolve("other"));
        var message =
                "The secret stored for %s cannot be read with this key: it was altered, or the key file is another one."
                        + " Restore the key file, or enter the secret again.";
        assertThatThrownBy(() -> cipher.open(sealed, "destination 2")).hasMessage(message.formatted("destination 2"));
        assertThatThrownBy(() -> other.open(sealed, "destination 1")).hasMessage(message.formatted("destination 1"));
        assertThatThrownBy(() -> cipher.open(sealed.substring(0, sealed.length() - 6) + "AAAAA=", "destination 1"))
                .hasMessage(message.formatted("destination 1"));
        assertThatThrownBy(() -> cipher.open("plain", "destination 1")).hasMessage(message.formatted("destination 1"));
    }

    @Test
    void makesTheKeyFileForItsOwnerAlone() throws Exception {
        var file = folder.resolve("key");
        AesGcmSecretCipher.withKeyFile(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void saysWhenTheKeyFileIsDamaged() throws Exception {
        var file = folder.resolve("key");
        Files.writeString(file, "not base64!");
        assertThatThrownBy(() -> AesGcmSecretCipher.withKeyFile(file))
                .hasMessage("The key file " + file + " does not hold 32 bytes in Base64; restore it from its copy.");
        assertThatThrownBy(() -> AesGcmSecretCipher.withKey(new byte[16]))
                .hasMessage("An encryption key of 16 bytes was given; AES-256 takes 32.");
    }

    @Test
    void aSecretPrintsAsDots() {
        assertThat(secret).hasToString("····");
        assertThat(secret.hint()).isEqualTo("····_abc");
        assertThat(Secret.of("short").hint()).isEqualTo("····");
    }
}
