package dev.livemeter.fleet;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.RelayAuthority;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Whom a host of a fleet asks: notes which stream is on which host, and turns away whom the host should not take. Thread-safe. */
final class HostAuthority implements RelayAuthority {

    private final RelayAuthority livemeter;
    private final FleetHost host;
    private final CarriedStreams streams;
    private final Placements placements;
    private final BiConsumer<UserId, FleetHost> others;

    HostAuthority(RelayAuthority livemeter, FleetHost host, CarriedStreams streams, Placements placements) {
        this(livemeter, host, streams, placements, (user, where) -> {});
    }

    /**
     * @param others are told where somebody publishes
     */
    HostAuthority(
            RelayAuthority livemeter,
            FleetHost host,
            CarriedStreams streams,
            Placements placements,
            BiConsumer<UserId, FleetHost> others) {
        this.others = others;
        this.livemeter = livemeter;
        this.host = host;
        this.streams = streams;
        this.placements = placements;
    }

    @Override
    public Admission publish(PublishRequest request) {
        var refusal = host.keepRoom();
        if (refusal.isPresent()) {
            return livemeter.turnAway(request, refusal.get());
        }
        var entered = false;
        try {
            var admission = livemeter.publish(request);
            if (admission instanceof Admission.Admitted admitted) {
                entered = enter(admitted);
            }
            return admission;
        } finally {
            if (!entered) {
                host.letGo();
            }
        }
    }

    private boolean enter(Admission.Admitted admitted) {
        var stream = stream(admitted);
        if (streams.add(stream).isPresent()) {
            return false;
        }
        host.enter(stream);
        published(admitted.session());
        return true;
    }

    private CarriedStream stream(Admission.Admitted admitted) {
        return new CarriedStream(
                admitted.session(),
                host,
                livemeter.ownerOf(admitted.session()).orElse(null),
                admitted.pushes().size(),
                host.capacity().assumedBitsPerSecond());
    }

    private void published(SessionId session) {
        livemeter.ownerOf(session).ifPresent(user -> {
            placements.published(user, host);
            others.accept(user, host);
        });
    }

    /** A stream that runs counts whatever the host's state; turning it away would help nobody. */
    @Override
    public Admission resume(ResumeRequest request) {
        var admission = livemeter.resume(request);
        if (!(admission instanceof Admission.Admitted admitted)) {
            return admission;
        }
        var stream = stream(admitted);
        var known = streams.add(stream);
        if (known.isEmpty()) {
            host.resume(stream);
            published(admitted.session());
        } else if (!known.get().host().equals(host)) {
            return new Admission.Refused(
                    Refusal.OVER, "The session that this publisher had goes on at another relay host.");
        }
        return admission;
    }

    @Override
    public Admission turnAway(PublishRequest request, String why) {
        return livemeter.turnAway(request, why);
    }

    @Override
    public boolean alive(SessionId session) {
        return livemeter.alive(session);
    }

    @Override
    public boolean alive(SessionId session, Duration silent) {
        return livemeter.alive(session, silent);
    }

    @Override
    public boolean tryAlive(SessionId session) {
        return livemeter.tryAlive(session);
    }

    @Override
    public boolean isElsewhere(SessionId session) {
        return livemeter.isElsewhere(session);
    }

    @Override
    public Duration paidAhead(SessionId session) {
        return livemeter.paidAhead(session);
    }

    @Override
    public void destinationChanged(
            SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {
        livemeter.destinationChanged(session, destination, state, detail);
    }

    @Override
    public void destinationRetries(SessionId session, DestinationId destination, String detail, Duration next) {
        livemeter.destinationRetries(session, destination, detail, next);
    }

    @Override
    public void destinationLags(SessionId session, DestinationId destination, Duration behind) {
        livemeter.destinationLags(session, destination, behind);
    }

    @Override
    public void streamSeen(SessionId session, StreamFormat format) {
        var sent = format.videoBitsPerSecond() + format.audioBitsPerSecond();
        if (sent > 0) {
            streams.find(session)
                    .filter(stream -> stream.host().equals(host))
                    .ifPresent(stream -> host.sends(stream, sent));
        }
        livemeter.streamSeen(session, format);
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        var stream = streams.find(session);
        if (stream.isPresent() && !stream.get().host().equals(host)) {
            return;
        }
        streams.remove(session).ifPresent(host::leave);
        livemeter.ended(session, cause);
    }

    @Override
    public Optional<UserId> ownerOf(SessionId session) {
        return livemeter.ownerOf(session);
    }

    @Override
    public void stop(SessionId session, String reason) {
        livemeter.stop(session, reason);
    }

    @Override
    public void hostChanged(RelayHostStatus status) {
        livemeter.hostChanged(status);
    }
}
