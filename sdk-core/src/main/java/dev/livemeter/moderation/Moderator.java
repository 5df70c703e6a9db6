package dev.livemeter.moderation;

import dev.livemeter.identity.UserId;

/** Who sends somebody away, as whoever let them in knows them. */
public record Moderator(UserId user, Standing standing) {

    /** What somebody may do everywhere. */
    public enum Standing {
        /** Bans from the own rooms, and from those that one moderates. */
        ORDINARY,
        /** Bans from all. */
        ADMINISTRATOR
    }

    /** Somebody with rooms of their own, or who moderates others'. */
    public static Moderator ordinary(UserId user) {
        return new Moderator(user, Standing.ORDINARY);
    }

    /** Somebody who looks after everybody. */
    public static Moderator administrator(UserId user) {
        return new Moderator(user, Standing.ADMINISTRATOR);
    }
}
