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

    /** Everybody may meet everybody. */
    static MeetingRule none() {
        return (viewer, broadcaster) -> Optional.empty();
    }

    /** What either of the two has to say. */
    default MeetingRule and(MeetingRule other) {
        return (viewer, broadcaster) -> objection(viewer, broadcaster).or(() -> other.objection(viewer, broadcaster));
    }
}
