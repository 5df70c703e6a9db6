package dev.livemeter.ingest;

import dev.livemeter.identity.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a stream key.
 *
 * @param hash SHA-256 of the key in lower-case hexadecimal; the random part has 128 bits, so a plain hash cannot be searched back
 * @param hint its last four characters, for people who must tell two keys apart
 * @param revokedAt from then on the key is refused; null while it is good
 */
public record StoredStreamKey(
        StreamKeyId id,
        UserId owner,
        String hash,
        String hint,
        Instant createdAt,
        @Nullable Instant revokedAt) {

    public boolean isGood() {
        return revokedAt == null;
    }

    @Override
    public String toString() {
        return "StoredStreamKey[" + id + " of " + owner + ", " + hint + (isGood() ? "]" : ", revoked]");
    }
}
