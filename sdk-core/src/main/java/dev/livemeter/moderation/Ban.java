package dev.livemeter.moderation;

import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That somebody was sent away, and what became of it. Stays in the books for good.
 *
 * @param by who did it
 * @param reason a line for people; the person is told it
 * @param until when it ends by itself; null for never. Of a kick, {@code at}
 * @param lifted how it was taken back; null where it was not
 */
public record Ban(
        BanId id,
        Kind kind,
        PersonId person,
        BanScope scope,
        UserId by,
        String reason,
        Instant at,
        @Nullable Instant until,
        @Nullable Lift lifted) {

    /** For how long somebody is sent away. */
    public enum Kind {
        /** Until it ends or is lifted. */
        BAN,
        /** Out of what runs now; they may come back at once. */
        KICK
    }

    /** That a ban was taken back, by whom and why. */
    public record Lift(UserId by, String reason, Instant at) {}

    /** Whether it keeps the person away at that moment. */
    public boolean isInForce(Instant now) {
        return kind == Kind.BAN && lifted == null && (until == null || now.isBefore(until));
    }

    /** The same, taken back. */
    public Ban lifted(Lift how) {
        return new Ban(id, kind, person, scope, by, reason, at, until, how);
    }

    /** For the person. */
    public String sentence() {
        var where = scope.broadcaster() == null ? "here" : "by " + scope.broadcaster();
        var why = reason.isEmpty() ? "" : " Reason: " + reason;
        if (kind == Kind.KICK) {
            return "You were sent away " + where + "." + why;
        }
        return "You are banned " + where + (until == null ? "." : " until " + until + ".") + why;
    }
}
