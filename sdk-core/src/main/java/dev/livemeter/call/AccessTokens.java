package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Issues and checks {@link AccessToken}s: user, id, end and a text that makes each one another, signed with HMAC-SHA256 (RFC 2104). Thread-safe. */
final class AccessTokens {

    private static final String HMAC = "HmacSHA256";
    private static final String PURPOSE = "livemeter signaling token 2";
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{2,90})\\.([0-9]{1,15})\\.[a-z0-9]{8,64}\\.[A-Za-z0-9_-]{43}");

    /** Ended at a whole second, and two of the same second were the same text; still taken until they expire. */
    private static final String EARLIER_PURPOSE = "livemeter signaling token 1";

    private static final Pattern EARLIER_FORM =
            Pattern.compile("([A-Za-z0-9_-]{2,90})\\.([0-9]{1,12})\\.[A-Za-z0-9_-]{43}");

    private final byte[] key;
    private final byte[] earlierKey;
    private final InstantSource time;
    private final IdSource ids;

    /**
     * Tokens of a key.
     *
     * @param key at least 32 bytes, the same on all nodes
     */
    AccessTokens(byte[] key, InstantSource time, IdSource ids) {
        // Derived, so that the key may serve other purposes too.
        this.key = hmac(key, PURPOSE);
        this.earlierKey = hmac(key, EARLIER_PURPOSE);
        this.time = time;
        this.ids = ids;
    }

    /** Whose token it is, and until when. */
    record Claim(UserId user, Instant expiresAt) {}

    AccessToken issue(UserId user, PeerId peer, Duration validFor) {
        // To the millisecond: of two tokens of one person the one that ends later is the newer one.
        var end = time.instant().plus(validFor).truncatedTo(ChronoUnit.MILLIS);
        var name = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(user.value()));
        var claims = name + "." + end.toEpochMilli() + "." + ids.next();
        return new AccessToken(Secret.of(signed(claims, key, peer)), peer, end);
    }

    /** What a token says, if it is genuine, of that id, and not expired. */
    Optional<Claim> check(String token, PeerId peer) {
        var match = FORM.matcher(token);
        if (match.matches()) {
            return check(token, key, peer, match.group(1), Instant.ofEpochMilli(Long.parseLong(match.group(2))));
        }
        var earlier = EARLIER_FORM.matcher(token);
        return earlier.matches()
                ? check(
                        token,
                        earlierKey,
                        peer,
                        earlier.group(1),
                        Instant.ofEpochSecond(Long.parseLong(earlier.group(2))))
                : Optional.empty();
    }

    private Optional<Claim> check(String token, byte[] by, PeerId peer, String name, Instant end) {
        var genuine = signed(token.substring(0, token.lastIndexOf('.')), by, peer);
        // In constant time, and the whole text, so that there is one way alone to write a token.
        var same = MessageDigest.isEqual(bytes(genuine), bytes(token));
        if (!same || !time.instant().isBefore(end)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Claim(UserId.of(new String(Base64.getUrlDecoder().decode(name), StandardCharsets.UTF_8)), end));
        } catch (IllegalArgumentException | LivemeterException malformed) {
            return Optional.empty();
        }
    }

    private static String signed(String claims, byte[] by, PeerId peer) {
        var signature = hmac(by, claims + "." + peer);
        return claims + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA256.", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
