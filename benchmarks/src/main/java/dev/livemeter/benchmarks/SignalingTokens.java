package dev.livemeter.benchmarks;

import dev.livemeter.peer.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens for signaling of the form that Livemeter's have: an end, signed with the id by HMAC-SHA256. Thread-safe. */
final class SignalingTokens {

    private static final String HMAC = "HmacSHA256";

    /** A key of measurements alone; servers and clients of one run share it. */
    private static final SecretKeySpec KEY =
            new SecretKeySpec("a key for measurements, not a secret".getBytes(StandardCharsets.US_ASCII), HMAC);

    String issue(String id, Instant end) {
        return signed(Long.toString(end.toEpochMilli()), id);
    }

    boolean isGenuine(String token, PeerId id, Instant now) {
        var point = token.indexOf('.');
        if (point <= 0 || !token.substring(0, point).chars().allMatch(Character::isDigit)) {
            return false;
        }
        var end = token.substring(0, point);
        return MessageDigest.isEqual(bytes(signed(end, id.value())), bytes(token))
                && now.toEpochMilli() < Long.parseLong(end);
    }

    private static String signed(String end, String id) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(KEY);
            var signature = mac.doFinal(bytes(end + "." + id));
            return end + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA256.", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
