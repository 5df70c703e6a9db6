package dev.livemeter.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account as it is kept: its tokens only as sealed text. Moments are kept to the microsecond.
 *
 * @param sealedTokens what {@link dev.livemeter.spi.SecretCipher#seal} gave
 * @param checkedAt when the platform last gave the tokens or let them pass
 * @param claimedUntil until when whoever wrote this alone renews the tokens; null where nobody does
 * @param version 1 when it was stored first, and one more with each change; who changes it says which one they read
 */
public record StoredAccount(
        PlatformAccount account,
        String sealedTokens,
        Instant checkedAt,
        @Nullable Instant claimedUntil,
        long version) {}
