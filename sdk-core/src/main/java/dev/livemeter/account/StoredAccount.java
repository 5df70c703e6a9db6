package dev.livemeter.account;

/**
 * An account as it is kept: its tokens only as sealed text.
 *
 * @param sealedTokens what {@link dev.livemeter.spi.SecretCipher#seal} gave
 * @param version 1 when it was stored first, and one more with each change; who changes it says which one they read
 */
public record StoredAccount(PlatformAccount account, String sealedTokens, long version) {}
