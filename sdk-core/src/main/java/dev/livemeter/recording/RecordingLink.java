package dev.livemeter.recording;

import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets whoever has it load a recording until it expires. It names the recording and the moment, and is signed (HMAC-SHA256) by a key that goes with the recording.
 *
 * @param token of {@code A-Z a-z 0-9 . _ -}, for a URL
 */
public record RecordingLink(Secret token, Instant expiresAt) {

    private static final Pattern FORM =
            Pattern.compile("([a-z0-9][a-z0-9-]{7,63})\\.([0-9]{1,12})\\.([A-Za-z0-9_-]{43})");

    static RecordingLink make(RecordingId id, Instant expiresAt, MediaKey key) {
        var signed = id + "." + expiresAt.getEpochSecond();
        var signature = Base64.getUrlEncoder().withoutPadding().encodeToString(key.sign(signed));
        return new RecordingLink(
                Secret.of(signed + "." + signature), Instant.ofEpochSecond(expiresAt.getEpochSecond()));
    }

    /** What a token says, not yet believed. */
    record Claim(RecordingId id, Instant expiresAt, String signature) {

        static Optional<Claim> read(String token) {
            var match = FORM.matcher(token);
            return match.matches()
                    ? Optional.of(new Claim(
                            new RecordingId(match.group(1)),
                            Instant.ofEpochSecond(Long.parseLong(match.group(2))),
                            match.group(3)))
                    : Optional.empty();
        }

        boolean isSignedBy(MediaKey key) {
            var genuine = make(id, expiresAt, key).token().reveal();
            // The whole text, so that there is one way alone to write a token.
            return MessageDigest.isEqual(
                    bytes(genuine), bytes(id + "." + expiresAt.getEpochSecond() + "." + signature));
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
