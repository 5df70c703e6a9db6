package dev.livemeter.call;

import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.event.LiveEvent.CallChanged.Step;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the calls of a store to an end that nobody runs any more, and passes on what the meter says of those that run. Thread-safe. */
final class CallKeeper implements CallLane.Keeper {

    private static final Logger log = LoggerFactory.getLogger(CallKeeper.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final int MOST_AT_ONCE = 500;

    private final CallParts parts;
    private final Map<CallId, RunningCall> running;
    private volatile boolean ended;

    CallKeeper(CallParts parts, Map<CallId, RunningCall> running) {
        this.parts = parts;
        this.running = running;
    }

    void begin() {
        parts.scheduler().after(Duration.ZERO, this::look);
    }

    void end() {
        ended = true;
    }

    /** The call of a session, if it runs here. */
    Optional<RunningCall> of(SessionId session) {
        return running.values().stream()
                .filter(call -> session.equals(call.call().session()))
                .findFirst();
    }

    @Override
    public void settled(Session session) {
        var here = of(session.id());
        if (here.isPresent()) {
            here.get().settled(session);
        } else {
            parts.store().of(session.id()).ifPresent(call -> conclude(call, session));
        }
    }

    @Override
    public void orphaned(SessionId session) {
        parts.store().of(session).ifPresent(this::hangUp);
    }

    @Override
    public void changed(SessionId session) {
        of(session).ifPresent(call -> call.changed(Step.RESTRICTED));
    }

    private void look() {
        if (ended) {
            return;
        }
        try {
            lookThrough();
        } catch (RuntimeException e) {
            log.warn("Calls that were left open could not be looked for ({}); trying again.", e.getMessage());
        }
        parts.scheduler().after(LOOK_EVERY, this::look);
    }

    /** All of them, page by page: those of today may be behind hundreds that go on elsewhere. */
    private void lookThrough() {
        CallId last = null;
        while (!ended) {
            var page = parts.store().open(MOST_AT_ONCE, last);
            page.stream().filter(call -> !running.containsKey(call.id())).forEach(this::reconcile);
            if (page.size() < MOST_AT_ONCE) {
                return;
            }
            last = page.get(page.size() - 1).id();
        }
    }

    /** Of another node, or of nobody any more: its session tells, or where there is none its age. */
    private void reconcile(Call call) {
        var id = call.session();
        var session = id == null ? Optional.<Session>empty() : parts.sessions().find(id);
        if (session.isPresent()) {
            if (session.get().state().isOver()) {
                conclude(call, session.get());
            }
            return;
        }
        // Without a session it can only be ringing, or have been about to be accepted.
        var patience = parts.policy().ringFor().plus(LOOK_EVERY);
        if (!now().isBefore(call.invitedAt().plus(patience))) {
            hangUp(call);
            parts.store().update(call.ended(now(), CallEnd.of(Cause.LOST)));
        }
    }

    private void conclude(Call call, Session session) {
        if (session.state().isOver()) {
            hangUp(call);
            parts.store().update(RunningCall.settled(call, session, now()));
        }
    }

    private void hangUp(Call call) {
        var peer = call.calleePeer();
        if (peer != null) {
            parts.network().hangUp(call.callerPeer(), peer);
        }
    }

    private Instant now() {
        return parts.time().instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
