package dev.livemeter.fleet;

import dev.livemeter.fleet.FleetHost.Standing;
import dev.livemeter.fleet.IngestPlace.Move;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who publishes where. Remembers up to ten thousand people, those who were not heard of for longest go first. Thread-safe; hosts are asked for their standing with its monitor held, and
 * never ask back.
 */
final class Placements {

    private static final int REMEMBERED = 10_000;

    /**
     * Who was told an address counts as the twentieth part of a stream, for choosing alone: people set up their encoders while nothing runs, and would all be sent to the same host
     * otherwise.
     */
    private static final int PEOPLE_PER_STREAM = 20;

    /** The rank of a standby that is up; ranks below it are up, too. */
    private static final int LAST_UP = 1;

    private static final int LAST_FULL = 3;

    private final List<FleetHost> hosts;
    private final CarriedStreams streams;
    private final InstantSource clock;
    private final int remembered;
    private final Map<UserId, Placed> places = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<FleetHost, Integer> people = new HashMap<>();

    /**
     * Where somebody is.
     *
     * @param left where they were before; null where that is the same address, and once they have published to the new one
     */
    private record Placed(FleetHost host, @Nullable Left left) {}

    /**
     * A host that somebody was sent away from.
     *
     * @param why its state at that time
     */
    private record Left(FleetHost host, Ingest ingest, Instant at, State why) {}

    Placements(List<FleetHost> hosts, CarriedStreams streams, InstantSource clock) {
        this(hosts, streams, clock, REMEMBERED);
    }

    Placements(List<FleetHost> hosts, CarriedStreams streams, InstantSource clock, int remembered) {
        this.hosts = List.copyOf(hosts);
        this.streams = streams;
        this.clock = clock;
        this.remembered = remembered;
    }

    /** The host with most room right now; empty where none was ever up. */
    synchronized Optional<FleetHost> best() {
        return Optional.ofNullable(choose()).map(Candidate::host);
    }

    /** Where that user publishes to; empty where no host was ever up. */
    synchronized Optional<IngestPlace> of(UserId user) {
        var best = choose();
        if (best == null) {
            return Optional.empty();
        }
        var now = place(user, best);
        var where = now.host().ingest();
        return where == null
                ? Optional.empty()
                : Optional.of(new IngestPlace(now.host().name(), where, move(user, now.left(), where)));
    }

    private Placed place(UserId user, Candidate best) {
        var before = places.get(user);
        if (before != null && !mustLeave(user, before.host(), best)) {
            return before;
        }
        var now = before == null ? new Placed(best.host(), null) : moved(before, best.host());
        put(user, now);
        return now;
    }

    /** Somebody publishes there: that is what the encoder is set to, and it stays where it is. */
    synchronized void published(UserId user, FleetHost host) {
        put(user, new Placed(host, null));
    }

    private boolean mustLeave(UserId user, FleetHost host, Candidate best) {
        var standing = host.standing();
        if (rank(standing) <= best.rank()) {
            return false;
        }
        return switch (standing.state()) {
            case UP -> false;
            case FULL -> best.isUp() && !streams.hasOne(user, host);
            case DRAINING, DRAINED, DOWN -> best.isUsable();
        };
    }

    private Placed moved(Placed before, FleetHost to) {
        // Of two moves running, the encoder still has the address from before the first one.
        var left = before.left() == null ? leaving(before.host()) : before.left();
        return new Placed(to, left == null || left.ingest().equals(to.ingest()) ? null : left);
    }

    private @Nullable Left leaving(FleetHost host) {
        var ingest = host.ingest();
        return ingest == null
                ? null
                : new Left(host, ingest, clock.instant(), host.standing().state());
    }

    private @Nullable Move move(UserId user, @Nullable Left left, Ingest now) {
        if (left == null) {
            return null;
        }
        var whatAndThen = switch (left.why()) {
            case DOWN -> "does not work at present. Enter ";
            case FULL -> "has no room at present. Enter ";
            default ->
                streams.hasOne(user, left.host())
                        ? "is in maintenance. Your stream there goes on; for the next one, enter "
                        : "is in maintenance. Enter ";
        };
        var sentence = "The server " + left.ingest().preferredUrl() + " " + whatAndThen + now.preferredUrl()
                + " in your encoder instead; your stream key stays the same.";
        return new Move(left.ingest(), left.at(), sentence);
    }

    private void put(UserId user, Placed place) {
        var before = places.put(user, place);
        people.merge(place.host(), 1, Integer::sum);
        if (before != null) {
            people.merge(before.host(), -1, Integer::sum);
        } else if (places.size() > remembered) {
            var oldest = places.entrySet().iterator();
            people.merge(oldest.next().getValue().host(), -1, Integer::sum);
            oldest.remove();
        }
    }

    /** A host that somebody could be placed on; the lower the rank, the better. */
    private record Candidate(FleetHost host, int rank, long score) {

        boolean isUp() {
            return rank <= LAST_UP;
        }

        boolean isUsable() {
            return rank <= LAST_FULL;
        }

        boolean isBetterThan(@Nullable Candidate other) {
            return other == null || rank < other.rank || (rank == other.rank && score > other.score);
        }
    }

    private @Nullable Candidate choose() {
        @Nullable Candidate best = null;
        for (var host : hosts) {
            if (host.ingest() != null) {
                var standing = host.standing();
                var told = people.getOrDefault(host, 0) * host.capacity().assumedBitsPerSecond() / PEOPLE_PER_STREAM;
                var candidate = new Candidate(host, rank(standing), standing.free() - told);
                best = candidate.isBetterThan(best) ? candidate : best;
            }
        }
        return best;
    }

    private static int rank(Standing standing) {
        var spare = standing.role() == Role.STANDBY ? LAST_UP : 0;
        return switch (standing.state()) {
            case UP -> spare;
            case FULL -> 2 + spare;
            // One that is down may be up again in a moment; one that is drained will not.
            case DOWN -> 4 + spare;
            case DRAINING, DRAINED -> 6 + spare;
        };
    }
}
