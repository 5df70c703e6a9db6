package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.SessionStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runs, what ran, and a way to stop it. Thread-safe. */
public final class Sessions {

    private final SessionStore store;
    private final @Nullable Meter meter;
    private final DeliveryStore deliveries;
    private final @Nullable RelayLane lane;

    /**
     * The sessions of a store, without a history of their destinations.
     *
     * @param meter what runs; null where nothing can
     */
    public Sessions(SessionStore store, @Nullable Meter meter) {
        this(store, meter, DeliveryStore.forgetful());
    }

    /**
     * The sessions of a store.
     *
     * @param meter what runs; null where nothing can
     */
    public Sessions(SessionStore store, @Nullable Meter meter, DeliveryStore deliveries) {
        this(store, meter, deliveries, null);
    }

    /**
     * The sessions of a store.
     *
     * @param meter what runs; null where nothing can
     * @param lane by which other nodes are reached; null where there is none
     */
    public Sessions(SessionStore store, @Nullable Meter meter, DeliveryStore deliveries, @Nullable RelayLane lane) {
        this.store = store;
        this.meter = meter;
        this.deliveries = deliveries;
        this.lane = lane;
    }

    /** How the destinations of a session fared, those that came and went while it ran included; of one that runs, as of half a minute ago at most. */
    public List<DeliveryRecord> deliveries(SessionId id) {
        return deliveries(List.of(id)).getOrDefault(id, List.of());
    }

    /** As {@link #deliveries(SessionId)}, of several; one of which nothing is known is left out. */
    public Map<SessionId, List<DeliveryRecord>> deliveries(Collection<SessionId> ids) {
        return ids.isEmpty() ? Map.of() : deliveries.of(ids);
    }

    /** Everything that runs now on this node. */
    public List<SessionStatus> running() {
        return meter == null ? List.of() : meter.running();
    }

    /** What runs now on this node and is paid by that user. */
    public List<SessionStatus> running(String user) {
        var payer = UserId.of(user);
        return running().stream()
                .filter(status -> status.session().payer().equals(payer))
                .toList();
    }

    /** A session, running or over, as it is stored. */
    public Optional<Session> find(SessionId id) {
        return store.find(id);
    }

    /**
     * Orders the end of a session; returns before it has happened. One that another node has is stopped there, where the relay has a way; that may block for some seconds. Idempotent.
     *
     * @param by who, in a few words for people
     * @param reason a few words for people; may be empty
     * @return whether it is running
     * @throws dev.livemeter.LivemeterException {@code session.elsewhere}, with retryable set, if another node has it and does not answer
     */
    public boolean stop(SessionId id, String by, String reason) {
        return meter != null
                && (meter.stop(id, new SessionEnd.Stopped(by, reason))
                        || (lane != null && lane.stopElsewhere(id, by, reason)));
    }

    /**
     * What a user paid for, the newest first.
     *
     * @param limit at most so many, 1 to 500
     */
    public List<Session> history(String user, int limit) {
        return store.history(UserId.of(user), limit, null);
    }

    /** What a user paid for, older than that session, the newest first. */
    public List<Session> history(String user, int limit, SessionId before) {
        return store.history(UserId.of(user), limit, before);
    }
}
