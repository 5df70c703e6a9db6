package dev.livemeter.recording;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose streams are recorded, how long recordings are kept, and how much room they get. Immutable; made by {@link #builder()}. */
public final class RecordingPolicy {

    private static final Logger log = LoggerFactory.getLogger(RecordingPolicy.class);

    private final Function<UserId, Mode> modes;
    private final Duration retention;
    private final Duration longest;
    private final long bytesPerUser;
    private final long bytesInAll;

    /** Whether somebody's streams are recorded. */
    public enum Mode {
        /** Never. */
        OFF,
        /** When somebody asks for it, stream by stream. */
        MANUAL,
        /** From the first destination that takes the stream on; it can be stopped, and started again. */
        AUTOMATIC
    }

    private RecordingPolicy(Builder builder) {
        this.modes = builder.modes;
        this.retention = builder.retention;
        this.longest = builder.longest;
        this.bytesPerUser = builder.bytesPerUser;
        this.bytesInAll = builder.bytesInAll;
    }

    /** Begins with: for nobody, kept for 30 days, at most 12 hours each, 20 GB for each user and 500 GB in all. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether the streams of a user are recorded, as the host's function says at this moment; {@code OFF} where it fails, which is logged. */
    public Mode modeOf(UserId user) {
        try {
            return modes.apply(user);
        } catch (RuntimeException e) {
            log.warn("Whether the streams of {} are recorded could not be said, so they are not.", user, e);
            return Mode.OFF;
        }
    }

    /** How long a recording is kept once it is ready, or has failed. */
    public Duration retention() {
        return retention;
    }

    /** The longest recording; the stream goes on beyond it. */
    public Duration longest() {
        return longest;
    }

    /** How many bytes the recordings of one user may have together. */
    public long bytesPerUser() {
        return bytesPerUser;
    }

    /** How many bytes all recordings may have together. */
    public long bytesInAll() {
        return bytesInAll;
    }

    /** Collects rules; each has a default. Not thread-safe. */
    public static final class Builder {

        private static final long GIGABYTE = 1_000_000_000L;

        private Function<UserId, Mode> modes = user -> Mode.OFF;
        private Duration retention = Duration.ofDays(30);
        private Duration longest = Duration.ofHours(12);
        private long bytesPerUser = 20 * GIGABYTE;
        private long bytesInAll = 500 * GIGABYTE;

        private Builder() {}

        /** The same for everybody. */
        public Builder forAll(Mode mode) {
            return modes(user -> mode);
        }

        /** By the user's plan, say. Asked at each start and for each status, by many threads; it should be quick. Where it throws, nothing is recorded. */
        public Builder modes(Function<UserId, Mode> modeOf) {
            this.modes = modeOf;
            return this;
        }

        /** How long recordings are kept, from a minute on. */
        public Builder retention(Duration kept) {
            this.retention = kept;
            return this;
        }

        /** How long one recording can be, from a second to seven days. */
        public Builder longest(Duration length) {
            this.longest = length;
            return this;
        }

        /** How many bytes the recordings of one user may have together. */
        public Builder bytesPerUser(long bytes) {
            this.bytesPerUser = bytes;
            return this;
        }

        /** How many bytes all recordings may have together. */
        public Builder bytesInAll(long bytes) {
            this.bytesInAll = bytes;
            return this;
        }

        /**
         * Checks the rules.
         *
         * @throws ConfigurationException with a sentence for each fault
         */
        public RecordingPolicy build() {
            var faults = new ArrayList<String>();
            if (retention.compareTo(Duration.ofMinutes(1)) < 0) {
                faults.add("Recordings are to be kept for " + retention.toSeconds()
                        + " seconds; expected at least 60, and no recordings where none are to be kept.");
            }
            if (longest.compareTo(Duration.ofSeconds(1)) < 0 || longest.compareTo(Duration.ofDays(7)) > 0) {
                faults.add("The longest recording is " + longest.toSeconds() + " seconds; expected 1 to 604800.");
            }
            if (bytesPerUser < 1 || bytesInAll < 1) {
                faults.add("The room for recordings is " + bytesPerUser + " bytes for each user and " + bytesInAll
                        + " in all; expected at least 1.");
            }
            if (!faults.isEmpty()) {
                throw new ConfigurationException(faults);
            }
            return new RecordingPolicy(this);
        }
    }
}
