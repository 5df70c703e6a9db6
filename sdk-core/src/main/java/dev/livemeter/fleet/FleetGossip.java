package dev.livemeter.fleet;

import dev.livemeter.fleet.FleetHost.Elsewhere;
import dev.livemeter.fleet.FleetHost.Order;
import dev.livemeter.fleet.RelayHostStatus.Drain;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeWire;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Lets the fleets of several nodes know the same: what each carries on a host, again and again, as that is how a node that died is noticed; which hosts are drained, by the last word; where people publish. What is lost is said again or
 * does no harm. Thread-safe.
 */
final class FleetGossip {

    /** What a node said so many times ago it may not carry any more. */
    private static final int MISSED = 4;

    private final FleetNodes nodes;
    private final List<FleetHost> hosts;
    private final Placements placements;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Duration every;
    private final BiConsumer<FleetHost, Drain> deadline;
    private volatile boolean closed;

    private enum Word {
        CARRIES,
        PUBLISHED
    }

    /**
     * @param deadline is told of an order with a deadline that another node was given
     */
    FleetGossip(
            FleetNodes nodes,
            List<FleetHost> hosts,
            Placements placements,
            TimeSource time,
            Scheduler scheduler,
            Duration every,
            BiConsumer<FleetHost, Drain> deadline) {
        this.nodes = nodes;
        this.hosts = hosts;
        this.placements = placements;
        this.time = time;
        this.scheduler = scheduler;
        this.every = every;
        this.deadline = deadline;
        nodes.begin(this::hear);
    }

    /** Says how it is from now on, again and again. */
    void begin() {
        scheduler.after(every, this::round);
    }

    void close() {
        closed = true;
    }

    private void round() {
        if (closed) {
            return;
        }
        var old = time.nanoTime() - every.multipliedBy(MISSED).toNanos();
        for (var host : hosts) {
            host.forgetElsewhere(old);
            tell(host);
        }
        scheduler.after(every, this::round);
    }

    /** Says how it is with a host. */
    void tell(FleetHost host) {
        var carried = host.carried();
        var order = host.order();
        nodes.tellFleets(NodeWire.written(out -> {
            out.writeUTF(Word.CARRIES.name());
            out.writeUTF(nodes.node());
            out.writeUTF(host.name());
            out.writeInt(carried.streams());
            out.writeInt(carried.destinations());
            out.writeLong(carried.planned());
            NodeWire.write(order.at(), out);
            var drain = order.drain();
            NodeWire.write(drain == null ? null : drain.since(), out);
            NodeWire.write(drain == null ? null : drain.stopsAt(), out);
        }));
    }

    /** Says that somebody publishes to a host here. */
    void published(UserId user, FleetHost host) {
        nodes.tellFleets(NodeWire.written(out -> {
            out.writeUTF(Word.PUBLISHED.name());
            out.writeUTF(user.value());
            out.writeUTF(host.name());
        }));
    }

    private void hear(byte[] words) {
        if (!closed) {
            scheduler.after(
                    Duration.ZERO,
                    () -> NodeWire.read(words, in -> {
                        take(in);
                        return true;
                    }));
        }
    }

    private void take(DataInputStream in) throws IOException {
        if (Word.valueOf(in.readUTF()) == Word.PUBLISHED) {
            var user = UserId.of(in.readUTF());
            find(in.readUTF()).ifPresent(host -> placements.published(user, host));
            return;
        }
        var node = in.readUTF();
        var host = find(in.readUTF());
        var carried = new Elsewhere(in.readInt(), in.readInt(), in.readLong(), time.nanoTime());
        var at = NodeWire.requireInstant(in);
        var since = NodeWire.instant(in);
        var stopsAt = NodeWire.instant(in);
        var order = new Order(at, since == null ? null : new Drain(since, stopsAt));
        if (host.isPresent() && !node.equals(nodes.node())) {
            host.get().carriedElsewhere(node, carried);
            var drain = order.drain();
            if (host.get().adopt(order) && drain != null && drain.stopsAt() != null) {
                deadline.accept(host.get(), drain);
            }
        }
    }

    /** Of another release, or set up otherwise, a node may speak of hosts that are none here. */
    private Optional<FleetHost> find(String name) {
        return hosts.stream().filter(host -> host.name().equals(name)).findFirst();
    }
}
