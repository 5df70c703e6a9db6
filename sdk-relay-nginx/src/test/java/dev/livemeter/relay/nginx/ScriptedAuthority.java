package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An authority that says what a test wants, and remembers what it is told. */
class ScriptedAuthority implements RelayAuthority {

    record Change(SessionId session, DestinationId destination, State state, String detail, long atNanos) {}

    record Lag(DestinationId destination, Duration behind) {}

    record End(SessionId session, EndCause cause, long atNanos) {}

    final List<PublishRequest> requests = new CopyOnWriteArrayList<>();
    final Map<String, SessionId> sessions = new ConcurrentHashMap<>();
    final List<Change> changes = new CopyOnWriteArrayList<>();
    final List<Lag> lags = new CopyOnWriteArrayList<>();
    final Map<SessionId, StreamFormat> formats = new ConcurrentHashMap<>();
    final List<Duration> retries = new CopyOnWriteArrayList<>();
    final List<End> ends = new CopyOnWriteArrayList<>();
    final List<SessionId> beats = new CopyOnWriteArrayList<>();
    final List<Duration> silences = new CopyOnWriteArrayList<>();

    volatile Function<PublishRequest, List<Push>> pushes = request -> List.of();
    volatile Function<PublishRequest, Refusal> refusal = request -> null;
    volatile Function<SessionId, Boolean> alive = session -> true;
    volatile Function<SessionId, Boolean> aliveAtOnce = session -> false;
    volatile Runnable beforeAnswer = () -> {};

    static Push push(String name, String server, String key) {
        return new Push(new DestinationId(name), new PushTarget(URI.create(server), Secret.of(key)));
    }

    @Override
    public Admission publish(PublishRequest request) {
        requests.add(request);
        beforeAnswer.run();
        var reason = refusal.apply(request);
        if (reason != null) {
            return new Admission.Refused(reason, "Not today.");
        }
        var session = new SessionId(IdSource.random().next());
        sessions.put(request.streamKey().reveal(), session);
        return new Admission.Admitted(session, pushes.apply(request));
    }

    @Override
    public boolean alive(SessionId session) {
        beats.add(session);
        return alive.apply(session);
    }

    @Override
    public boolean alive(SessionId session, Duration silent) {
        silences.add(silent);
        return alive(session);
    }

    @Override
    public boolean tryAlive(SessionId session) {
        var known = aliveAtOnce.apply(session);
        if (known) {
            beats.add(session);
        }
        return known;
    }

    @Override
    public void destinationChanged(SessionId session, DestinationId destination, State state, String detail) {
        changes.add(new Change(session, destination, state, detail, System.nanoTime()));
    }

    @Override
    public void destinationRetries(SessionId session, DestinationId destination, String detail, Duration next) {
        retries.add(next);
        destinationChanged(session, destination, State.RETRYING, detail);
    }

    @Override
    public void destinationLags(SessionId session, DestinationId destination, Duration behind) {
        lags.add(new Lag(destination, behind));
    }

    @Override
    public void streamSeen(SessionId session, StreamFormat format) {
        formats.put(session, format);
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        ends.add(new End(session, cause, System.nanoTime()));
    }

    SessionId session(String key) {
        return sessions.get(key);
    }

    boolean saw(String key, String destination, State state) {
        return changes.stream()
                .anyMatch(change -> change.session().equals(session(key))
                        && change.destination().value().equals(destination)
                        && change.state() == state);
    }

    List<State> history(String key, String destination) {
        return changes.stream()
                .filter(change -> change.session().equals(session(key))
                        && change.destination().value().equals(destination))
                .map(Change::state)
                .toList();
    }

    long endsOf(SessionId session) {
        return ends.stream().filter(end -> end.session().equals(session)).count();
    }

    End end(SessionId session) {
        Await.until("session " + session + " is reported as ended", () -> endsOf(session) > 0);
        return ends.stream()
                .filter(end -> end.session().equals(session))
                .findFirst()
                .orElseThrow();
    }
}
