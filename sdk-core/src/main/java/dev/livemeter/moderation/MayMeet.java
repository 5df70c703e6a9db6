package dev.livemeter.moderation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether somebody may be with a broadcaster. */
public sealed interface MayMeet {

    /** No ban is in the way. */
    record Allowed() implements MayMeet {}

    /**
     * A ban is; of several the one that holds longest.
     *
     * @param reason why, as it was given; may be empty
     * @param until null for ever
     * @param sentence for the person
     */
    record Banned(BanId ban, String reason, @Nullable Instant until, String sentence) implements MayMeet {}
}
