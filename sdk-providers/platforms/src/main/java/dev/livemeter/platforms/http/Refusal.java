package dev.livemeter.platforms.http;

import dev.livemeter.spi.PlatformTrouble;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a platform did not do what it was asked, as its {@link Dialect} reads the answer.
 *
 * @param pause how long it wants to be left alone; null where it did not say
 * @param code the platform's own word
 * @param message what is wrong and what to do, for people
 */
public record Refusal(Kind kind, @Nullable Duration pause, String code, String message) {

    /** What follows from it. */
    public enum Kind {
        /** Somebody must change something. */
        FINAL,
        /** It may do later: the platform is in trouble itself, or not that far yet. */
        TRANSIENT,
        /** Too many requests; nothing is sent for this account until it wants to be asked again. */
        RATE,
        /** The units of the day are used up. */
        QUOTA,
        /** The token is not taken; another one may be. */
        UNAUTHORIZED,
        /** The account is not taken, whatever the token: its owner must connect it again. */
        NEEDS_AUTHORIZATION
    }

    /** Read from the status alone, as HTTP has it (RFC 9110), with the {@code Retry-After} that came along. */
    public static Refusal byStatus(String platform, int status, @Nullable Duration wait) {
        var code = "http_" + status;
        if (status == 401) {
            return new Refusal(
                    Kind.UNAUTHORIZED,
                    null,
                    code,
                    platform + " does not take the saved permission; connect the account again.");
        }
        if (status == 429) {
            return new Refusal(Kind.RATE, wait, code, platform + " wants fewer requests; it is asked again later.");
        }
        if (status == 408 || status >= 500) {
            return new Refusal(
                    Kind.TRANSIENT,
                    wait,
                    code,
                    platform + " is in trouble itself (status " + status + "); it is asked again later.");
        }
        if (status >= 300 && status < 400) {
            return new Refusal(
                    Kind.FINAL,
                    null,
                    code,
                    platform + " answered with a redirection (status " + status
                            + "), which is not followed; correct its endpoint in the configuration.");
        }
        return new Refusal(
                Kind.FINAL, null, code, platform + " refused the request (status " + status + ") without saying why.");
    }

    boolean passing() {
        return kind == Kind.TRANSIENT || kind == Kind.RATE;
    }

    PlatformTrouble trouble() {
        return new PlatformTrouble(passing() || kind == Kind.QUOTA, pause, code, message);
    }
}
