package dev.livemeter.broadcast.chat;

import java.util.Set;

/**
 * Who said something on a platform.
 *
 * @param id the platform's own; it stays when the person takes another name
 * @param name what people see there
 * @param badges what the platform says of the person; nobody can give themselves one by a name
 */
public record PlatformAuthor(String id, String name, Set<Badge> badges) {

    public PlatformAuthor {
        badges = Set.copyOf(badges);
    }

    /** What a platform says of somebody in a chat. */
    public enum Badge {
        /** The stream is theirs. */
        BROADCASTER,
        /** They moderate this chat on the platform. */
        MODERATOR,
        /** They pay the broadcaster there: a member, a subscriber. */
        MEMBER,
        /** The platform knows who they are. */
        VERIFIED
    }
}
