package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Issues and checks {@link AccessToken}s: user, id and end, signed with HMAC-SHA256 (RFC 2104). Thread-safe. */
final class AccessTokens {

    private static final String HMAC = "HmacSHA256";
    private static final String PURPOSE = "livemeter signaling token 1";
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{2,90})\\.([0-9]{1,12})\\.([A-Za-z0-9_-]{43})");

    private final byte[] key;
    private final InstantSource time;

    /**
     * Tokens of a key.
     *
     * @param key at least 32 bytes, the same on all nodes
     */
    AccessTokens(byte[] key, InstantSource time) {
        // Derived, so that the key may serve other purposes too.
        this.key = hmac(key, PURPOSE);
        this.time = time;
    }

    /** Whose token it is, and until when. */
    record Claim(UserId user, Instant expiresAt) {}

    AccessToken issue(UserId user, PeerId peer, Duration validFor) {
        var end = Instant.ofEpochSecond(time.instant().plus(validFor).getEpochSecond());
        var name = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(user.value()));
        return new AccessToken(Secret.of(token(name, end.getEpochSecond(), peer)), peer, end);
    }

    /** What a token says, if it is genuine, of that id, and not expired. */
    Optional<Claim> check(String token, PeerId peer) {
        var match = FORM.matcher(token);
        if (!match.matches()) {
            return Optional.empty();
        }
        var until = Long.parseLong(match.group(2));
        var genuine = token(match.group(1), until, peer);
        // In constant time, and the whole text, so that there is one way alone to write a token.
        var same = MessageDigest.isEqual(bytes(genuine), bytes(token));
        var end = Instant.ofEpochSecond(until);
        if (!same || !time.instant().isBefore(end)) {
            return Optional.empty();
        }
        try {
            var name = new String(Base64.getUrlDecoder().decode(match.group(1)), StandardCharsets.UTF_8);
            return Optional.of(new Claim(UserId.of(name), end));
        } catch (IllegalArgumentException | LivemeterException malformed) {
            return Optional.empty();
        }
    }

    private String token(String name, long until, PeerId peer) {
        var signed = name + "." + until;
        var signature = hmac(key, signed + "." + peer);
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
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
