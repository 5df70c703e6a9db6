package dev.livemeter.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who delivers the sessions of each lane, and under which rules of credit control they are metered. Thread-safe. */
final class MeteredLanes {

    private static final Delivery NOBODY = session -> {};

    private final SessionParts parts;
    private final Map<Lane, Delivery> deliveries = new ConcurrentHashMap<>();
    private final Map<Lane, SessionParts> partsOfLanes = new ConcurrentHashMap<>();

    /** Lanes that nobody delivers yet, under the rules of those parts. */
    MeteredLanes(SessionParts parts) {
        this.parts = parts;
    }

    void deliver(Lane lane, Delivery delivery) {
        deliveries.put(lane, delivery);
    }

    void deliver(Lane lane, Delivery delivery, SessionPolicy rules) {
        partsOfLanes.put(lane, parts.under(rules));
        deliver(lane, delivery);
    }

    Delivery delivery(Lane lane) {
        return deliveries.getOrDefault(lane, NOBODY);
    }

    SessionParts parts(Lane lane) {
        return partsOfLanes.getOrDefault(lane, parts);
    }
}
