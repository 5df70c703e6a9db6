package dev.livemeter.turn;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.secret.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which ICE servers people are told. Immutable.
 *
 * @param groups in the order in which browsers are given them
 * @param validFor how long a credential is good; as long as the longest call, for a connection that is made anew in mid-call needs one
 */
public record IcePolicy(List<Group> groups, Duration validFor) {

    public IcePolicy {
        groups = List.copyOf(groups);
    }

    /**
     * Servers that share a secret, or need none.
     *
     * @param secret null for STUN
     */
    public record Group(List<IceUrl> urls, @Nullable TurnSecret secret) {
        public Group {
            urls = List.copyOf(urls);
        }
    }

    /** Starts with no servers, and credentials for 12 hours. */
    public static Builder builder() {
        return new Builder();
    }

    /** No servers: browsers reach those alone whom they reach directly. */
    public static IcePolicy none() {
        return builder().build();
    }

    /** Collects servers. Not thread-safe. */
    public static final class Builder {

        private static final Duration SHORTEST = Duration.ofMinutes(1);
        private static final Duration LONGEST = Duration.ofDays(7);

        private final List<Group> groups = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private Duration validFor = Duration.ofHours(12);

        private Builder() {}

        /** STUN servers. */
        public Builder stun(String... urls) {
            group(List.of(urls), null);
            return this;
        }

        /** TURN servers that share that secret with this application. */
        public Builder turn(Secret secret, String... urls) {
            if (secret.reveal().isBlank()) {
                faults.add("The secret of the TURN servers is empty; give the static-auth-secret of the server.");
            }
            return turn(TurnSecret.of(secret), urls);
        }

        /** TURN servers, with a secret that can change while the application runs. */
        public Builder turn(TurnSecret secret, String... urls) {
            group(List.of(urls), secret);
            return this;
        }

        /** How long credentials are good, a minute to seven days. */
        public Builder validFor(Duration span) {
            this.validFor = span;
            return this;
        }

        private void group(List<String> urls, @Nullable TurnSecret secret) {
            var read = new ArrayList<IceUrl>();
            for (var url : urls) {
                try {
                    var one = IceUrl.of(url);
                    if (one.isTurn() != (secret != null)) {
                        faults.add("The ICE server " + url + " was given "
                                + (secret == null ? "without" : "with")
                                + " a secret; STUN servers take none, TURN servers need one.");
                    }
                    read.add(one);
                } catch (LivemeterException malformed) {
                    faults.add(String.valueOf(malformed.getMessage()));
                }
            }
            if (urls.isEmpty()) {
                faults.add("ICE servers were given without a URL; give at least one, such as stun:stun.example.org.");
            }
            groups.add(new Group(read, secret));
        }

        /**
         * Checks the servers.
         *
         * @throws ConfigurationException with a sentence for each fault
         */
        public IcePolicy build() {
            var all = new ArrayList<>(faults);
            if (validFor.compareTo(SHORTEST) < 0 || validFor.compareTo(LONGEST) > 0) {
                all.add("Credentials for TURN are to be good for " + validFor.toSeconds()
                        + " seconds; expected 60 to 604800.");
            }
            if (!all.isEmpty()) {
                throw new ConfigurationException(all);
            }
            return new IcePolicy(groups, validFor);
        }
    }
}
