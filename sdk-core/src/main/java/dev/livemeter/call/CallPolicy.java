package dev.livemeter.call;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules of calls and rooms. Immutable; made by a {@link Builder} that tells every fault together.
 *
 * @param credit the rules of credit control of the call lane
 * @param ringFor how long an invitation waits for an answer
 * @param mediaWithin how long after it is accepted both sides may take to confirm media
 * @param silence how long one side may report no media before the call ends; also how much interruption is forgiven before there was any talk
 * @param reconnectWithin how long one side may be gone from signaling
 * @param reportEvery how often clients report
 * @param tokenFor how long a token for signaling is valid
 * @param share of broadcasters who have none of their own
 * @param shareOf a broadcaster's own share; empty for {@code share}
 * @param takesCalls which users can be called, and can open rooms
 * @param meeting who may not meet whom
 * @param members who counts as a member of whom: viewer first, broadcaster second
 * @param tokenKey signs tokens, at least 32 bytes in UTF-8, the same on all nodes; null where Livemeter makes one and stores it sealed
 * @param largestRoom how many viewers a room may have at most, whatever its broadcaster says
 */
public record CallPolicy(
        SessionPolicy credit,
        Duration ringFor,
        Duration mediaWithin,
        Duration silence,
        Duration reconnectWithin,
        Duration reportEvery,
        Duration tokenFor,
        Share share,
        Function<UserId, Optional<Share>> shareOf,
        Predicate<UserId> takesCalls,
        MeetingRule meeting,
        BiPredicate<UserId, UserId> members,
        @Nullable Secret tokenKey,
        int largestRoom) {

    /** The defaults in that currency. */
    public static CallPolicy defaults(Currency currency) {
        return builder(currency).build();
    }

    /** Starts from the defaults in that currency. */
    public static Builder builder(Currency currency) {
        return new Builder(currency);
    }

    /** How long the real picture is shown after the last word of one side: three reports, as one may be lost and one late. */
    public Duration shownFor() {
        return reportEvery.multipliedBy(3);
    }

    /** What a broadcaster earns of what begins now. */
    public Share shareFor(UserId broadcaster) {
        return shareOf.apply(broadcaster).orElse(share);
    }

    /** The same rules, with one more of who may not meet whom. */
    public CallPolicy with(MeetingRule rule) {
        return new CallPolicy(
                credit,
                ringFor,
                mediaWithin,
                silence,
                reconnectWithin,
                reportEvery,
                tokenFor,
                share,
                shareOf,
                takesCalls,
                meeting.and(rule),
                members,
                tokenKey,
                largestRoom);
    }

    /** Collects the rules. Not thread-safe. */
    public static final class Builder {

        private static final int SHORTEST_KEY = 32;

        private SessionPolicy credit;
        private Duration ringFor = Duration.ofSeconds(45);
        private Duration mediaWithin = Duration.ofSeconds(20);
        private Duration silence = Duration.ofSeconds(8);
        private Duration reconnectWithin = Duration.ofSeconds(10);
        private Duration reportEvery = Duration.ofSeconds(1);
        private Duration tokenFor = Duration.ofHours(12);
        private Share share = Share.percent("70");
        private Function<UserId, Optional<Share>> shareOf = user -> Optional.empty();
        private Predicate<UserId> takesCalls = user -> true;
        private MeetingRule meeting = MeetingRule.none();
        private BiPredicate<UserId, UserId> members = (viewer, broadcaster) -> false;
        private @Nullable Secret tokenKey;
        private int largestRoom = 25;

        private Builder(Currency currency) {
            credit = SessionPolicy.defaults(currency);
        }

        public Builder credit(SessionPolicy rules) {
            credit = rules;
            return this;
        }

        public Builder ringFor(Duration time) {
            ringFor = time;
            return this;
        }

        public Builder mediaWithin(Duration time) {
            mediaWithin = time;
            return this;
        }

        public Builder silence(Duration time) {
            silence = time;
            return this;
        }

        public Builder reconnectWithin(Duration time) {
            reconnectWithin = time;
            return this;
        }

        public Builder reportEvery(Duration time) {
            reportEvery = time;
            return this;
        }

        public Builder tokenFor(Duration time) {
            tokenFor = time;
            return this;
        }

        public Builder share(Share part) {
            share = part;
            return this;
        }

        public Builder shareOf(Function<UserId, Optional<Share>> part) {
            shareOf = part;
            return this;
        }

        public Builder takesCalls(Predicate<UserId> broadcasters) {
            takesCalls = broadcasters;
            return this;
        }

        public Builder meeting(MeetingRule rule) {
            meeting = rule;
            return this;
        }

        public Builder members(BiPredicate<UserId, UserId> viewerOfBroadcaster) {
            members = viewerOfBroadcaster;
            return this;
        }

        public Builder tokenKey(Secret key) {
            tokenKey = key;
            return this;
        }

        public Builder largestRoom(int viewers) {
            largestRoom = viewers;
            return this;
        }

        /**
         * The policy.
         *
         * @throws ConfigurationException with every fault
         */
        public CallPolicy build() {
            var faults = new ArrayList<String>();
            positive(faults, "Invitations wait", ringFor);
            positive(faults, "Clients have to confirm media within", mediaWithin);
            positive(faults, "Tokens are valid", tokenFor);
            if (reportEvery.compareTo(Duration.ofMillis(200)) < 0) {
                faults.add("Clients report every " + reportEvery + "; expected at least 200 ms.");
            }
            if (silence.compareTo(reportEvery.multipliedBy(3)) < 0) {
                faults.add("A call ends after " + silence + " of silence, and clients report every " + reportEvery
                        + "; expected at least three reports in that time, as one may be lost.");
            }
            if (reconnectWithin.isNegative()) {
                faults.add("Clients come back within " + reconnectWithin + "; that cannot be negative.");
            }
            if (tokenKey != null && tokenKey.reveal().length() < SHORTEST_KEY) {
                faults.add("The key of the tokens has " + tokenKey.reveal().length() + " characters; expected at least "
                        + SHORTEST_KEY + ".");
            }
            if (largestRoom < 1) {
                faults.add("The largest room has " + largestRoom + " viewers; expected at least one.");
            }
            if (!faults.isEmpty()) {
                throw new ConfigurationException(faults);
            }
            return new CallPolicy(
                    credit,
                    ringFor,
                    mediaWithin,
                    silence,
                    reconnectWithin,
                    reportEvery,
                    tokenFor,
                    share,
                    shareOf,
                    takesCalls,
                    meeting,
                    members,
                    tokenKey,
                    largestRoom);
        }

        private static void positive(List<String> faults, String what, Duration time) {
            if (time.isNegative() || time.isZero()) {
                faults.add(what + " " + time + "; expected more than nothing.");
            }
        }
    }
}
