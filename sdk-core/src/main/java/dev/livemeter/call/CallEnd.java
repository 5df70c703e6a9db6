package dev.livemeter.call;

import dev.livemeter.identity.UserId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a call, or somebody's presence in a room, is over.
 *
 * @param by whose doing it was; null where nobody's
 * @param detail a few words for people, such as the reason of an operator; may be empty
 */
public record CallEnd(Cause cause, @Nullable UserId by, String detail) {

    /** What ended it. */
    public enum Cause {
        /** The callee did not want to. */
        DECLINED,
        /** Nobody answered in time. */
        MISSED,
        /** The caller took the invitation back. */
        CANCELLED,
        /** When it was accepted, the caller could not pay any more. */
        NO_FUNDS,
        /** It was accepted, and no media came to flow on both sides in time. Nothing is charged. */
        NO_MEDIA,
        /** One side ended it. */
        HUNG_UP,
        /** One side lost its connection and did not come back in time. */
        DISCONNECTED,
        /** One side reported no media for too long. */
        SILENT,
        /** The money was used up. */
        FUNDS_EXHAUSTED,
        /** What was agreed, or the longest that is allowed, was reached. */
        LIMIT_REACHED,
        /** An operator, or the rules of the house, ended it. */
        STOPPED,
        /** The billing did not answer, and the policy ends calls then. */
        BILLING_UNAVAILABLE,
        /** The application stopped while it went on. */
        LOST;

        /** Stable, lower case, for programs and stores. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One that is nobody's doing. */
    public static CallEnd of(Cause cause) {
        return new CallEnd(cause, null, "");
    }

    /** One that is somebody's doing. */
    public static CallEnd by(Cause cause, UserId by) {
        return new CallEnd(cause, by, "");
    }

    /** A sentence for people. */
    public String sentence() {
        var who = by == null ? "One side" : by.value();
        return switch (cause) {
            case DECLINED -> who + " declined.";
            case MISSED -> who + " did not answer.";
            case CANCELLED -> who + " took the invitation back.";
            case NO_FUNDS -> "The balance of " + who + " was not enough to begin.";
            case NO_MEDIA -> "No picture and sound came to flow; nothing is charged.";
            case HUNG_UP -> who + " hung up.";
            case DISCONNECTED -> who + " lost the connection.";
            case SILENT -> "Nothing was heard of the media of " + who + " any more.";
            case FUNDS_EXHAUSTED -> "The balance was used up.";
            case LIMIT_REACHED -> "The agreed time was over.";
            case STOPPED -> "It was ended by the operator" + (detail.isEmpty() ? "." : ": " + detail + ".");
            case BILLING_UNAVAILABLE -> "The billing did not answer.";
            case LOST -> "The application stopped while it went on.";
        };
    }
}
