package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.InviteResult.Reason;
import dev.livemeter.call.InviteResult.Refused;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeLines;
import dev.livemeter.peer.PeerId;
import dev.livemeter.time.TimeSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which call has whom: a person rings or talks in one at a time, on all nodes together. A call takes both of its people when it begins to ring, and once more when it is accepted, as two nodes may each have let one ring in
 * the same moment. Thread-safe.
 */
final class Occupancy {

    private static final Logger log = LoggerFactory.getLogger(Occupancy.class);

    private final Map<CallId, RunningCall> running;
    private final CallNodes nodes;
    private final CallBookings bookings;
    private final CallBookings acceptances;
    private final Map<UserId, CallId> busy = new ConcurrentHashMap<>();

    /**
     * Nobody is in a call yet.
     *
     * @param running the calls of this node
     * @param lines to the other nodes; null where there are none
     * @param clientOf the client of a person whose node decides between calls that begin in one moment; the same on all nodes
     */
    Occupancy(
            Map<CallId, RunningCall> running,
            CallNodes nodes,
            @Nullable NodeLines lines,
            TimeSource time,
            Function<UserId, Optional<PeerId>> clientOf) {
        this.running = running;
        this.nodes = nodes;
        this.bookings =
                new CallBookings(lines == null ? null : lines.line("call.bookings"), time, clientOf, this::isInAnother);
        // What was accepted longer ago is known here, and its node is asked before.
        this.acceptances = new CallBookings(
                lines == null ? null : lines.line("call.acceptances"), time, clientOf, (user, call) -> false);
    }

    /** Begins to decide for other nodes. */
    void begin() {
        bookings.begin();
        acceptances.begin();
    }

    /** The call of this node that has that person. */
    @Nullable
    RunningCall callOf(UserId user) {
        var id = busy.get(user);
        return id == null ? null : running.get(id);
    }

    /** Why one of the two cannot be in another call now, as far as is known here. */
    Optional<Refused> objection(UserId caller, UserId callee) {
        return objection(
                caller,
                callee,
                user -> busy.containsKey(user) || nodes.current(user).isPresent());
    }

    private static Optional<Refused> objection(UserId caller, UserId callee, Predicate<UserId> isInCall) {
        if (isInCall.test(caller)) {
            return Optional.of(new Refused(Reason.ALREADY_IN_CALL, "You are in another call; end it first."));
        }
        return isInCall.test(callee)
                ? Optional.of(new Refused(Reason.BUSY, callee + " is in another call; try again later."))
                : Optional.empty();
    }

    /**
     * Takes both people of a call that is to ring, or neither. May ask another node, and wait for it.
     *
     * @return why they cannot be taken; empty where they are
     * @throws LivemeterException {@code call.node_unreachable}, and neither is taken
     */
    Optional<Refused> take(Call call) {
        // Other nodes are asked first, as that takes its time.
        var taken = objection(call.caller(), call.callee());
        if (taken.isPresent()) {
            return taken;
        }
        synchronized (busy) {
            taken = objection(call.caller(), call.callee(), busy::containsKey);
            if (taken.isPresent()) {
                return taken;
            }
            busy.put(call.caller(), call.id());
            busy.put(call.callee(), call.id());
        }
        // Another node may be just as far, and cannot be seen yet.
        var isBooked = false;
        try {
            var other = bookings.book(call);
            isBooked = other.isEmpty();
            return other.flatMap(user -> objection(call.caller(), call.callee(), user::equals));
        } finally {
            if (!isBooked) {
                letGo(call);
            }
        }
    }

    /** The call has nobody any more. Idempotent. */
    void release(Call call) {
        letGo(call);
        bookings.free(call.id());
        acceptances.free(call.id());
    }

    private void letGo(Call call) {
        synchronized (busy) {
            busy.remove(call.caller(), call.id());
            busy.remove(call.callee(), call.id());
        }
    }

    private boolean isInAnother(UserId user, CallId call) {
        var own = busy.get(user);
        // One that does not ring yet has to be booked itself.
        return (own != null && !own.equals(call) && running.containsKey(own)) || nodes.hasAccepted(user);
    }

    /**
     * Takes both people of a call that is to be accepted, before another one that rings does. Asks other nodes. What does not come to be accepted is {@linkplain #unaccepted told}.
     *
     * @return who of the two talks in another call; empty where this one has them both
     */
    Optional<UserId> accepting(Call call) {
        return Stream.of(call.callee(), call.caller())
                .filter(user -> isTalking(user, call.id()))
                .findFirst()
                .or(() -> isBeingAccepted(call));
    }

    /** A call that took its two people for being accepted was not. */
    void unaccepted(Call call) {
        acceptances.free(call.id());
    }

    /** Who of the two is just being taken by another call, on a node that cannot be seen yet. */
    private Optional<UserId> isBeingAccepted(Call call) {
        try {
            return acceptances.book(call);
        } catch (LivemeterException unreachable) {
            log.info("Whether another call has one of the two of call {} was not told; it is accepted.", call.id());
            return Optional.empty();
        }
    }

    private boolean isTalking(UserId user, CallId butFor) {
        return running.values().stream()
                        .map(RunningCall::call)
                        .filter(other -> other.isOf(user) && !other.id().equals(butFor))
                        .anyMatch(other -> other.state() != CallState.RINGING
                                && !other.state().isOver())
                || nodes.isTalking(user, butFor);
    }
}
