package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.util.Optional;

/** Has nginx open and close pushes of streams that run. Thread-safe. */
interface Pusher {

    /** What came of an order to open a push. */
    enum Outcome {
        /** nginx connects to there now. What comes of that its callbacks tell; of a server that does not answer they tell nothing. */
        ORDERED,
        /** There is no way to where the stream is: it is over, or runs in a worker that is left from before a reload and that no line reaches. */
        NO_LINE,
        /** nginx cannot be reached right now. */
        NOT_NOW
    }

    /** Finds the way to a stream that has just begun, while it is sure to be there. Blocks for some seconds at most. */
    void meet(SessionId session);

    /**
     * Has a stream passed on to there, beside everything that it goes to already. Only for streams that run: blocks for some seconds at most.
     *
     * @param location as {@link Answer.PassTo} has it
     */
    Outcome open(SessionId session, String location);

    /** Somebody names a stream that runs, with a ticket; empty where that is none of ours. A right one is good once. */
    Optional<Answer> redeem(String stream, String ticket);

    /** Orders to end the push of that connection. Returns without waiting; an order can get lost. */
    void close(SessionId session, long client);

    /** The stream is over. */
    void forget(SessionId session);
}
