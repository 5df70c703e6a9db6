package dev.livemeter.chat;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The rules of chat. Immutable.
 *
 * @param kept how many messages of a channel are kept
 * @param longestText in characters (code points)
 * @param personRate how much one person may say, in all channels together
 * @param channelRate how much may be said in one channel
 * @param guests what guests may do
 * @param passesFor how long a guest keeps a name
 * @param retention after how long what was said is deleted, however little came after it
 * @param lookEvery how often a node looks for what was said on others
 * @param mostReaders how many can be connected to this node at once
 * @param names how a user is called; asked for each message, and for each viewer of a room whenever its broadcaster's client reports
 * @param takenNames whether a guest cannot have a name: because a user of the host has it, say
 */
public record ChatPolicy(
        int kept,
        int longestText,
        ChatRate personRate,
        ChatRate channelRate,
        Guests guests,
        Duration passesFor,
        Duration retention,
        Duration lookEvery,
        int mostReaders,
        Function<UserId, String> names,
        Predicate<String> takenNames) {

    /** What guests may do in channels that everybody may write to. */
    public enum Guests {
        /** Nothing. */
        NONE,
        /** See what is said. */
        READ,
        /** Speak under a name. */
        WRITE
    }

    /**
     * Starts from the defaults: 100 messages of 500 characters, five at once and then one a second for each person, 40 at once and then 20 a second in each channel, no guests, kept for 30 days.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The defaults. */
    public static ChatPolicy defaults() {
        return builder().build();
    }

    /** Collects rules; each has a default. Not thread-safe. */
    public static final class Builder {

        private int kept = 100;
        private int longestText = 500;
        private ChatRate personRate = new ChatRate(5, Duration.ofSeconds(5));
        private ChatRate channelRate = new ChatRate(40, Duration.ofSeconds(2));
        private Guests guests = Guests.NONE;
        private Duration passesFor = Duration.ofHours(12);
        private Duration retention = Duration.ofDays(30);
        private Duration lookEvery = Duration.ofSeconds(1);
        private int mostReaders = 20_000;
        private Function<UserId, String> names = UserId::value;
        private Predicate<String> takenNames = name -> false;

        private Builder() {}

        /** How many messages of a channel are kept, 1 to 1000. */
        public Builder kept(int messages) {
            this.kept = messages;
            return this;
        }

        /** The longest message, 1 to 5000 characters. */
        public Builder longestText(int characters) {
            this.longestText = characters;
            return this;
        }

        /** How much one person may say. */
        public Builder personRate(int messages, Duration within) {
            this.personRate = new ChatRate(messages, within);
            return this;
        }

        /** How much may be said in one channel. */
        public Builder channelRate(int messages, Duration within) {
            this.channelRate = new ChatRate(messages, within);
            return this;
        }

        /** What guests may do. */
        public Builder guests(Guests rule) {
            this.guests = rule;
            return this;
        }

        /** How long a guest keeps a name, a minute to 30 days. */
        public Builder passesFor(Duration span) {
            this.passesFor = span;
            return this;
        }

        /** After how long what was said is deleted, from an hour on. */
        public Builder retention(Duration span) {
            this.retention = span;
            return this;
        }

        /** How often a node looks for what was said on others, 50 ms to a minute. */
        public Builder lookEvery(Duration span) {
            this.lookEvery = span;
            return this;
        }

        /** How many can be connected to this node at once, from 1 on. */
        public Builder mostReaders(int readers) {
            this.mostReaders = readers;
            return this;
        }

        /** How a user is called; the user id where nothing is given. Asked for each message, and for each viewer of a room whenever its broadcaster's client reports, so it answers from memory; of what is longer than 64 characters or fails, the user id is taken. */
        public Builder names(Function<UserId, String> nameOf) {
            this.names = nameOf;
            return this;
        }

        /** Whether a guest cannot have a name, besides those who write in the same channel. */
        public Builder takenNames(Predicate<String> isTaken) {
            this.takenNames = isTaken;
            return this;
        }

        /**
         * Checks the rules.
         *
         * @throws ConfigurationException with a sentence for each fault
         */
        public ChatPolicy build() {
            var faults = new ArrayList<String>();
            if (kept < 1 || kept > 1000) {
                faults.add("Of each chat " + kept + " messages are to be kept; expected 1 to 1000.");
            }
            if (longestText < 1 || longestText > 5000) {
                faults.add("The longest chat message has " + longestText + " characters; expected 1 to 5000.");
            }
            if (!personRate.isSensible() || !channelRate.isSensible()) {
                faults.add("The rates of chat are " + personRate + " for each person and " + channelRate
                        + " for each channel; expected 1 to 10000 messages within 1 ms to 1 h.");
            }
            between("A guest keeps a name for ", passesFor, Duration.ofMinutes(1), Duration.ofDays(30), faults);
            between("Chat is kept for ", retention, Duration.ofHours(1), Duration.ofDays(36_500), faults);
            between(
                    "Other nodes are looked at every ",
                    lookEvery,
                    Duration.ofMillis(50),
                    Duration.ofMinutes(1),
                    faults);
            if (mostReaders < 1) {
                faults.add("At most " + mostReaders + " can read chats; expected at least 1.");
            }
            if (!faults.isEmpty()) {
                throw new ConfigurationException(faults);
            }
            return new ChatPolicy(
                    kept,
                    longestText,
                    personRate,
                    channelRate,
                    guests,
                    passesFor,
                    retention,
                    lookEvery,
                    mostReaders,
                    names,
                    takenNames);
        }

        private static void between(String what, Duration given, Duration least, Duration most, List<String> faults) {
            if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
                faults.add(what + given.toMillis() + " ms; expected " + least.toMillis() + " to " + most.toMillis()
                        + " ms.");
            }
        }
    }
}
