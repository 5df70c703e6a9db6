package dev.livemeter.platforms.http;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.PlatformTrouble;

/** What a token endpoint said. */
public sealed interface TokenAnswer {

    /** These are the tokens. */
    record Granted(AccountTokens tokens) implements TokenAnswer {}

    /**
     * Not with this code or refresh token, now or ever.
     *
     * @param error the code of RFC 6749 or RFC 8628, such as {@code invalid_grant}, {@code access_denied} or {@code expired_token}
     */
    record Refused(String error) implements TokenAnswer {}

    /**
     * The person has not entered the device code yet.
     *
     * @param slower whether to wait five seconds longer from now on
     */
    record Pending(boolean slower) implements TokenAnswer {}

    /** The platform could not be asked, could not answer, or does not know this application; what was asked with may still be good. */
    record Unavailable(PlatformTrouble trouble) implements TokenAnswer {}

    /**
     * What comes of a renewal that was answered like this.
     *
     * @param lost the sentence for people where the platform takes the permission no more
     */
    default Renewal renewal(String lost) {
        if (this instanceof Granted granted) {
            return new Renewal.Renewed(granted.tokens());
        }
        if (this instanceof Refused) {
            return new Renewal.Lost(lost);
        }
        return this instanceof Unavailable unavailable
                ? new Renewal.Unavailable(unavailable.trouble().message())
                : new Renewal.Unavailable(
                        "The platform answered a renewal as if it were a device; it is asked again later.");
    }
}
