package dev.livemeter.session;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastKeeper;
import dev.livemeter.broadcast.BroadcastStatus;
import dev.livemeter.broadcast.BroadcastWatcher;
import dev.livemeter.broadcast.HostingResult;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.event.LiveEvent.StreamWarned;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Preparations.Prepared;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destinations that are connected accounts: has their platforms asked once a stream was let in, tells the stream what came of it, and has ended there what the stream goes to no more. No platform is
 * asked in the thread of a caller. Thread-safe.
 */
final class HostedRoutes implements BroadcastWatcher {

    private static final Logger log = LoggerFactory.getLogger(HostedRoutes.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Takes what came of asking. */
    @FunctionalInterface
    interface Outcome {
        void prepared(SessionId session, RelayedStream stream, SavedDestination asked, Prepared prepared);
    }

    /** One destination of a stream whose platform is being asked. */
    private record Question(SessionId session, DestinationId destination) {}

    private final @Nullable BroadcastKeeper keeper;
    private final Preparations preparations;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Events events;
    private final Outcome outcome;
    private final Map<SessionId, RelayedStream> streams = new ConcurrentHashMap<>();
    private final Set<Question> questions = ConcurrentHashMap.newKeySet();

    /**
     * Those of a relay.
     *
     * @param keeper null where no platform is asked
     */
    HostedRoutes(
            @Nullable BroadcastKeeper keeper,
            Preparations preparations,
            TimeSource time,
            Scheduler scheduler,
            Events events,
            Outcome outcome) {
        this.keeper = keeper;
        this.preparations = preparations;
        this.time = time;
        // A host's own threads may be few, and platforms hang.
        this.scheduler = keeper == null ? scheduler : keeper.scheduler();
        this.events = events;
        this.outcome = outcome;
        if (keeper != null) {
            keeper.tell(this);
        }
    }

    /** Where a stream goes on that ran while the application was away, as its platforms were asked then. Blocks on the store. */
    Map<DestinationId, HostingResult.Ready> before(SessionId session, UserId owner, List<SavedDestination> chosen) {
        return keeper == null ? Map.of() : keeper.takeUp(session, owner, chosen);
    }

    /** It does not go on here. Returns at once. Idempotent. */
    void notResumed(SessionId session) {
        if (keeper != null) {
            keeper.forget(session);
        }
    }

    /** An account is about to be disconnected; the streams here do not go there any more. Blocks on store and platform. */
    void disconnecting(UserId owner, AccountId account) {
        if (keeper != null) {
            keeper.disconnecting(owner, account);
        }
    }

    /** A stream was let in, or goes on. Returns at once. */
    void began(SessionId session, RelayedStream stream) {
        if (keeper != null) {
            streams.put(session, stream);
            keeper.began(session, stream.user());
            follow(session, stream);
        }
    }

    /** A stream may go elsewhere now. Returns at once. */
    void follow(SessionId session, RelayedStream stream) {
        if (keeper == null || streams.get(session) != stream) {
            return;
        }
        // Of two that follow at once the second sees what the first saw, or more: what was opened in between is not
        // taken for gone.
        stream.following().lock();
        try {
            follow(session, stream, keeper);
        } finally {
            stream.following().unlock();
        }
    }

    private void follow(SessionId session, RelayedStream stream, BroadcastKeeper asked) {
        var goesTo = new HashSet<DestinationId>();
        for (var route : stream.routes()) {
            var id = route.saved().id();
            if (route.push() != null || route.mayStillGo()) {
                goesTo.add(id);
            }
            var question = new Question(session, id);
            if (route.push() == null && route.isPreparing() && questions.add(question)) {
                scheduler.after(Duration.ZERO, () -> ask(asked, question, stream, route.saved()));
            }
        }
        asked.goesTo(session, goesTo);
    }

    private void ask(BroadcastKeeper asked, Question question, RelayedStream stream, SavedDestination saved) {
        final Prepared prepared;
        try {
            prepared = answer(asked, question, saved);
        } catch (RuntimeException e) {
            log.warn("A platform was not asked for session {}: {}", question.session(), e.getMessage());
            tell(
                    question,
                    stream,
                    saved,
                    new Prepared.Failed(true, "It could not be noted what the platform was to be asked."));
            return;
        }
        tell(question, stream, saved, prepared);
    }

    /** What the stream is to be told; null where it does not want it any more. */
    private @Nullable Prepared answer(BroadcastKeeper asked, Question question, SavedDestination saved) {
        var destination = saved.destination();
        var account = destination.account();
        if (account == null) {
            return null;
        }
        var result = asked.open(
                question.session(), question.destination(), destination.platform(), account, destination.name());
        if (result instanceof HostingResult.Ready ready) {
            return preparations.ready(saved.id(), ready.target(), ready.status());
        }
        return result instanceof HostingResult.Failed failed
                ? new Prepared.Failed(
                        failed.trouble().retryable(),
                        failed.trouble().message(),
                        failed.trouble().retryAfter())
                : null;
    }

    private void tell(Question question, RelayedStream stream, SavedDestination saved, @Nullable Prepared prepared) {
        if (prepared == null) {
            scheduler.after(SOON, () -> askedEnough(question, stream));
            return;
        }
        if (streams.get(question.session()) == stream) {
            try {
                outcome.prepared(question.session(), stream, saved, prepared);
            } catch (RuntimeException e) {
                log.warn(
                        "Session {} does not follow what its platform answered yet ({}); trying again.",
                        question.session(),
                        e.getMessage());
                scheduler.after(AGAIN, () -> tell(question, stream, saved, prepared));
                return;
            }
        }
        askedEnough(question, stream);
    }

    private void askedEnough(Question question, RelayedStream stream) {
        questions.remove(question);
        // What was changed while the platform was asked is asked for now.
        follow(question.session(), stream);
    }

    /** Whether the relay has a destination live. Returns at once. */
    void flows(SessionId session, DestinationId destination, boolean yes) {
        if (keeper != null) {
            keeper.flows(session, destination, yes);
        }
    }

    /** Somebody wants it to be looked at now. Returns at once. */
    void again(SessionId session, DestinationId destination) {
        if (keeper != null) {
            keeper.again(session, destination);
        }
    }

    /** Nothing comes in any more. Returns at once. */
    void quiet(SessionId session) {
        if (keeper != null) {
            keeper.quiet(session);
        }
    }

    /** A stream is over, or another node has it. Returns at once. Idempotent. */
    void over(Session session) {
        if (keeper != null) {
            keeper.over(session, streams.remove(session.id()) != null);
        }
    }

    @Override
    public void seen(SessionId session, DestinationId destination, BroadcastStatus status) {
        var stream = streams.get(session);
        if (stream == null) {
            return;
        }
        var now = time.instant();
        stream.report(destination, status)
                .ifPresent(news -> events.publish(new DestinationChanged(now, stream.user(), session, news)));
        stream.route(destination)
                .map(route ->
                        stream.warnings().found(destination, route.status().name(), status.issues(), now))
                .ifPresent(fresh -> fresh.forEach(
                        warning -> events.publish(new StreamWarned(now, stream.user(), session, warning))));
    }
}
