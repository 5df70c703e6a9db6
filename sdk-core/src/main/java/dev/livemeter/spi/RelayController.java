package dev.livemeter.spi;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.PublicAddresses;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The media side of the relay lane: takes publishers in and passes their streams on. It decides nothing; it asks a
 * {@link RelayAuthority} and obeys.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code RelayControllerContract}, numbered in {@code docs/contracts/relay.md}): no
 * publisher gets in without an {@link RelayAuthority.Admission.Admitted}; every admitted session is reported to
 * {@link RelayAuthority#ended} exactly once, whatever happens to it; a relay that cannot reach its authority lets nobody in. Thread-safe. Stream keys and
 * push targets never appear in logs, files or exceptions.
 */
public interface RelayController extends AutoCloseable {

    /**
     * Begins to take publishers. Called once, and again only where it threw.
     *
     * @return where encoders publish to
     * @throws dev.livemeter.LivemeterException {@code relay.*} if the relay cannot start: what was found, what is needed, what to do
     */
    Ingest open(RelayAuthority authority);

    /**
     * Orders the publisher of a session to be cut off and its destinations to be closed. Returns without waiting; {@link RelayAuthority#ended}
     * follows within a few seconds, normally at once. Idempotent; an unknown or ended session is ignored.
     */
    void disconnect(SessionId session);

    /**
     * From now on the session goes to exactly these. One that it goes to already, by the same id to an equal target, is not disturbed; one whose target changed is
     * closed and opened anew; one that is missing is closed, and nothing more is reported of it; a new one is opened. One for which there is no room is reported as
     * {@code FAILED}. Returns without waiting for any server. Idempotent; an unknown or ended session is ignored.
     *
     * @param pushes each destination once, in the user's order; none closes all, and the publisher stays
     */
    void pushTo(SessionId session, List<Push> pushes);

    /**
     * Does not wait any longer with the next attempt at a destination, and counts its failures anew. Returns without waiting. Idempotent; ignored where the destination
     * connects or is live, and where session or destination are unknown.
     */
    void retryNow(SessionId session, DestinationId destination);

    /**
     * What went to the destinations of a session lately, as far as the relay knows; for people, never for money. May block on the relay for at most
     * some seconds. Empty where nothing is known.
     */
    default List<DestinationTraffic> traffic(SessionId session) {
        return List.of();
    }

    /** Whether streams with that codec, such as {@code H264} or {@code AAC}, are passed on. */
    default boolean carries(String codec) {
        return true;
    }

    /**
     * Why this relay could never push to that target, in a sentence for people; empty if it could. Looks at the form only,
     * without network.
     */
    Optional<String> objectionTo(PushTarget target);

    /**
     * Why this relay would not push to that address, in a sentence for people that does not hold it; empty if it would. Pure. Public addresses alone unless overridden, as
     * users enter them.
     */
    default Optional<String> objectionTo(InetAddress address, int port) {
        return PublicAddresses.objectionTo(address);
    }

    /**
     * Whether its streams go on while this application is away, and how soon after {@link #open} those that did show up: each by one
     * {@link RelayAuthority#resume}. Zero where they end with the application. Always the same.
     */
    default Duration resumesWithin() {
        return Duration.ZERO;
    }

    /**
     * How much longer than that those streams are to be waited for, from now on, as this relay cannot or could not hear of them: asked when {@link #resumesWithin()} is over, and again
     * after each answer, until it is zero. While nothing is heard it is positive for as long as streams may go on unheard, and no longer.
     */
    default Duration resumesLater() {
        return Duration.ZERO;
    }

    /**
     * Whether it works right now, and how busy it is, for those who choose among relays. Changes nothing; may block on the relay for at most some seconds.
     */
    default RelayHealth health() {
        return RelayHealth.up();
    }

    /**
     * Where encoders publish to now, where that is another address than {@link #open} told: a relay that may choose its port has to choose another one where a different program took
     * it while the relay was down. Empty where it is the same. Returns at once.
     */
    default Optional<Ingest> movedTo() {
        return Optional.empty();
    }

    /** How this node reaches the others that work with the same relay at the same time; empty where there are none. Always the same. */
    default Optional<NodeExchange> nodes() {
        return Optional.empty();
    }

    /**
     * Stops taking publishers, cuts those there are, reports each as ended; where they go on without the application ({@link #resumesWithin()}), leaves them and
     * reports nothing any more. Idempotent; waits for what it stopped.
     */
    @Override
    void close();
}
