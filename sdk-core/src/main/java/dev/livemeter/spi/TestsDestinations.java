package dev.livemeter.spi;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;

/**
 * What a {@link StreamProvider} implements besides, if the way to its platform can be tried without going live.
 *
 * <p><b>It must never put anybody on air.</b> A provider publishes only where its platform promises that nobody sees it. Thread-safe; throws nothing for what a server
 * says or does not say; no secret appears in a message, a log or an exception.
 */
public interface TestsDestinations {

    /**
     * Tries the way to a target, step by step, up to the first that fails. Blocks for at most some 20 seconds, whatever the server does.
     *
     * @param target what {@link StreamProvider#prepare} gave
     * @param rule of every address that is connected to
     */
    ConnectionTest test(PushTarget target, ReachRule rule);
}
