package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.SecretCipher;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Connections that were begun and are not complete, as sealed text that travels with the person's browser: no store keeps them, every node with the key reads them, and
 * nobody else can read or make one. Thread-safe.
 */
final class PendingConnections {

    private static final int LONGEST = 8192;
    private static final int PARTS = 5;

    private final SecretCipher cipher;
    private final String context;

    /**
     * Connections of one kind.
     *
     * @param purpose what they are for; one that was sealed for another purpose does not open
     */
    PendingConnections(SecretCipher cipher, String purpose) {
        this.cipher = cipher;
        this.context = purpose;
    }

    /**
     * One of them.
     *
     * @param secret what only we and the platform know: the verifier of PKCE, or the code of a device
     * @param detail whatever else is needed to go on
     */
    record Pending(UserId user, String platform, Secret secret, String detail, Instant endsAt) {}

    /** As text for a URL. */
    String seal(Pending pending) {
        var text = String.join(
                "\n",
                pending.user().value(),
                pending.platform(),
                pending.secret().reveal(),
                pending.detail(),
                pending.endsAt().toString());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(cipher.seal(Secret.of(text), context).getBytes(StandardCharsets.UTF_8));
    }

    /** What it says, or empty where we did not make it for this purpose. */
    Optional<Pending> open(String sealed) {
        if (sealed.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            var text = new String(Base64.getUrlDecoder().decode(sealed), StandardCharsets.UTF_8);
            var parts = List.of(cipher.open(text, context).reveal().split("\n", -1));
            return parts.size() == PARTS
                    ? Optional.of(new Pending(
                            UserId.of(parts.get(0)),
                            parts.get(1),
                            Secret.of(parts.get(2)),
                            parts.get(3),
                            Instant.parse(parts.get(4))))
                    : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        } catch (LivemeterException e) {
            if (e.code().equals("secret.unreadable")) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
