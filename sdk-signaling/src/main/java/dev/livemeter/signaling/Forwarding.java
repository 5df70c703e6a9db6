package dev.livemeter.signaling;

import dev.livemeter.spi.SignalingBus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages to peers on other nodes. What is said to somebody who is not here waits on the node of whoever says it, as without other nodes; as soon as another node is known to
 * hold the receiver's id, it is sent there, and waits on until that node says that it was passed on. So it expires here, and its sender hears of it here.
 *
 * <p>The bus may lose messages, so what was not acknowledged is sent again, all of it in its order; the other node knows by the numbers what it had. Thread-safe.
 */
final class Forwarding {

    /** Not acknowledged for so long, it is sent again. */
    private static final long REPEAT_NANOS = Duration.ofSeconds(1).toNanos();

    /** How long an order waits that cannot be brought to its node. */
    private static final long ORDER_NANOS = Duration.ofSeconds(30).toNanos();

    private final SignalingServer server;
    private final Realm realm;
    private final Cluster cluster;
    private final AtomicLong numbers = new AtomicLong();
    private final Acknowledgements acknowledgements;
    private volatile SignalingBus.@Nullable Member member;

    Forwarding(SignalingServer server, Realm realm, Cluster cluster) {
        this.server = server;
        this.realm = realm;
        this.cluster = cluster;
        this.acknowledgements = new Acknowledgements(server, (node, bytes) -> member().send(node, bytes));
    }

    void begin(SignalingBus.Member joined) {
        member = joined;
    }

    /** The node itself. */
    SignalingBus.Member member() {
        return Objects.requireNonNull(member, "joined");
    }

    // --- from here -----------------------------------------------------------

    /**
     * Takes on a message for somebody who is not here. To be called under the lock of the receiver's id.
     *
     * @return false if there is no room to wait, or nobody has the id and it is of a kind that does not
     */
    boolean forward(String sender, String to, MessageType type, byte[] frame, long now) {
        var node = cluster.nodeOf(to);
        if (!type.waits()) {
            tell(node, to, frame);
            return node != null;
        }
        return take(to, new Parked(sender, type, frame, now + realm.waiting().expireNanos()), node, now);
    }

    private boolean take(String to, Parked what, @Nullable String node, long now) {
        what.number(numbers.incrementAndGet());
        var taken =
                node == null ? realm.waiting().park(to, what) : realm.waiting().parkForNode(to, what);
        if (taken == null) {
            return false;
        }
        var line = realm.waiting().line(to);
        if (node != null && line != null) {
            if (line.route() == 0) {
                sendAll(line, to, node, now);
            } else {
                var before = line.messages().descendingIterator();
                before.next();
                send(line, what, before.hasNext() ? before.next().number() : 0, to, node, now);
            }
        }
        return true;
    }

    /** Sends what waits for a peer to the node that holds its id now. To be called under the lock of the id. */
    void forwardAll(String to, String node) {
        var line = realm.waiting().line(to);
        if (line != null) {
            sendAll(line, to, node, server.now());
        }
    }

    /** What waits for a peer is on its way no more. To be called under the lock of the id. */
    void stop(String to) {
        var line = realm.waiting().line(to);
        if (line != null) {
            line.route(0);
        }
    }

    private void sendAll(Waiting.Line line, String to, String node, long now) {
        line.route(numbers.incrementAndGet());
        var after = 0L;
        // Of a copy: a bus may bring the answer before it returns.
        for (var what : List.copyOf(line.messages())) {
            send(line, what, after, to, node, now);
            after = what.number();
        }
    }

    private void send(Waiting.Line line, Parked what, long after, String to, String node, long now) {
        what.sent(now);
        var kind = switch (what.kind()) {
            case MESSAGE -> NodeMessage.Kind.MESSAGE;
            case HANG_UP -> NodeMessage.Kind.HANG_UP;
            case DISMISS -> NodeMessage.Kind.DISMISS;
        };
        var millis = (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(what.nanosLeft(now)));
        member().send(
                        node,
                        new NodeMessage(
                                        kind,
                                        what.type(),
                                        line.route(),
                                        what.number(),
                                        after,
                                        millis,
                                        what.sender(),
                                        to,
                                        what.frame())
                                .bytes());
    }

    /** Says something to a peer elsewhere, if it is there. */
    void tell(String to, byte[] frame) {
        tell(cluster.nodeOf(to), to, frame);
    }

    /** Who is nowhere may have come to another node a moment ago; so all are told, and whoever has the peer passes it on. It waits nowhere: who comes later does not get it. */
    private void tell(@Nullable String node, String to, byte[] frame) {
        if (node == null) {
            member().sendToAll(NodeMessage.tellAll(to, frame).bytes());
        } else {
            member().send(node, NodeMessage.tell(to, frame).bytes());
        }
    }

    /** Tells all nodes now what has arrived from them. */
    void acknowledge() {
        acknowledgements.sendAll();
    }

    /** Brings an order about a peer to its node; nothing happens where nobody has the id. The same one that waits already is not brought twice. */
    void order(Parked.Kind kind, String sender, String to, byte[] content) {
        synchronized (realm.lock(to)) {
            var node = cluster.nodeOf(to);
            var line = realm.waiting().line(to);
            var last = line == null ? null : line.messages().peekLast();
            if (last != null && last.kind() == kind && last.sender().equals(sender)) {
                return;
            }
            if (node != null) {
                var now = server.now();
                take(to, new Parked(kind, sender, MessageType.LEAVE, content, now + ORDER_NANOS, "", 0), node, now);
            }
        }
    }

    /** Sends again what was sent long ago. */
    void repeat() {
        for (var to : realm.waiting().receivers()) {
            synchronized (realm.lock(to)) {
                var node = cluster.nodeOf(to);
                var line = realm.waiting().line(to);
                if (node == null || line == null) {
                    continue;
                }
                var now = server.now();
                var first = line.messages().peekFirst();
                if (line.route() == 0 || (first != null && now - first.sentNanos() >= REPEAT_NANOS)) {
                    sendAll(line, to, node, now);
                }
            }
        }
    }

    // --- from other nodes ------------------------------------------------------

    void received(String node, NodeMessage message) {
        switch (message.kind()) {
            case MESSAGE, HANG_UP, DISMISS -> answer(node, message, passedOn(node, message));
            case TELL -> told(message);
            case HAD_ALL -> Acknowledgements.read(message.content(), this::had);
            case HAD, NO_ROOM, ABSENT, GAP -> answered(message);
            case ASK, ANSWER, NEWS -> {}
        }
        if (message.kind() == NodeMessage.Kind.HANG_UP) {
            realm.forget(message.receiver(), message.sender());
        }
    }

    private void told(NodeMessage message) {
        final @Nullable Link link;
        synchronized (realm.lock(message.receiver())) {
            // Under the lock, so that one who is about to be let in counts as here.
            link = realm.find(message.receiver());
        }
        if (link != null) {
            realm.tell(link, message.content());
        } else if (!message.isSaidToAll()) {
            // It has gone on to a node of which the one that said this had not heard yet.
            member().sendToAll(NodeMessage.tellAll(message.receiver(), message.content())
                    .bytes());
        }
    }

    private void answer(String node, NodeMessage message, NodeMessage.@Nullable Kind kind) {
        if (kind == null) {
            acknowledgements.add(node, message);
            if (message.type() != MessageType.CANDIDATE) {
                // Somebody who goes on to another node in that moment would get it there once more. A candidate twice
                // is as one; there are fifty in a call.
                acknowledgements.sendTo(node);
            }
            return;
        }
        // Not before what has arrived before it.
        acknowledgements.sendTo(node);
        member().send(node, NodeMessage.answer(kind, message).bytes());
    }

    /** What is to be answered at once; null where it has arrived and was expected. */
    private NodeMessage.@Nullable Kind passedOn(String node, NodeMessage message) {
        var id = message.receiver();
        synchronized (realm.lock(id)) {
            var link = realm.find(id);
            if (link == null) {
                return cluster.isAwaited(id) ? parked(node, message) : NodeMessage.Kind.ABSENT;
            }
            if (link.hasHeard(node, message.number())) {
                return NodeMessage.Kind.HAD;
            }
            if (message.after() > 0 && !link.hasHeard(node, message.after())) {
                return NodeMessage.Kind.GAP;
            }
            if (message.kind() == NodeMessage.Kind.DISMISS) {
                server.dismissHere(link, new String(message.content(), StandardCharsets.UTF_8));
                return NodeMessage.Kind.HAD;
            }
            if (!realm.sent(link, message.content())) {
                return NodeMessage.Kind.ABSENT;
            }
            link.heard(node, message.number());
            return null;
        }
    }

    /** The receiver's connection is granted its id and not in yet. */
    private NodeMessage.Kind parked(String node, NodeMessage message) {
        var parked = new Parked(
                message.kind() == NodeMessage.Kind.MESSAGE ? Parked.Kind.MESSAGE : Parked.Kind.HANG_UP,
                message.sender(),
                message.type(),
                message.content(),
                server.now() + TimeUnit.MILLISECONDS.toNanos(message.millisLeft()),
                node,
                message.number());
        if (message.kind() == NodeMessage.Kind.DISMISS) {
            // It was meant for a connection that is gone.
            return NodeMessage.Kind.HAD;
        }
        parked.number(numbers.incrementAndGet());
        return realm.waiting().park(message.receiver(), parked) == null
                ? NodeMessage.Kind.NO_ROOM
                : NodeMessage.Kind.HAD;
    }

    private void had(String id, long number) {
        synchronized (realm.lock(id)) {
            var line = realm.waiting().line(id);
            if (line != null) {
                remove(id, numbered(line, number));
            }
        }
    }

    private static @Nullable Parked numbered(Waiting.Line line, long number) {
        for (var one : line.messages()) {
            if (one.number() == number) {
                return one;
            }
        }
        return null;
    }

    private void answered(NodeMessage answer) {
        var id = answer.receiver();
        String noRoomFor = null;
        synchronized (realm.lock(id)) {
            var line = realm.waiting().line(id);
            if (line == null) {
                return;
            }
            var what = numbered(line, answer.number());
            switch (answer.kind()) {
                case HAD -> remove(id, what);
                case NO_ROOM -> {
                    remove(id, what);
                    noRoomFor = what != null && what.kind() == Parked.Kind.MESSAGE ? what.sender() : null;
                }
                default -> {
                    if (what == null || line.route() != answer.route()) {
                        return;
                    }
                    line.route(0);
                    var node = cluster.nodeOf(id);
                    if (node != null && answer.kind() == NodeMessage.Kind.GAP) {
                        sendAll(line, id, node, server.now());
                    }
                    // Absent: news of where it went are on their way, or it is tried again.
                }
            }
        }
        if (noRoomFor != null) {
            server.tally().expired.increment();
            realm.expired(id, noRoomFor);
        }
    }

    private void remove(String id, @Nullable Parked what) {
        if (what != null) {
            realm.waiting().remove(id, what);
        }
    }
}
