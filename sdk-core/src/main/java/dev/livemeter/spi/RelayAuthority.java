package dev.livemeter.spi;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who decides for a {@link RelayController}: may this publisher come in, may it go on. Implemented by Livemeter. Thread-safe; calls
 * block on the wallet and the stores, a relay gives them their own threads.
 */
public interface RelayAuthority {

    /**
     * A publisher asks to come in. Each call that is answered with {@code Admitted} opens a session of its own. A session that runs with the same key is ended before: {@link RelayController#disconnect} is
     * called, and its end awaited, within this call.
     *
     * <p>First match wins: MALFORMED, UNKNOWN_KEY, ALREADY_LIVE, NO_DESTINATION, INSUFFICIENT_FUNDS, UNAVAILABLE, admitted.
     */
    Admission publish(PublishRequest request);

    /**
     * A publisher asks to come in and the relay has no room for it, so that nothing is opened: the user is told.
     *
     * <p>First match wins: MALFORMED, UNKNOWN_KEY, UNAVAILABLE.
     *
     * @param why a sentence for people
     */
    default Admission turnAway(PublishRequest request, String why) {
        return new Admission.Refused(Refusal.UNAVAILABLE, why);
    }

    /** Whose stream a session is, for relays that give each user a place; empty where that is not known. */
    default Optional<UserId> ownerOf(SessionId session) {
        return Optional.empty();
    }

    /**
     * Proof that the publisher of a session is still there; every few seconds.
     *
     * @return whether it may go on; on false the relay cuts it off
     */
    boolean alive(SessionId session);

    /**
     * As {@link #alive(SessionId)}, of a publisher that holds its connection and sends nothing: the proof counts as of the moment at which it last sent.
     *
     * @param silent for how long it has sent nothing
     */
    default boolean alive(SessionId session, Duration silent) {
        return alive(session);
    }

    /**
     * As {@link #alive(SessionId)}, where that can be said without waiting for anybody: for relays that hear of thousands in one thread. Returns at once.
     *
     * @return true where it may go on, and this proof counts; on false nothing is known, and {@link #alive} is to be asked
     */
    default boolean tryAlive(SessionId session) {
        return false;
    }

    /**
     * Whether another node of the application has that session now, so that an {@link #alive} that was answered with false is no reason to cut it. Asked by relays that several nodes
     * work with at once.
     */
    default boolean isElsewhere(SessionId session) {
        return false;
    }

    /**
     * How long the publisher of a session may go on without another {@link #alive}: as long as it is paid. For relays that bridge a time
     * in which nobody answers. Zero where it may not, and for an unknown session.
     */
    default Duration paidAhead(SessionId session) {
        return Duration.ZERO;
    }

    /**
     * A publisher that was let in before this application started still sends: its session goes on where it is known. Asked by a relay whose streams outlive the application,
     * once for each of them, after {@link RelayController#open}; an answer {@code UNAVAILABLE} may be asked again.
     *
     * <p>First match wins: MALFORMED, UNKNOWN_KEY, OVER, UNAVAILABLE, admitted, with the session that it had.
     */
    default Admission resume(ResumeRequest request) {
        return new Admission.Refused(Refusal.OVER, "Streams do not go on here when the application was away.");
    }

    /**
     * A destination changed. The first one that is {@code LIVE} starts the meter: from then on something is delivered.
     *
     * @param detail a sentence for people without any secret; may be empty
     */
    void destinationChanged(SessionId session, DestinationId destination, DestinationStatus.State state, String detail);

    /**
     * As {@link #destinationChanged} to {@code RETRYING}, by a relay that knows when it tries again.
     *
     * @param detail a sentence for people without any secret
     * @param next how long until the next attempt
     */
    default void destinationRetries(SessionId session, DestinationId destination, String detail, Duration next) {
        destinationChanged(session, destination, DestinationStatus.State.RETRYING, detail);
    }

    /**
     * A destination that is live takes the stream slower than it comes, or does so no more. For people; changes nothing.
     *
     * @param behind what waits for it is worth so much of the stream; zero when it keeps up again
     */
    default void destinationLags(SessionId session, DestinationId destination, Duration behind) {}

    /** What the encoder of a session sends, when it is known or has changed, every few seconds at most. For people; changes nothing. */
    default void streamSeen(SessionId session, StreamFormat format) {}

    /**
     * The relay cannot carry a session any longer: its end is ordered, with a reason for people, and {@link RelayController#disconnect} follows. Idempotent; an unknown or ended session is ignored.
     *
     * @param reason a few words that fit behind a colon, without a full stop
     */
    default void stop(SessionId session, String reason) {}

    /** A host of a relay that has several came into another state. For people; changes nothing. */
    default void hostChanged(RelayHostStatus status) {}

    /**
     * The publisher of a session is gone; also where the answer to {@link #publish} came too late to let it in. Later reports of the session
     * are ignored.
     *
     * @param cause {@code LEFT} counts time up to this call, {@code LOST} and {@code SILENT} up to the last proof of life
     */
    void ended(SessionId session, EndCause cause);

    /** How a publisher went. */
    enum EndCause {
        /** The relay saw it go, or cut it off itself. */
        LEFT,
        /** The relay or its reports broke off; when the publisher went is not known. */
        LOST,
        /** It held its connection and sent nothing any more, until it was dropped or gave up. Told after {@link #alive(SessionId, Duration)}. */
        SILENT
    }

    /**
     * A wish to publish.
     *
     * @param streamKey as the encoder sent it; anything at all may stand in it
     * @param remoteAddress of the encoder, for logs and events
     */
    record PublishRequest(Secret streamKey, String remoteAddress) {}

    /**
     * A publisher from before.
     *
     * @param streamKey as the encoder sent it
     * @param remoteAddress of the encoder
     * @param age how long ago it was let in, by the relay's clock, cut to whole seconds
     * @param goesTo whether the relay passes the stream on to a target at this moment
     */
    record ResumeRequest(Secret streamKey, String remoteAddress, Duration age, Predicate<PushTarget> goesTo) {}

    /** One destination of an admitted session. */
    record Push(DestinationId destination, PushTarget target) {}

    /** The answer to a wish to publish. */
    sealed interface Admission {

        /**
         * Let it in and pass it on.
         *
         * @param pushes in the user's order
         */
        record Admitted(SessionId session, List<Push> pushes) implements Admission {
            public Admitted {
                pushes = List.copyOf(pushes);
            }
        }

        /**
         * Turn it away.
         *
         * @param message a sentence for people
         */
        record Refused(Refusal reason, String message) implements Admission {}
    }

    /** Why a publisher is turned away. */
    enum Refusal {
        /** What was sent cannot be a stream key. */
        MALFORMED(403),
        /** No such key, or it was revoked. */
        UNKNOWN_KEY(403),
        /** The user streams already, as often as is allowed. */
        ALREADY_LIVE(409),
        /** There is nowhere to pass the stream on to. */
        NO_DESTINATION(422),
        /** The session that the publisher had is over; it may publish anew. */
        OVER(410),
        /** The wallet does not cover the least amount. */
        INSUFFICIENT_FUNDS(402),
        /** It could not be decided: the wallet or a store did not answer, or Livemeter is closing. */
        UNAVAILABLE(503);

        private final int httpStatus;

        Refusal(int httpStatus) {
            this.httpStatus = httpStatus;
        }

        /** The status (RFC 9110; 402 as commonly used) for relays that ask over HTTP. */
        public int httpStatus() {
            return httpStatus;
        }
    }
}
