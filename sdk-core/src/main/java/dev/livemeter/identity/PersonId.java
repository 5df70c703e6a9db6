package dev.livemeter.identity;

import dev.livemeter.LivemeterException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Somebody who takes part: a user of the host application, or a guest who has no account there.
 *
 * @param value of a user the {@link UserId}; of a guest 1 to 64 of {@code a-z 0-9}
 */
public record PersonId(Kind kind, String value) {

    private static final Pattern GUEST = Pattern.compile("[a-z0-9]{1,64}");

    /** Who somebody is to the host application. */
    public enum Kind {
        /** Somebody who is signed in. */
        USER,
        /** Somebody who only gave a name. */
        GUEST
    }

    public PersonId {
        if (kind == Kind.USER) {
            UserId.of(value);
        } else if (!GUEST.matcher(value).matches()) {
            throw new LivemeterException(
                    "person.malformed",
                    "The id of a guest has " + value.length()
                            + " characters that do not fit; expected 1 to 64 of a-z 0-9.");
        }
    }

    /** Somebody who is signed in. */
    public static PersonId of(UserId user) {
        return new PersonId(Kind.USER, user.value());
    }

    /** Somebody who only gave a name. */
    public static PersonId guest(String id) {
        return new PersonId(Kind.GUEST, id);
    }

    /**
     * Reads what {@link #notation()} wrote.
     *
     * @throws LivemeterException {@code person.malformed}, {@code user.malformed}
     */
    public static PersonId parse(String notation) {
        if (notation.startsWith("user:")) {
            return of(UserId.of(notation.substring("user:".length())));
        }
        if (notation.startsWith("guest:")) {
            return guest(notation.substring("guest:".length()));
        }
        throw new LivemeterException(
                "person.malformed",
                "A person was given that is neither user:ID nor guest:ID; write it like user:alice.");
    }

    /** {@code user:alice} or {@code guest:7x2h}; at most 70 characters. */
    public String notation() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + ":" + value;
    }

    /** The user; empty for a guest. */
    public Optional<UserId> user() {
        return kind == Kind.USER ? Optional.of(UserId.of(value)) : Optional.empty();
    }

    @Override
    public String toString() {
        return notation();
    }
}
