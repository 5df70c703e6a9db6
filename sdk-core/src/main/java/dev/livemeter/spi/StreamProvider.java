package dev.livemeter.spi;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.StreamLimits;
import java.util.Optional;
import java.util.function.Function;

/**
 * A platform that streams can be passed on to. This interface is the least that each of them can do: make a push target of
 * what the user entered. What only some platforms can do (connect accounts, create a broadcast, test a destination) are further small
 * interfaces beside it, so that nobody implements methods that throw.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code StreamProviderContract}, numbered in {@code docs/contracts/stream-provider.md}):
 * thread-safe; {@link #check} is pure; {@link #prepare} may block on I/O for at most some seconds and is idempotent for a destination; no secret
 * appears in a message, a log or an exception.
 */
public interface StreamProvider {

    /** How destinations and configuration name it: 1 to 32 of {@code a-z 0-9 -}; constant. */
    String name();

    /** How people know it, such as {@code YouTube}; constant. */
    String displayName();

    /**
     * Whether the form of a destination is right for this platform. No network, no side effect. One that goes by an account comes only where the provider
     * {@link HostsBroadcasts}.
     */
    Check check(Destination destination);

    /**
     * Makes ready to publish, now. Called before each stream, for destinations by a stream key that passed {@link #check}.
     *
     * <p>First match wins: FAILED where somebody must change something; UNAVAILABLE where a later try may do; ready.
     */
    Preparation prepare(Destination destination);

    /** What the platform takes at most, as it says itself; constant. Streams beyond that go there all the same, and their artists are warned. */
    default StreamLimits limits() {
        return StreamLimits.unknown();
    }

    /** What people should know who add a destination there; constant. Empty where there is nothing to say. */
    default Optional<PlatformGuide> guide() {
        return Optional.empty();
    }

    /** What {@link #check} found. */
    sealed interface Check {

        /** Nothing wrong. */
        record Accepted() implements Check {}

        /**
         * It could never work.
         *
         * @param message what was given, what was expected, what to do; without the secret
         */
        record Objection(String message) implements Check {}
    }

    /** What {@link #prepare} came to. */
    sealed interface Preparation {

        /** Publish there. */
        record Ready(PushTarget target) implements Preparation {}

        /**
         * Not now.
         *
         * @param retryable whether a later try may do without anybody's help
         * @param message what is wrong and what to do; without the secret
         */
        record NotReady(boolean retryable, String message) implements Preparation {}

        default <T> T fold(Function<PushTarget, T> ready, Function<NotReady, T> notReady) {
            return this instanceof Ready yes ? ready.apply(yes.target()) : notReady.apply((NotReady) this);
        }
    }
}
