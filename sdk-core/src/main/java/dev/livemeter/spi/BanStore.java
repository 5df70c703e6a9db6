package dev.livemeter.spi;

import dev.livemeter.identity.PersonId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.BanId;
import dev.livemeter.moderation.BanScope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bans, for good. Each change of any of them has a number, greater than those of all changes before it; who has seen one has seen or can see all before it, whoever writes at the same time. Thread-safe; each call is atomic and durable
 * when it returns.
 */
public interface BanStore {

    /**
     * Keeps a new one.
     *
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if there is one of that id
     */
    void insert(Ban ban);

    /**
     * Takes one back. Of two that do only one does.
     *
     * @return as it is now; empty if there is none, it is a kick, or it was taken back already
     */
    Optional<Ban> lift(BanId id, Ban.Lift how);

    /** The one of that id. */
    Optional<Ban> find(BanId id);

    /** The bans in force at that moment, and the number of the last change that this is as of. */
    InForce inForce(Instant at);

    /** The bans that were changed after that number, each once, as they are now, by the number of their last change; at most so many. */
    List<Change> changesAfter(long version, int limit);

    /**
     * The newest first, those of one moment by their ids.
     *
     * @param scope null for all
     * @param person null for all
     * @param limit at most so many, 1 to 500
     * @param before only older ones than this; null for the newest
     */
    List<Ban> list(@Nullable BanScope scope, @Nullable PersonId person, int limit, @Nullable BanId before);

    /** What is in force. */
    record InForce(long version, List<Ban> bans) {
        public InForce {
            bans = List.copyOf(bans);
        }
    }

    /** A ban and the number of its last change. */
    record Change(long version, Ban ban) {}
}
