package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.call.CallWire.Wish;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls that somebody else ends: an operator, or whoever parts two people. They are ended wherever they run. Thread-safe. */
final class CallOrders {

    private static final Logger log = LoggerFactory.getLogger(CallOrders.class);
    private static final Duration END_AGAIN = Duration.ofSeconds(3);

    private final CallParts parts;
    private final CallLane lane;
    private final CallNodes nodes;
    private final Map<CallId, RunningCall> running;
    private volatile boolean closing;

    CallOrders(CallParts parts, CallLane lane, CallNodes nodes, Map<CallId, RunningCall> running) {
        this.parts = parts;
        this.lane = lane;
        this.nodes = nodes;
        this.running = running;
    }

    /** From now on other nodes are not asked again. */
    void close() {
        closing = true;
    }

    /** Ends a call, wherever it runs; whether it went on. */
    boolean end(CallId id, String reason) {
        var call = running.get(id);
        if (call == null && nodes.callee(id).isPresent()) {
            return nodes.ask(new Question(Wish.END, id, "", reason, 0, false))
                    .filter(answer -> answer instanceof CallAnswer.Done)
                    .isPresent();
        }
        if (call == null || call.call().state().isOver()) {
            return false;
        }
        call.end(new CallEnd(Cause.STOPPED, null, reason));
        return true;
    }

    /** Ends what two people have with each other. */
    void part(String viewer, String broadcaster, String reason) {
        var one = UserId.of(viewer);
        var other = UserId.of(broadcaster);
        running.values().stream()
                .filter(call -> call.call().isOf(one) && call.call().isOf(other))
                .forEach(call -> call.end(new CallEnd(Cause.STOPPED, null, reason)));
        nodes.of(one).stream()
                .filter(id -> nodes.runs(id, other).orElse(false))
                .forEach(id -> endElsewhere(id, reason));
    }

    /** Ends whatever call somebody is in, and sends their clients away with that sentence. */
    void partFromAll(String user, String reason, String sentence) {
        var who = UserId.of(user);
        running.values().stream()
                .filter(call -> call.call().isOf(who))
                .forEach(call -> call.end(new CallEnd(Cause.STOPPED, null, reason)));
        nodes.of(who).forEach(id -> endElsewhere(id, reason));
        lane.present(who).forEach(peer -> parts.network().dismiss(peer, sentence));
    }

    /** For as long as its node is believed to be there. */
    private void endElsewhere(CallId id, String reason) {
        if (nodes.callee(id).isEmpty() || closing) {
            return;
        }
        try {
            nodes.ask(new Question(Wish.END, id, "", reason, 0, false));
        } catch (LivemeterException e) {
            log.debug("The call {} is to end, and its node does not answer; trying again.", id);
            parts.scheduler().after(END_AGAIN, () -> endElsewhere(id, reason));
        }
    }
}
