package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.call.Elsewhere.Fact;
import dev.livemeter.call.Elsewhere.Statement;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where each call is: the ones that run here, and which other node is asked about the others. Thread-safe. */
final class KnownCalls {

    /** How long a call that is over is told from memory. */
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    private final CallParts parts;
    private final CallNodes nodes;
    private final Occupancy occupancy;
    private final Map<CallId, RunningCall> running;
    private final CallWatchers watchers = new CallWatchers();

    /**
     * Those that run here.
     *
     * @param running shared with whoever else looks into them
     */
    KnownCalls(CallParts parts, CallNodes nodes, Occupancy occupancy, Map<CallId, RunningCall> running) {
        this.parts = parts;
        this.nodes = nodes;
        this.occupancy = occupancy;
        this.running = running;
    }

    CallWatchers watchers() {
        return watchers;
    }

    /** A call of that user that runs here; null where another node may be asked for it. */
    @Nullable
    RunningCall here(String user, CallId id) {
        var call = running.get(id);
        if (call == null && nodes.areThere()) {
            return null;
        }
        if (call == null || !call.call().isOf(UserId.of(user))) {
            throw unknown(user, id);
        }
        return call;
    }

    /** There is no such call of theirs. */
    static LivemeterException unknown(String user, CallId id) {
        return new LivemeterException(
                "call.unknown", "There is no call " + id + " of " + user + " that goes on; look at the history.");
    }

    /** Asks the node that runs it. */
    CallAnswer elsewhere(Question question) {
        if (!isElsewhere(question.call(), question.user())) {
            throw unknown(question.user(), question.call());
        }
        return nodes.ask(question).orElseThrow(() -> unknown(question.user(), question.call()));
    }

    /** Whether another node is known to run it, or it is a call that somebody must be running. */
    private boolean isElsewhere(CallId id, String user) {
        return nodes.areThere()
                && nodes.runs(id, UserId.of(user))
                        .orElseGet(() -> parts.store()
                                .find(id)
                                .filter(call -> call.isOf(UserId.of(user)))
                                .filter(call -> !call.state().isOver())
                                .isPresent());
    }

    /** A call that another node runs, or that is not long over. */
    Call stored(String user, CallId id) {
        return parts.store()
                .find(id)
                .filter(call -> call.isOf(UserId.of(user)))
                .filter(call -> isElsewhere(id, user) || isRecent(call))
                .orElseThrow(() -> unknown(user, id));
    }

    private boolean isRecent(Call call) {
        var endedAt = call.endedAt();
        return endedAt != null
                && Duration.between(endedAt, parts.time().instant()).compareTo(REMEMBERED) < 0;
    }

    /** Tells whoever waits for news of a call, here and on other nodes. */
    void changed(Call call) {
        watchers.changed(call);
        nodes.changed(() -> Optional.ofNullable(running.get(call.id())).map(now -> Statement.of(now.call())));
    }

    /** Nobody is busy with a call any more; it is told from memory for a while. */
    void release(Call call) {
        occupancy.release(call);
        parts.scheduler().after(REMEMBERED, () -> forget(call.id()));
    }

    private void forget(CallId id) {
        var call = running.get(id);
        if (call != null && call.isSettled() && running.remove(id, call)) {
            nodes.ends(Fact.of(call.call()), () -> running.containsKey(id));
        }
    }

    // What is seen

    /** A call as that user sees it; for some time after its end too. Empty where it is not theirs. */
    Optional<CallStatus> status(String user, CallId id) {
        var viewer = UserId.of(user);
        var here = running.get(id);
        if (here == null) {
            return isElsewhere(id, user) ? nodes.status(viewer, id) : Optional.empty();
        }
        return Optional.of(here).filter(call -> call.call().isOf(viewer)).map(call -> call.status(viewer));
    }

    /** The call that a user is in, or is asked for. */
    Optional<CallStatus> current(String user) {
        var who = UserId.of(user);
        var here = occupancy.callOf(who);
        if (here == null) {
            return nodes.current(who);
        }
        var status = status(user, here.call().id());
        // A call that they are in matters more to them than one that rings here.
        return here.call().state() == CallState.RINGING && nodes.hasAccepted(who)
                ? nodes.current(who).or(() -> status)
                : status;
    }
}
