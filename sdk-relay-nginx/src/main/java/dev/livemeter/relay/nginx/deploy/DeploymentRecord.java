package dev.livemeter.relay.nginx.deploy;

import java.time.Instant;

/**
 * One line of a host's history.
 *
 * @param at by the host's clock
 * @param who the name of the key that was used, as given to {@code install.sh}
 * @param version that was to come into force
 * @param previous that was in force before; empty if there was none
 */
public record DeploymentRecord(Instant at, String who, String version, Outcome outcome, String previous) {

    /** What became of it. */
    public enum Outcome {
        /** It came into force. */
        DEPLOYED,
        /** nginx refused it. */
        REFUSED,
        /** It did not come into force, and the one before was put back. */
        ROLLED_BACK,
        /** Neither it nor the one before was proven to be in force. */
        BROKEN,
        /** It could not be written. */
        FAILED,
        /** It began and did not end: the host was stopped, or it goes on just now. */
        INTERRUPTED
    }
}
