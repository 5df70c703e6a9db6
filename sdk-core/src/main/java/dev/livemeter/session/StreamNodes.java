package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.node.NodeWire;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.time.Scheduler;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is asked of this node to the one that has the session, and what is told here to all, where several nodes share a relay. The node that has a session carries the order out; what is told
 * and lost is noticed where that node looks by itself. Thread-safe.
 */
final class StreamNodes implements NodeExchange.Service {

    private static final Logger log = LoggerFactory.getLogger(StreamNodes.class);

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** While an encoder waits: for the end of what runs there, and for the way. */
    private static final Duration TAKE_OVER_PATIENCE = TakeOvers.ENDS_WITHIN.plusMillis(300);

    private static final byte[] NOT_HERE = {};
    private static final int DONE = 1;
    private static final int FAILED = 2;

    /** What can be asked of the node that has a session. */
    enum Order {
        STOP,
        TAKE_OVER,
        RETRY_DESTINATION,
        STOP_DESTINATION,
        START_DESTINATION
    }

    /** What every node hears. */
    enum News {
        TOPPED_UP,
        DESTINATIONS_CHANGED,
        KEY_REVOKED,
        ACCOUNT_DISCONNECTED
    }

    /** Who carries it out here; nothing of it is passed on to other nodes. */
    interface Here {

        /** Whether the session runs here, and so ends now. */
        boolean stop(SessionId session, String by, String reason);

        /**
         * Whether the session ran here with that key, and is over now. Blocks until it is, for a second at most.
         *
         * @throws LivemeterException {@code stream.not_taken_over}
         */
        boolean takeOver(SessionId session, StreamKeyId key, String remoteAddress);

        /** Whether the session runs here, and so did that. */
        boolean destination(Order order, SessionId session, DestinationId destination);

        void toppedUp(UserId user);

        void destinationsChanged(UserId user);

        void keyRevoked(StreamKeyId key);

        void disconnected(AccountId account);
    }

    private final NodeExchange exchange;
    private final Scheduler scheduler;
    private final Here here;

    StreamNodes(NodeExchange exchange, Scheduler scheduler, Here here) {
        this.exchange = exchange;
        this.scheduler = scheduler;
        this.here = here;
        exchange.serve(this);
    }

    /**
     * Asks all other nodes, of which the one that has the session answers. Blocks, for some seconds at most. May be repeated.
     *
     * @return whether it was carried out; not where nobody has it, or nobody answered
     * @throws LivemeterException what the other node threw
     */
    boolean ask(Order order, SessionId session, String one, String other) {
        return ask(words(order.name(), session.value(), one, other), session, PATIENCE);
    }

    /**
     * Has the node that has a session end it, for an encoder that comes here with the same key. Blocks, for little more than a second at most. May be repeated.
     *
     * @return whether it is over; not known where nobody has it, or nobody answered
     * @throws LivemeterException {@code stream.not_taken_over}
     */
    boolean takeOver(SessionId session, StreamKeyId key, String remoteAddress) {
        return ask(
                words(Order.TAKE_OVER.name(), session.value(), key.value(), remoteAddress),
                session,
                TAKE_OVER_PATIENCE);
    }

    private boolean ask(byte[] question, SessionId session, Duration patience) {
        try {
            var answer =
                    exchange.ask(null, question).toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return read(answer);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("No other node answered what was asked of session {}: {}.", session, e.toString());
            return false;
        } catch (UncheckedIOException e) {
            throw new LivemeterException(
                    "session.elsewhere", "Another node answered what cannot be read; ask again.", true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void tell(News news, String about) {
        exchange.tell(words(news.name(), about));
    }

    @Override
    public void asked(byte[] question, Consumer<byte[]> answer) {
        scheduler.after(Duration.ZERO, () -> answer.accept(carriedOut(question)));
    }

    @Override
    public void heard(String node, byte[] news) {
        scheduler.after(Duration.ZERO, () -> take(news));
    }

    private byte[] carriedOut(byte[] question) {
        try {
            return NodeWire.read(question, this::carryOut) ? new byte[] {DONE} : NOT_HERE;
        } catch (LivemeterException refused) {
            return NodeWire.written(out -> {
                out.writeByte(FAILED);
                NodeWire.write(refused, out);
            });
        } catch (RuntimeException e) {
            log.warn("What another node asked could not be carried out: {}.", e.toString());
            return NOT_HERE;
        }
    }

    private boolean carryOut(DataInputStream in) throws IOException {
        var order = Order.valueOf(in.readUTF());
        var session = new SessionId(in.readUTF());
        var one = in.readUTF();
        var other = in.readUTF();
        return switch (order) {
            case STOP -> here.stop(session, one, other);
            case TAKE_OVER -> here.takeOver(session, new StreamKeyId(one), other);
            case RETRY_DESTINATION, STOP_DESTINATION, START_DESTINATION ->
                here.destination(order, session, new DestinationId(one));
        };
    }

    private static boolean read(byte[] answer) {
        return answer.length > 0
                && NodeWire.read(answer, in -> {
                    var result = in.readByte();
                    if (result == FAILED) {
                        throw NodeWire.failure(in);
                    }
                    return result == DONE;
                });
    }

    private void take(byte[] told) {
        try {
            follow(NodeWire.read(told, in -> new Told(News.valueOf(in.readUTF()), in.readUTF())));
        } catch (RuntimeException e) {
            log.warn("What another node told could not be followed: {}.", e.toString());
        }
    }

    private record Told(News news, String about) {}

    private void follow(Told told) {
        switch (told.news()) {
            case TOPPED_UP -> here.toppedUp(UserId.of(told.about()));
            case DESTINATIONS_CHANGED -> here.destinationsChanged(UserId.of(told.about()));
            case KEY_REVOKED -> here.keyRevoked(new StreamKeyId(told.about()));
            case ACCOUNT_DISCONNECTED -> here.disconnected(new AccountId(told.about()));
            default -> throw new IllegalStateException();
        }
    }

    private static byte[] words(String... texts) {
        return NodeWire.written(out -> {
            for (var text : texts) {
                out.writeUTF(text);
            }
        });
    }
}
