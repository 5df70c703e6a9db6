package dev.livemeter.fleet;

import dev.livemeter.ingest.Ingest;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A relay host at one moment.
 *
 * @param detail why it is in that state, in a sentence for people; empty where all is well
 * @param since when it came into that state
 * @param ingest where encoders publish to it; null where it was never up
 * @param streams that it carries
 * @param destinations that those go to, all together
 * @param plannedBitsPerSecond what they are expected to take of the uplink
 * @param limitBitsPerSecond what is planned with at most; null where no capacity is known
 * @param cpuPercent how busy its processor was lately; null where that is not known
 * @param drain that it is being emptied; null where it is not. Independent of whether it is down
 */
public record RelayHostStatus(
        String name,
        Role role,
        State state,
        String detail,
        Instant since,
        @Nullable Ingest ingest,
        int streams,
        int destinations,
        long plannedBitsPerSecond,
        @Nullable Long limitBitsPerSecond,
        @Nullable Integer cpuPercent,
        @Nullable Drain drain) {

    /** When a host is used. */
    public enum Role {
        /** Always. */
        ORDINARY,
        /** Where no ordinary one is up with room. */
        STANDBY
    }

    /** How a host stands. */
    public enum State {
        /** It takes streams. */
        UP,
        /** Nobody is placed there any more; with its uplink planned in full, it also refuses new streams. */
        FULL,
        /** It refuses new streams; some still run. */
        DRAINING,
        /** It refuses new streams, and none runs any more. */
        DRAINED,
        /** It does not work. */
        DOWN;

        /** In lower case, for sentences and programs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The order to take no new streams.
     *
     * @param stopsAt when the streams that still run are stopped; null where they end by themselves
     */
    public record Drain(Instant since, @Nullable Instant stopsAt) {}

    /** The host and its state, for people. */
    public String sentence() {
        return "The relay host " + name + " is " + state.word() + (detail.isEmpty() ? "." : ": " + detail);
    }
}
