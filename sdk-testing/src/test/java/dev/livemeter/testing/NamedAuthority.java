package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets everybody in whose key is a name, and notes what it is told. */
final class NamedAuthority implements RelayAuthority {

    final List<String> asked = new ArrayList<>();
    final List<String> turnedAway = new ArrayList<>();
    final List<String> stopped = new ArrayList<>();
    final List<SessionId> ended = new ArrayList<>();
    final List<RelayHostStatus> changes = new ArrayList<>();
    private final Map<SessionId, UserId> owners = new HashMap<>();
    List<Push> pushes = List.of();
    SessionId resuming;
    Runnable whileAsked = () -> {};
    boolean refusing;
    boolean failing;
    private int sessions;

    @Override
    public Admission publish(PublishRequest request) {
        var during = whileAsked;
        whileAsked = () -> {};
        during.run();
        if (failing) {
            throw new LivemeterException("wallet.away", "The wallet does not answer.", true, null);
        }
        if (refusing) {
            return new Admission.Refused(Refusal.INSUFFICIENT_FUNDS, "There is too little money.");
        }
        asked.add(request.streamKey().reveal());
        var session = new SessionId("session-" + ++sessions);
        owners.put(session, UserId.of(request.streamKey().reveal()));
        return new Admission.Admitted(session, pushes);
    }

    /** Goes on with the session that the test names. */
    @Override
    public Admission resume(ResumeRequest request) {
        return resuming == null || ended.contains(resuming)
                ? new Admission.Refused(Refusal.OVER, "It is over.")
                : new Admission.Admitted(resuming, pushes);
    }

    @Override
    public Admission turnAway(PublishRequest request, String why) {
        turnedAway.add(request.streamKey().reveal());
        return new Admission.Refused(Refusal.UNAVAILABLE, why);
    }

    @Override
    public Optional<UserId> ownerOf(SessionId session) {
        return Optional.ofNullable(owners.get(session));
    }

    @Override
    public boolean alive(SessionId session) {
        return true;
    }

    @Override
    public void destinationChanged(
            SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {}

    @Override
    public void stop(SessionId session, String reason) {
        stopped.add(session + ": " + reason);
    }

    @Override
    public void hostChanged(RelayHostStatus status) {
        changes.add(status);
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        ended.add(session);
    }
}
