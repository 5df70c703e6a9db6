package dev.livemeter.fleet;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which stream is on which host. Thread-safe. */
final class CarriedStreams {

    private final Map<SessionId, CarriedStream> streams = new ConcurrentHashMap<>();

    /** The stream that is known of that session already; empty where this one is new, and known from now on. */
    Optional<CarriedStream> add(CarriedStream stream) {
        return Optional.ofNullable(streams.putIfAbsent(stream.session(), stream));
    }

    /** Forgets a session; gives its stream once. */
    Optional<CarriedStream> remove(SessionId session) {
        return Optional.ofNullable(streams.remove(session));
    }

    Optional<CarriedStream> find(SessionId session) {
        return Optional.ofNullable(streams.get(session));
    }

    List<SessionId> on(FleetHost host) {
        return streams.values().stream()
                .filter(stream -> stream.host().equals(host))
                .map(CarriedStream::session)
                .toList();
    }

    boolean hasOne(UserId user, FleetHost host) {
        return streams.values().stream().anyMatch(stream -> stream.host().equals(host) && stream.isOf(user));
    }
}
