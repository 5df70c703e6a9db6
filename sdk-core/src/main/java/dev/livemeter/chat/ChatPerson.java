package dev.livemeter.chat;

import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;

/**
 * Somebody who reads or writes, as whoever let them in knows them.
 *
 * @param name how a guest wants to be called; of a user it is not looked at, because the {@link ChatPolicy} says how users are called
 */
public record ChatPerson(PersonId id, String name, Standing standing) {

    /** What somebody may do everywhere. */
    public enum Standing {
        /** What the channel allows. */
        ORDINARY,
        /** Reads, writes and deletes in every channel. */
        ADMINISTRATOR
    }

    /** Somebody who is signed in. */
    public static ChatPerson user(UserId user) {
        return new ChatPerson(PersonId.of(user), user.value(), Standing.ORDINARY);
    }

    /** Somebody who looks after everybody. */
    public static ChatPerson administrator(UserId user) {
        return new ChatPerson(PersonId.of(user), user.value(), Standing.ADMINISTRATOR);
    }

    /** Somebody without an account; see {@link GuestPasses}. */
    public static ChatPerson guest(String id, String name) {
        return new ChatPerson(PersonId.guest(id), name, Standing.ORDINARY);
    }

    boolean isGuest() {
        return id.kind() == PersonId.Kind.GUEST;
    }
}
