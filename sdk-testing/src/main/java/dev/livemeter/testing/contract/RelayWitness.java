package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Decides as it is told and remembers what it hears. */
final class RelayWitness implements RelayAuthority {

    private record Change(SessionId session, DestinationId destination, State state) {}

    private record End(SessionId session, EndCause cause) {}

    private record Silence(SessionId session, Duration silent) {}

    final List<PublishRequest> requests = new CopyOnWriteArrayList<>();
    final List<SessionId> admitted = new CopyOnWriteArrayList<>();
    final List<SessionId> beats = new CopyOnWriteArrayList<>();
    final List<Silence> silences = new CopyOnWriteArrayList<>();
    final List<Change> changes = new CopyOnWriteArrayList<>();
    final List<Change> retries = new CopyOnWriteArrayList<>();
    final List<End> ends = new CopyOnWriteArrayList<>();
    final List<String> afterEnd = new CopyOnWriteArrayList<>();

    final List<ResumeRequest> resumes = new CopyOnWriteArrayList<>();

    /** The sessions that it took up again, and what was asked then. */
    final Map<SessionId, ResumeRequest> resumed = new ConcurrentHashMap<>();

    /** The sessions of an earlier life that are not taken up yet. */
    final Queue<SessionId> before = new ConcurrentLinkedQueue<>();

    private final IdSource ids = IdSource.random();
    volatile List<Push> pushes = List.of();
    volatile @Nullable Refusal refusal;
    volatile boolean failing;
    volatile Runnable beforeAnswer = () -> {};
    volatile boolean mayGoOn = true;

    @Override
    public Admission publish(PublishRequest request) {
        requests.add(request);
        beforeAnswer.run();
        if (failing) {
            throw new LivemeterException("test.failing", "The authority cannot decide.");
        }
        var reason = refusal;
        if (reason != null) {
            return new Admission.Refused(reason, "Refused by the kit.");
        }
        var session = new SessionId(ids.next());
        admitted.add(session);
        return new Admission.Admitted(session, pushes);
    }

    @Override
    public boolean alive(SessionId session) {
        beats.add(session);
        return mayGoOn;
    }

    @Override
    public boolean alive(SessionId session, Duration silent) {
        silences.add(new Silence(session, silent));
        return alive(session);
    }

    @Override
    public void destinationChanged(SessionId session, DestinationId destination, State state, String detail) {
        changes.add(new Change(session, destination, state));
        if (!endsOf(session).isEmpty()) {
            afterEnd.add(destination + " became " + state);
        }
    }

    @Override
    public Admission resume(ResumeRequest request) {
        resumes.add(request);
        var reason = failing ? Refusal.UNAVAILABLE : refusal;
        if (reason != null) {
            return new Admission.Refused(reason, "Refused by the kit.");
        }
        var session = before.poll();
        if (session == null) {
            return new Admission.Refused(Refusal.OVER, "The kit knows of no such session.");
        }
        admitted.add(session);
        resumed.put(session, request);
        return new Admission.Admitted(session, pushes);
    }

    @Override
    public Duration paidAhead(SessionId session) {
        return Duration.ofHours(1);
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        ends.add(new End(session, cause));
    }

    @Override
    public void destinationRetries(SessionId session, DestinationId destination, String detail, Duration next) {
        assertThat(next).isBetween(Duration.ZERO, Duration.ofHours(1));
        retries.add(new Change(session, destination, State.RETRYING));
        destinationChanged(session, destination, State.RETRYING, detail);
    }

    long retriesOf(SessionId session, String destination) {
        return retries.stream()
                .filter(change -> change.session().equals(session)
                        && change.destination().value().equals(destination))
                .count();
    }

    List<EndCause> endsOf(SessionId session) {
        return ends.stream()
                .filter(end -> end.session().equals(session))
                .map(End::cause)
                .toList();
    }

    /** For how long that publisher had sent nothing, each time that it was told. */
    List<Duration> silencesOf(SessionId session) {
        return silences.stream()
                .filter(told -> told.session().equals(session))
                .map(Silence::silent)
                .toList();
    }

    long beatsOf(SessionId session) {
        return beats.stream().filter(session::equals).count();
    }

    List<State> statesOf(SessionId session, String destination) {
        return changes.stream()
                .filter(change -> change.session().equals(session)
                        && change.destination().value().equals(destination))
                .map(Change::state)
                .toList();
    }

    boolean toldNothing() {
        return beats.isEmpty() && changes.isEmpty() && ends.isEmpty();
    }
}
