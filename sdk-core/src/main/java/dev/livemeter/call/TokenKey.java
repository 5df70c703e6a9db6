package dev.livemeter.call;

import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** Where the key that signs tokens comes from: the host, or one that was made once and is stored sealed, the same for all nodes. */
final class TokenKey {

    private static final int BYTES = 32;
    private static final String CONTEXT = "key of signaling tokens";

    private TokenKey() {}

    static byte[] of(CallParts parts) {
        var given = parts.policy().tokenKey();
        if (given != null) {
            return given.reveal().getBytes(StandardCharsets.UTF_8);
        }
        var fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        var sealed = parts.cipher().seal(Secret.of(Base64.getEncoder().encodeToString(fresh)), CONTEXT);
        var stored = parts.store().tokenKey(sealed);
        return Base64.getDecoder().decode(parts.cipher().open(stored, CONTEXT).reveal());
    }
}
