package dev.livemeter.destination;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries whether a stream would reach a destination, without one, and without going live. What is tried is the way from this process; where the relay is on another
 * machine, its own way may differ. Thread-safe.
 */
public final class DestinationTests {

    private static final Logger log = LoggerFactory.getLogger(DestinationTests.class);

    /** Each holds a thread of the caller for seconds, and opens a connection that a user chose the address of. */
    private static final int AT_A_TIME = 8;

    private final Destinations destinations;
    private final @Nullable RelayController relay;
    private final Predicate<DestinationId> onAir;
    private final Semaphore room = new Semaphore(AT_A_TIME);
    private final Set<UserId> busy = ConcurrentHashMap.newKeySet();

    /**
     * The tests of destinations.
     *
     * @param relay whose rules hold; null where there is none
     * @param onAir whether a stream of this process goes to a destination now
     */
    public DestinationTests(
            Destinations destinations, @Nullable RelayController relay, Predicate<DestinationId> onAir) {
        this.destinations = destinations;
        this.relay = relay;
        this.onAir = onAir;
    }

    /**
     * Tries the way to a destination. Blocks for at most some 20 seconds. Changes nothing, here or there.
     *
     * @throws LivemeterException first match wins: {@code destination.unknown} if the user has none of that id; {@code destination.no_test} if its platform has no
     *     test, or it goes by an account; {@code destination.on_air} if a stream goes there now, which a test could disturb; {@code destination.test_running} if another one of that user
     *     runs; {@code destination.tests_busy}, retryable, if too many do
     */
    public ConnectionTest run(String user, DestinationId id) {
        var owner = UserId.of(user);
        var saved = destinations.of(user).stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new LivemeterException(
                        "destination.unknown", "There is no destination " + id + " of that user."));
        var name = saved.destination().name();
        if (saved.destination().account() != null) {
            throw new LivemeterException(
                    "destination.no_test",
                    "The connection to '" + name
                            + "' cannot be tested, as its platform says only for a stream where that one is to go; start one to see.");
        }
        var provider = destinations.provider(saved.destination().platform()).orElse(null);
        if (!(provider instanceof TestsDestinations tester)) {
            throw new LivemeterException(
                    "destination.no_test",
                    "The connection to '" + name
                            + "' cannot be tested, as its platform offers no test here; start a stream to see.");
        }
        if (onAir.test(id)) {
            throw new LivemeterException(
                    "destination.on_air",
                    "A stream goes to '" + name + "' now, which a test could disturb; its state tells how it fares.");
        }
        if (!busy.add(owner)) {
            throw new LivemeterException(
                    "destination.test_running", "Another test of that user runs; wait some seconds for its end.");
        }
        try {
            if (!room.tryAcquire()) {
                throw new LivemeterException(
                        "destination.tests_busy",
                        AT_A_TIME + " tests of destinations run, which is the limit; try again in some seconds.",
                        true,
                        null);
            }
            try {
                return run(provider, tester, saved.destination());
            } finally {
                room.release();
            }
        } finally {
            busy.remove(owner);
        }
    }

    private ConnectionTest run(StreamProvider provider, TestsDestinations tester, Destination destination) {
        try {
            return provider.prepare(destination)
                    .fold(
                            target -> run(tester, target),
                            notReady -> ConnectionTest.failedAt(Kind.PREPARATION, notReady.message()));
        } catch (RuntimeException e) {
            log.error("The provider {} failed to test a destination.", provider.name(), e);
            return ConnectionTest.failedAt(Kind.PREPARATION, provider.displayName() + " could not be tested.");
        }
    }

    private ConnectionTest run(TestsDestinations tester, PushTarget target) {
        if (relay == null) {
            return tester.test(target, (address, port) -> PublicAddresses.objectionTo(address));
        }
        return relay.objectionTo(target)
                .map(objection -> ConnectionTest.failedAt(Kind.PREPARATION, objection))
                .orElseGet(() -> tester.test(target, relay::objectionTo));
    }
}
