package dev.livemeter.fleet;

import dev.livemeter.fleet.RelayHostStatus.Drain;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.spi.RelayController;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One host of a fleet: how it is, what it carries, whether it takes more. Thread-safe; its relay is never called while its monitor is held. */
final class FleetHost {

    /** Above that, nobody is placed there; below the other one, people are again. */
    private static final int BUSY_ABOVE = 85;

    private static final int QUIET_BELOW = 75;

    private final String name;
    private final Role role;
    private final RelayController relay;
    private final HostCapacity capacity;
    private final InstantSource clock;
    private final Announcements announcements;

    private final Vital vital = new Vital();
    private volatile @Nullable Ingest ingest;
    private @Nullable Integer cpuPercent;
    private boolean busy;
    private @Nullable Drain drain;
    private Instant orderedAt = Instant.EPOCH;
    private final Map<String, Elsewhere> elsewhere = new HashMap<>();
    private int streams;
    private int destinations;
    private int asking;
    private long planned;
    private @Nullable State told;
    private Instant since;

    FleetHost(
            String name,
            Role role,
            RelayController relay,
            HostCapacity capacity,
            InstantSource clock,
            Announcements announcements) {
        this.name = name;
        this.role = role;
        this.relay = relay;
        this.capacity = capacity;
        this.clock = clock;
        this.announcements = announcements;
        this.since = clock.instant();
    }

    String name() {
        return name;
    }

    RelayController relay() {
        return relay;
    }

    HostCapacity capacity() {
        return capacity;
    }

    /** Where encoders publish to it; null before it was up for the first time. */
    @Nullable
    Ingest ingest() {
        return ingest;
    }

    void started(Ingest where) {
        ingest = where;
        change(vital::started);
    }

    /** Encoders publish to it elsewhere from now on. */
    void movedTo(Ingest where) {
        ingest = where;
    }

    void notStarted(String sentence) {
        change(() -> {
            vital.notStarted(sentence);
        });
    }

    void looked(RelayHealth health) {
        change(() -> {
            vital.looked(health);
            var cpu = health.cpuPercent();
            cpuPercent = cpu;
            busy = cpu != null && cpu > (busy ? QUIET_BELOW : BUSY_ABOVE);
        });
    }

    /**
     * Keeps room for somebody who asks to come in, which is taken back by {@link #letGo} or filled by {@link #enter}.
     *
     * @return why not, in a sentence for people; empty where there is room
     */
    Optional<String> keepRoom() {
        return changing(() -> {
            if (drain != null) {
                return Optional.of(
                        "The relay host " + name
                                + " is in maintenance and takes no new streams. Publish to the server that your settings show now.");
            }
            if (free() - asked() < capacity.assumedBitsPerSecond()) {
                return Optional.of("The relay host " + name
                        + " has no room for another stream. Publish to the server that your settings show now.");
            }
            asking++;
            return Optional.empty();
        });
    }

    /** Who asked does not come in. */
    void letGo() {
        change(() -> {
            asking--;
        });
    }

    /** Who asked comes in. */
    void enter(CarriedStream stream) {
        change(() -> {
            asking--;
            count(stream, 1);
        });
    }

    /** A stream from before goes on; nobody asked for room. */
    void resume(CarriedStream stream) {
        change(() -> {
            count(stream, 1);
        });
    }

    /** The stream is over, and takes nothing any more whatever is told of it later. */
    void leave(CarriedStream stream) {
        change(() -> {
            if (!stream.isOver()) {
                count(stream, -1);
                stream.end();
            }
        });
    }

    /** The stream goes to so many destinations from now on. */
    void goesTo(CarriedStream stream, int number) {
        recount(stream, () -> stream.destinations(number));
    }

    /** What its encoder sends is known. */
    void sends(CarriedStream stream, long bitsPerSecond) {
        recount(stream, () -> stream.bitsPerSecond(bitsPerSecond));
    }

    private void recount(CarriedStream stream, Runnable what) {
        change(() -> {
            if (!stream.isOver()) {
                count(stream, -1);
                what.run();
                count(stream, 1);
            }
        });
    }

    private void count(CarriedStream stream, int sign) {
        streams += sign;
        destinations += sign * stream.destinations();
        planned += sign * stream.load();
    }

    /** Takes no new streams from now on; what it was told before about a deadline is forgotten. */
    Drain drain(@Nullable Duration stopAfter) {
        return changing(() -> {
            var now = clock.instant();
            var order = new Drain(drain == null ? now : drain.since(), stopAfter == null ? null : now.plus(stopAfter));
            drain = order;
            ordered(now);
            return order;
        });
    }

    void undrain() {
        change(() -> {
            drain = null;
            ordered(clock.instant());
        });
    }

    /** The last word counts, also where a clock stands still. */
    private void ordered(Instant now) {
        orderedAt = now.isAfter(orderedAt) ? now : orderedAt.plusNanos(1);
    }

    /**
     * Whether it is drained, and when somebody said so.
     *
     * @param at the beginning of time where nobody said anything
     */
    record Order(Instant at, @Nullable Drain drain) {}

    synchronized Order order() {
        return new Order(orderedAt, drain);
    }

    /**
     * Takes over what another node was told, where that is the later word.
     *
     * @return whether it is
     */
    boolean adopt(Order order) {
        return changing(() -> {
            if (!order.at().isAfter(orderedAt)) {
                return false;
            }
            orderedAt = order.at();
            drain = order.drain();
            return true;
        });
    }

    /**
     * What a node carries on this host.
     *
     * @param atNanos when that was known
     */
    record Elsewhere(int streams, int destinations, long planned, long atNanos) {}

    /** What this node carries. */
    synchronized Elsewhere carried() {
        return new Elsewhere(streams, destinations, planned, 0);
    }

    /** Another node carries that much; it takes room here, too. */
    void carriedElsewhere(String node, Elsewhere carried) {
        change(() -> {
            elsewhere.put(node, carried);
        });
    }

    /** A node that has not said anything since then carries nothing any more: others took it over, or it is lost. */
    void forgetElsewhere(long beforeNanos) {
        change(() -> {
            elsewhere.values().removeIf(carried -> carried.atNanos() - beforeNanos < 0);
        });
    }

    private int allStreams() {
        var sum = streams;
        for (var carried : elsewhere.values()) {
            sum += carried.streams();
        }
        return sum;
    }

    private int allDestinations() {
        var sum = destinations;
        for (var carried : elsewhere.values()) {
            sum += carried.destinations();
        }
        return sum;
    }

    private long allPlanned() {
        var sum = planned;
        for (var carried : elsewhere.values()) {
            sum += carried.planned();
        }
        return sum;
    }

    /** Whether that is the order that is in force. */
    synchronized boolean isUnder(Drain order) {
        return order.equals(drain);
    }

    /** How it stands, for those who choose among hosts. */
    synchronized Standing standing() {
        return new Standing(role, state(), free() - asked());
    }

    /**
     * How a host stands.
     *
     * @param free how much of what is planned with is not taken; below zero where destinations were added on air
     */
    record Standing(Role role, State state, long free) {}

    synchronized RelayHostStatus status() {
        var state = state();
        return new RelayHostStatus(
                name,
                role,
                state,
                detail(state),
                since,
                ingest,
                allStreams(),
                allDestinations(),
                allPlanned(),
                capacity.limitBitsPerSecond(),
                cpuPercent,
                drain);
    }

    /** Without those who are being asked for: a stranger who tries keys must not make a host look full. */
    private boolean hasRoom() {
        return free() >= capacity.assumedBitsPerSecond();
    }

    private long free() {
        return capacity.limitBitsPerSecond() - allPlanned();
    }

    private long asked() {
        return asking * capacity.assumedBitsPerSecond();
    }

    private State state() {
        if (!vital.isUp()) {
            return State.DOWN;
        }
        if (drain != null) {
            return allStreams() == 0 && asking == 0 ? State.DRAINED : State.DRAINING;
        }
        return busy || !hasRoom() ? State.FULL : State.UP;
    }

    private String detail(State state) {
        return switch (state) {
            case UP -> "";
            case DOWN -> vital.trouble();
            case DRAINED -> "Nothing runs on it any more.";
            case DRAINING ->
                (allStreams() == 1 ? "1 stream still runs" : allStreams() + " streams still run")
                        + (drain == null || drain.stopsAt() == null
                                ? "."
                                : ", and is stopped at " + drain.stopsAt() + ".");
            case FULL -> hasRoom() ? "Its processor is busy." : "Its uplink is planned to the full.";
        };
    }

    private void change(Runnable what) {
        changing(() -> {
            what.run();
            return this;
        });
    }

    private <T> T changing(Supplier<T> what) {
        final T answer;
        synchronized (this) {
            answer = what.get();
            var state = state();
            if (state != told) {
                told = state;
                since = clock.instant();
                announcements.add(status());
            }
        }
        announcements.tell();
        return answer;
    }
}
