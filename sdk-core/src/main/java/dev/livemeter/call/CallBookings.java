package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NoAnswerException;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeWire;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of several calls that begin in one moment has a person: the node that the person's client is connected to says so, for all nodes. It remembers it for no longer than it takes until all
 * have heard that the call rings. Thread-safe.
 */
final class CallBookings {

    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private final @Nullable NodeLine line;
    private final TimeSource time;
    private final Function<UserId, Optional<PeerId>> clientOf;
    private final BiPredicate<UserId, CallId> isInAnother;
    private final Map<UserId, Booking> here = new HashMap<>();

    private record Booking(CallId call, long nanos) {}

    /**
     * Bookings where nobody is booked.
     *
     * @param clientOf the client of a person whose node decides; the same on all nodes
     * @param isInAnother whether another call has that person, as far as is known here
     */
    CallBookings(
            @Nullable NodeLine line,
            TimeSource time,
            Function<UserId, Optional<PeerId>> clientOf,
            BiPredicate<UserId, CallId> isInAnother) {
        this.line = line;
        this.time = time;
        this.clientOf = clientOf;
        this.isInAnother = isInAnother;
    }

    /** Begins to decide for other nodes; where there are any. */
    void begin() {
        if (line == null) {
            return;
        }
        line.serve(new NodeExchange.Service() {
            @Override
            public void asked(byte[] question, Consumer<byte[]> answer) {
                NodeWire.read(question, in -> {
                    var isBooked = take(UserId.of(in.readUTF()), new CallId(in.readUTF()));
                    answer.accept(new byte[] {(byte) (isBooked ? 1 : 0)});
                    return true;
                });
            }

            @Override
            public void heard(String node, byte[] news) {
                NodeWire.read(news, in -> {
                    let(new CallId(in.readUTF()));
                    return true;
                });
            }
        });
    }

    /**
     * Books both, or neither.
     *
     * @return who is in another call; empty where both are booked
     * @throws LivemeterException {@code call.node_unreachable}, and then nobody is booked
     */
    Optional<UserId> book(Call call) {
        // In one order everywhere, so that of two who call each other one succeeds.
        var both = Stream.of(call.caller(), call.callee())
                .sorted((one, other) -> one.value().compareTo(other.value()))
                .toList();
        var booked = false;
        try {
            var taken = both.stream().filter(user -> !isBooked(user, call.id())).findFirst();
            booked = taken.isEmpty();
            return taken;
        } finally {
            if (!booked) {
                free(call.id());
            }
        }
    }

    private boolean isBooked(UserId user, CallId call) {
        var node =
                line == null ? null : clientOf.apply(user).flatMap(line::nodeOf).orElse(null);
        if (line == null || node == null) {
            return take(user, call);
        }
        try {
            return line.ask(node, NodeWire.written(out -> {
                        out.writeUTF(user.value());
                        out.writeUTF(call.value());
                    }))[0]
                    == 1;
        } catch (NoAnswerException e) {
            throw new LivemeterException(
                    "call.node_unreachable",
                    "The node that " + user
                            + " is connected to does not answer now; nothing was begun, try again in a moment.",
                    true,
                    e);
        }
    }

    private boolean take(UserId user, CallId call) {
        if (isInAnother.test(user, call)) {
            return false;
        }
        synchronized (here) {
            var now = time.nanoTime();
            here.values().removeIf(booking -> now - booking.nanos() > REMEMBERED.toNanos());
            var before = here.putIfAbsent(user, new Booking(call, now));
            return before == null || before.call().equals(call);
        }
    }

    /** The two are free for other calls, as far as this one goes. Idempotent. */
    void free(CallId call) {
        let(call);
        if (line != null) {
            line.tell(NodeWire.written(out -> out.writeUTF(call.value())));
        }
    }

    private void let(CallId call) {
        synchronized (here) {
            here.values().removeIf(booking -> booking.call().equals(call));
        }
    }
}
