package dev.livemeter.platforms;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.PlatformTrouble;

/** What is wrong with an account, told as a platform's trouble. */
final class AccountTrouble {

    private AccountTrouble() {}

    static PlatformTrouble of(LivemeterException account) {
        var message = account.getMessage();
        return new PlatformTrouble(account.retryable(), null, account.code(), message == null ? "" : message);
    }
}
