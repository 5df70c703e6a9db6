package dev.livemeter.fleet;

import dev.livemeter.ingest.Ingest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a user's encoder is to publish to.
 *
 * @param host the relay host behind it
 * @param move that it was another address before; null where it was not, and once the user has published to the new one
 */
public record IngestPlace(
        String host, Ingest ingest, @Nullable Move move) {

    /**
     * The address changed.
     *
     * @param from where the user published to before
     * @param sentence what happened and what to do, for the user
     */
    public record Move(Ingest from, Instant at, String sentence) {}
}
