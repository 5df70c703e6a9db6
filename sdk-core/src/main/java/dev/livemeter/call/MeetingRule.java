package dev.livemeter.call;

import dev.livemeter.identity.UserId;
import java.util.Optional;

/** Whether a viewer may meet a broadcaster at all: what moderation, or the host, has to say against it. Asked before anything is held, and for each token. May block; thread-safe. */
@FunctionalInterface
public interface MeetingRule {

    /**
     * What stands against it.
     *
     * @return a sentence for the viewer; empty where they may meet
     */
    Optional<String> objection(UserId viewer, UserId broadcaster);

    /**
     * What stands against a user coming into signaling at all; asked for each connection.
     *
     * @return a sentence for the user; empty where they may come in
     */
    default Optional<String> objectionTo(UserId user) {
        return Optional.empty();
    }

    /** Everybody may meet everybody. */
    static MeetingRule none() {
        return (viewer, broadcaster) -> Optional.empty();
    }

    /** What either of the two has to say. */
    default MeetingRule and(MeetingRule other) {
        var own = this;
        return new MeetingRule() {
            @Override
            public Optional<String> objection(UserId viewer, UserId broadcaster) {
                return own.objection(viewer, broadcaster).or(() -> other.objection(viewer, broadcaster));
            }

            @Override
            public Optional<String> objectionTo(UserId user) {
                return own.objectionTo(user).or(() -> other.objectionTo(user));
            }
        };
    }
}
