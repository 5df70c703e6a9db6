package dev.livemeter.destination;

import java.time.Duration;
import java.util.List;

/**
 * How far the way to a destination was found open. It says nothing of what was not tried: a platform that offers no private test is never published to, so its key
 * stays untried.
 *
 * @param steps in the order of the way; each kind at most once
 */
public record ConnectionTest(List<Step> steps) {

    public ConnectionTest {
        steps = List.copyOf(steps);
    }

    /** One that ended before anybody was connected to. */
    public static ConnectionTest failedAt(Kind kind, String sentence) {
        return new ConnectionTest(List.of(new Step(kind, Result.FAILED, Duration.ZERO, sentence)));
    }

    /** Whether nothing failed. */
    public boolean passed() {
        return steps.stream().noneMatch(step -> step.result() == Result.FAILED);
    }

    /**
     * A part of the way.
     *
     * @param took how long it took
     * @param sentence what was found, and what to do where it failed; without a secret
     */
    public record Step(Kind kind, Result result, Duration took, String sentence) {}

    /** The parts of the way. */
    public enum Kind {
        /** The platform and the relay accept the destination as it is. */
        PREPARATION,
        /** The server's name leads to addresses that may be connected to. */
        ADDRESS,
        /** The server takes the connection. */
        TCP,
        /** It speaks TLS, and proves its name by a certificate. */
        TLS,
        /** It speaks RTMP. */
        HANDSHAKE,
        /** It knows the application. */
        CONNECT,
        /** It takes the key and a picture, where nobody sees it. */
        PUBLISH
    }

    /** How a step went. */
    public enum Result {
        PASSED,
        FAILED,
        /** Not tried; the sentence says why. */
        SKIPPED
    }
}
