package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Push;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a session goes at this moment, one lane for each destination, up to a number. Nothing is opened before nginx has the stream. Thread-safe. */
final class LaneTable {

    private final SessionId session;
    private final int most;
    private final Reports reports;
    private final PushLane.Surroundings around;
    private final Map<DestinationId, PushLane> lanes = new LinkedHashMap<>();
    private boolean up;

    LaneTable(SessionId session, int most, Reports reports, PushLane.Surroundings around) {
        this.session = session;
        this.most = most;
        this.reports = reports;
        this.around = around;
    }

    /**
     * What a change comes to.
     *
     * @param closed connections of pushes that are to be closed
     * @param homeless what there is no room for
     */
    record Change(List<Long> closed, List<DestinationId> homeless) {}

    /** From now on the stream goes to exactly these; lanes that fit already are not touched. */
    synchronized Change assign(List<Push> pushes) {
        var wanted = new LinkedHashMap<DestinationId, Push>();
        pushes.forEach(push -> wanted.putIfAbsent(push.destination(), push));
        var closed = new ArrayList<Long>();
        lanes.values().removeIf(lane -> {
            var stays = wanted.remove(lane.push().destination(), lane.push());
            if (!stays) {
                lane.stop().ifPresent(closed::add);
            }
            return !stays;
        });
        var homeless = new ArrayList<DestinationId>();
        for (var push : wanted.values()) {
            if (lanes.size() == most) {
                homeless.add(push.destination());
                continue;
            }
            var lane = new PushLane(session, push, reports, around);
            lanes.put(push.destination(), lane);
            if (up) {
                lane.begin();
            }
        }
        return new Change(List.copyOf(closed), List.copyOf(homeless));
    }

    /** What runs already, by the connections that it runs by: nothing of it is opened anew. */
    synchronized void adopt(List<Push> pushes, Carried carried) {
        for (var push : pushes) {
            carried.pushesTo(session.value(), push.target()).stream()
                    .filter(lead -> lanes.size() < most && !isWelcome(lead.client()))
                    .findFirst()
                    .ifPresent(lead -> lanes.computeIfAbsent(
                            push.destination(), fresh -> PushLane.adopted(session, push, reports, around, lead)));
        }
    }

    /** nginx has the stream, and it can be passed on. Idempotent. */
    synchronized void begin() {
        up = true;
        lanes.values().forEach(PushLane::begin);
    }

    /** The lanes that there are now. */
    synchronized List<PushLane> lanes() {
        return List.copyOf(lanes.values());
    }

    /** The lane to a destination. */
    synchronized Optional<PushLane> lane(DestinationId destination) {
        return Optional.ofNullable(lanes.get(destination));
    }

    /** A push to there began; returns whether one of the lanes waits for it. */
    boolean pushing(long client, String address) {
        return lanes().stream().anyMatch(lane -> lane.pushing(client, address));
    }

    /** Whether the push of that connection is one of the lanes'. */
    boolean isWelcome(long client) {
        return lanes().stream().anyMatch(lane -> lane.isWelcome(client));
    }

    /** As {@link PushLane#heartbeat}. */
    boolean heartbeat(long client, long mediaMillis) {
        return lanes().stream().anyMatch(lane -> lane.heartbeat(client, mediaMillis));
    }

    /** As {@link PushLane#pushDone}; news of one that is no lane's is ignored. */
    void pushDone(long client, String address) {
        var lanes = lanes();
        lanes.stream()
                .filter(lane -> lane.isWelcome(client))
                .findFirst()
                .ifPresentOrElse(
                        lane -> lane.pushDone(client, address),
                        () -> lanes.forEach(lane -> lane.pushDone(client, address)));
    }

    synchronized void stop() {
        lanes.values().forEach(PushLane::stop);
    }
}
