package dev.livemeter.turn;

import dev.livemeter.identity.PersonId;
import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells people which ICE servers to use, with credentials for TURN of their own: the username is {@code EXPIRY:PERSON}, the password its HMAC under the server's secret, after the scheme known as TURN REST API
 * ({@code use-auth-secret} of coturn). So the TURN server needs no list of users, refuses who comes too late, and its log says who relayed. Nothing is stored. Thread-safe.
 */
public final class Ice {

    /** What the scheme says; as a code for messages it is not weakened by what is known of collisions. */
    private static final String HMAC = "HmacSHA1";

    private final IcePolicy policy;
    private final InstantSource time;

    /** Those servers, and a clock that credentials end by; the TURN server's has to agree with it. */
    public Ice(IcePolicy policy, InstantSource time) {
        this.policy = policy;
        this.time = time;
    }

    /** The servers. */
    public IcePolicy policy() {
        return policy;
    }

    /**
     * Servers and fresh credentials for somebody. Whoever has them can relay until they end, whatever happens to the person; so give them to who is signed in, or was let into a room.
     *
     * @throws dev.livemeter.LivemeterException {@code turn.secret_file}
     */
    public IceServers serversFor(PersonId person) {
        var end = time.instant().plus(policy.validFor());
        var username =
                end.getEpochSecond() + ":" + person.user().map(Object::toString).orElse("guest-" + person.value());
        return new IceServers(
                policy.groups().stream()
                        .map(group -> {
                            var secret = Optional.ofNullable(group.secret());
                            return new IceServer(
                                    group.urls(),
                                    secret.isPresent() ? username : null,
                                    passwordOrNull(secret, username));
                        })
                        .toList(),
                policy.validFor(),
                end.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }

    private static @Nullable Secret passwordOrNull(Optional<TurnSecret> secret, String username) {
        return secret.map(known -> password(known.newest(), username)).orElse(null);
    }

    private static Secret password(Secret secret, String username) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), HMAC));
            return Secret.of(
                    Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA1.", e);
        }
    }
}
