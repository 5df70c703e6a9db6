package dev.livemeter.testing;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins several signaling servers of one process. Give the same one to all of them. It can be made to fail as a real one does. Thread-safe.
 */
public final class InMemorySignalingBus implements SignalingBus {

    private static final Logger log = LoggerFactory.getLogger(InMemorySignalingBus.class);

    private final Executor executor;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<PeerId, Held> held = new LinkedHashMap<>();
    private long clock;
    private int names;
    private boolean away;

    private InMemorySignalingBus(Executor executor) {
        this.executor = executor;
    }

    /** A bus whose nodes hear by threads of its own. */
    public static InMemorySignalingBus create() {
        return new InMemorySignalingBus(Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "in-memory-signaling-bus");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** A bus whose nodes hear there; {@code Runnable::run} lets them hear before the call that causes it returns. */
    public static InMemorySignalingBus hearingOn(Executor executor) {
        return new InMemorySignalingBus(executor);
    }

    private record Held(Holding holding, String proof) {}

    @Override
    public Member join(Hearer hearer) {
        final Node node;
        synchronized (this) {
            node = new Node(this, "node-" + ++names, hearer);
            nodes.put(node.name, node);
            tellAll(node);
        }
        hear();
        return node;
    }

    // How it fails

    /** From now on nobody reaches anybody, until {@link #comeBack}. */
    public synchronized void goAway() {
        away = true;
    }

    /** It is there again, with all it knew; nodes hear what is held. */
    public void comeBack() {
        synchronized (this) {
            away = false;
            nodes.values().forEach(this::tellAll);
        }
        hear();
    }

    /** Forgets who holds what, as a server that keeps nothing on disk and was started anew. */
    public void forgetEverything() {
        synchronized (this) {
            held.clear();
            nodes.values().forEach(this::tellAll);
        }
        hear();
    }

    /** A node dies without a word, and that is noticed. */
    public void lose(String node) {
        synchronized (this) {
            var gone = nodes.remove(node);
            if (gone != null) {
                free(node);
            }
        }
        hear();
    }

    private void tellAll(Node node) {
        var all = held.values().stream().map(Held::holding).toList();
        node.tell(hearer -> hearer.all(all));
    }

    private void tell(Consumer<Hearer> news) {
        if (!away) {
            nodes.values().forEach(node -> node.tell(news));
        }
    }

    private void free(String node) {
        for (var one : List.copyOf(held.values())) {
            if (one.holding().node().equals(node)) {
                held.remove(one.holding().peer());
                tell(hearer -> hearer.freed(one.holding(), Departure.LOST));
            }
        }
    }

    /** Lets everybody hear what they were told; never under the lock, as who hears may speak. */
    private void hear() {
        final List<Node> all;
        synchronized (this) {
            all = new ArrayList<>(nodes.values());
        }
        all.forEach(Node::hear);
    }

    private synchronized Claiming claimed(Node node, PeerId peer, String proof, int most) {
        requireReachable(node);
        var before = held.get(peer);
        if (before != null && !before.proof().equals(proof)) {
            return new Claiming.Taken();
        }
        if (before == null && held.size() >= most) {
            return new Claiming.Full();
        }
        return hold(node, peer, proof, -1);
    }

    private synchronized Claiming restored(Node node, PeerId peer, String proof, long since) {
        requireReachable(node);
        var before = held.get(peer);
        if (before != null) {
            var began = before.holding().since();
            if (began == since && before.holding().node().equals(node.name)) {
                return new Claiming.Held(before.holding());
            }
            if (before.proof().equals(proof) ? began > since : began < since) {
                return new Claiming.Taken();
            }
        }
        return hold(node, peer, proof, since);
    }

    private Claiming hold(Node node, PeerId peer, String proof, long since) {
        clock = Math.max(clock + 1, System.currentTimeMillis() * 1000);
        var holding = new Holding(peer, node.name, since < 0 ? clock : since, clock);
        held.put(peer, new Held(holding, proof));
        tell(hearer -> hearer.held(holding));
        return new Claiming.Held(holding);
    }

    private void requireReachable(Node node) {
        if (away || nodes.get(node.name) != node) {
            throw new IllegalStateException("The bus is away, or this node is not on it any more.");
        }
    }

    private synchronized void released(Holding holding, Departure how) {
        var now = held.get(holding.peer());
        if (!away && now != null && now.holding().equals(holding)) {
            held.remove(holding.peer());
            tell(hearer -> hearer.freed(holding, how));
        }
    }

    private synchronized void sent(Node from, @Nullable String to, byte[] message) {
        if (away || nodes.get(from.name) != from) {
            return;
        }
        for (var node : nodes.values()) {
            if (to == null ? node != from : node.name.equals(to)) {
                node.tell(hearer -> hearer.received(from.name, message.clone()));
            }
        }
    }

    private static final class Node implements Member {

        private final InMemorySignalingBus bus;
        private final String name;
        private final Hearer hearer;
        private final ArrayDeque<Consumer<Hearer>> news = new ArrayDeque<>();
        private boolean hears;

        private Node(InMemorySignalingBus bus, String name, Hearer hearer) {
            this.bus = bus;
            this.name = name;
            this.hearer = hearer;
        }

        private void tell(Consumer<Hearer> what) {
            synchronized (news) {
                news.add(what);
            }
        }

        private void hear() {
            synchronized (news) {
                if (hears || news.isEmpty()) {
                    return;
                }
                hears = true;
            }
            bus.executor.execute(this::hearOn);
        }

        private void hearOn() {
            while (true) {
                final Consumer<Hearer> next;
                synchronized (news) {
                    next = news.poll();
                    if (next == null) {
                        hears = false;
                        return;
                    }
                }
                try {
                    next.accept(hearer);
                } catch (RuntimeException e) {
                    log.error("A node failed on hearing news.", e);
                }
            }
        }

        @Override
        public String node() {
            return name;
        }

        @Override
        public CompletionStage<Claiming> claim(PeerId peer, String proof, int most) {
            try {
                return CompletableFuture.completedFuture(bus.claimed(this, peer, proof, most));
            } catch (IllegalStateException away) {
                return CompletableFuture.failedFuture(away);
            } finally {
                bus.hear();
            }
        }

        @Override
        public CompletionStage<Claiming> restore(PeerId peer, String proof, long since) {
            try {
                return CompletableFuture.completedFuture(bus.restored(this, peer, proof, since));
            } catch (IllegalStateException away) {
                return CompletableFuture.failedFuture(away);
            } finally {
                bus.hear();
            }
        }

        @Override
        public void release(Holding holding, Departure how) {
            bus.released(holding, how);
            bus.hear();
        }

        @Override
        public void send(String node, byte[] message) {
            bus.sent(this, node, message);
            bus.hear();
        }

        @Override
        public void sendToAll(byte[] message) {
            bus.sent(this, null, message);
            bus.hear();
        }

        @Override
        public void close() {
            synchronized (bus) {
                if (bus.nodes.remove(name, this)) {
                    bus.free(name);
                }
            }
            bus.hear();
        }
    }
}
