package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.Realm.Entry;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Claiming;
import dev.livemeter.spi.SignalingBus.Holding;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of several nodes: knows from the news of a {@link SignalingBus} which node holds which id, and sees to it that what is held here is known there. What is for peers elsewhere is
 * the business of {@link Forwarding}. Thread-safe; whatever concerns an id happens under that id's lock.
 */
final class Cluster implements SignalingBus.Hearer {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    /** A bus that takes longer to answer counts as away, and the peer comes in all the same. */
    private static final long CLAIM_SECONDS = 3;

    private static final int COMPARE_EVERY = 5;
    private static final String HELD = "Another connection holds this id.";

    private final SignalingServer server;
    private final Realm realm;
    private final int most;
    private final ConcurrentHashMap<String, Holding> holders = new ConcurrentHashMap<>();
    private final SignalingBus.Member member;
    private final Forwarding forwarding;
    private final Exchange exchange;
    private Set<Holding> abandoned = Set.of();
    private int ticks;

    /** Joins the bus; the realm must know of this cluster before anybody comes. */
    Cluster(SignalingServer server, Realm realm, SignalingBus bus, int most) {
        this.server = server;
        this.realm = realm;
        this.most = most;
        this.forwarding = new Forwarding(server, realm, this);
        this.exchange = new Exchange(this::member, peer -> Optional.ofNullable(nodeOf(peer.value())));
        var news = new EarlyNews(this);
        this.member = bus.join(news);
        forwarding.begin(member);
        news.begin();
    }

    Exchange exchange() {
        return exchange;
    }

    // --- who holds what --------------------------------------------------------

    Set<String> ids() {
        return holders.keySet();
    }

    boolean isHeld(String id) {
        return holders.containsKey(id);
    }

    /** Where an id is held, if that is another node. */
    @Nullable
    String nodeOf(String id) {
        var holding = holders.get(id);
        return holding == null || isOwn(holding) ? null : holding.node();
    }

    /** Whether this node has been granted an id whose connection may not be in yet. */
    boolean isAwaited(String id) {
        var holding = holders.get(id);
        return holding != null && isOwn(holding);
    }

    private boolean isOwn(Holding holding) {
        return holding.node().equals(member().node());
    }

    private SignalingBus.Member member() {
        return forwarding.member();
    }

    /** Whether nobody is known to have taken an id over since. To be called under the lock of the id. */
    boolean isLatest(Holding holding) {
        var known = holders.get(holding.peer().value());
        return known == null || known.version() <= holding.version();
    }

    // --- those who are here ----------------------------------------------------

    /** Lets a connection in that all nodes grant its id; waits for the answer. */
    Entry enter(Link link) {
        var here = realm.find(link.id().value());
        if (here != null && !here.yieldsTo(link)) {
            return Entry.ID_TAKEN;
        }
        link.since(server.wallMicros());
        var claiming = claimed(link);
        if (claiming instanceof Claiming.Taken) {
            return Entry.ID_TAKEN;
        }
        if (claiming instanceof Claiming.Full) {
            return Entry.FULL;
        }
        if (claiming instanceof Claiming.Held held) {
            link.holding(held.holding());
        }
        var entry = realm.enter(link, server.now());
        var holding = link.holding();
        if (holding != null && entry != Entry.IN && entry != Entry.TOOK_OVER) {
            member().release(holding, Departure.LOST);
        }
        return entry;
    }

    /** What the bus says; null where it is away. */
    private @Nullable Claiming claimed(Link link) {
        try {
            return member().claim(link.id(), link.proof(), most)
                    .toCompletableFuture()
                    .get(CLAIM_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException away) {
            log.debug("A peer came in while the bus is away; its id is claimed later.");
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** A connection is in. To be called under the lock of the id. */
    void entered(Holding holding) {
        holders.put(holding.peer().value(), holding);
    }

    /** A connection is gone. To be called under the lock of the id. */
    void left(Link link, Departure how) {
        var holding = link.holding();
        if (holding != null) {
            holders.remove(link.id().value(), holding);
            // What it has had is not to be brought to it once more, wherever it comes next.
            forwarding.acknowledge();
            member().release(holding, how);
        }
    }

    /** Says again that an id is held here. */
    private void restore(Link link) {
        member().restore(link.id(), link.proof(), link.since()).whenComplete((claiming, away) -> {
            if (claiming != null) {
                restored(link, claiming);
            }
        });
    }

    private void restored(Link link, Claiming claiming) {
        var id = link.id().value();
        synchronized (realm.lock(id)) {
            var isHere = realm.find(id) == link;
            if (claiming instanceof Claiming.Held held) {
                if (!isHere) {
                    member().release(held.holding(), Departure.LOST);
                } else if (isLatest(held.holding())) {
                    link.holding(held.holding());
                    entered(held.holding());
                }
            } else if (isHere) {
                realm.displace(link, Frames.idTaken(), HELD);
            }
        }
    }

    // --- news --------------------------------------------------------------------

    @Override
    public void held(Holding holding) {
        var id = holding.peer().value();
        synchronized (realm.lock(id)) {
            var before = holders.get(id);
            if (before != null && before.version() >= holding.version()) {
                return;
            }
            var link = realm.find(id);
            if (isOwn(holding)) {
                holders.put(id, holding);
                if (link != null && link.holding() == null) {
                    link.holding(holding);
                }
                return;
            }
            if (link != null && link.holding() == null) {
                // Which of the two stays is for the bus to say.
                holders.put(id, holding);
                restore(link);
                return;
            }
            holders.put(id, holding);
            if (link != null) {
                displace(link, holding);
            }
            var isAsBefore =
                    before != null && before.node().equals(holding.node()) && before.since() == holding.since();
            if (!isAsBefore) {
                realm.presence().joined(holding.peer());
            }
            forwarding.forwardAll(id, holding.node());
        }
    }

    private void displace(Link link, Holding by) {
        if (by.since() > link.since()) {
            // With an owner it may be another window of the same person, which is not to come back by itself.
            realm.displace(link, link.hasOwner() ? Frames.idTaken() : null, "Another connection took over.");
        } else {
            // Two nodes let somebody in while they could not hear each other; who was first stays.
            realm.displace(link, Frames.idTaken(), HELD);
        }
    }

    @Override
    public void freed(Holding holding, Departure how) {
        var id = holding.peer().value();
        synchronized (realm.lock(id)) {
            var known = holders.get(id);
            if (known == null || known.version() != holding.version()) {
                return;
            }
            holders.remove(id);
            forwarding.stop(id);
            if (!isOwn(holding)) {
                realm.presence().left(holding.peer(), how);
                return;
            }
            var link = realm.find(id);
            if (link != null) {
                // The others took this node for dead.
                link.holding(null);
                restore(link);
            }
        }
    }

    @Override
    public void all(Collection<Holding> holdings) {
        var told = new HashMap<String, Holding>();
        for (var holding : holdings) {
            told.put(holding.peer().value(), holding);
            held(holding);
        }
        for (var link : realm.links()) {
            var holding = told.get(link.id().value());
            var own = link.holding();
            if (own == null || holding == null || holding.version() < own.version()) {
                restore(link);
            }
        }
        var doubtful = new HashSet<Holding>();
        holders.forEach((id, known) -> {
            if (!told.containsKey(id)) {
                doubtful.add(known);
            }
        });
        if (!doubtful.isEmpty()) {
            // The bus may have lost what it knew; those who hold these say so again within that time.
            server.after(SignalingBus.LONGEST_SILENCE, () -> doubtful.forEach(this::drop));
        }
    }

    private void drop(Holding doubtful) {
        var id = doubtful.peer().value();
        synchronized (realm.lock(id)) {
            if (doubtful.equals(holders.get(id)) && realm.find(id) == null) {
                holders.remove(id);
                forwarding.stop(id);
                if (!isOwn(doubtful)) {
                    realm.presence().left(doubtful.peer(), Departure.LOST);
                }
            }
        }
    }

    @Override
    public void received(String node, byte[] message) {
        var read = NodeMessage.read(message);
        if (read == null) {
            return;
        }
        switch (read.kind()) {
            case ASK, ANSWER, NEWS -> exchange.received(node, read);
            default -> forwarding.received(node, read);
        }
    }

    // --- messages ------------------------------------------------------------------

    boolean forward(String sender, String to, MessageType type, byte[] frame, long now) {
        return forwarding.forward(sender, to, type, frame, now);
    }

    void tell(String to, byte[] frame) {
        forwarding.tell(to, frame);
    }

    /** An order about a peer that may be elsewhere; reaches it for as long as it may wait. */
    void order(Parked.Kind kind, String sender, PeerId to, byte[] content) {
        forwarding.order(kind, sender, to.value(), content);
    }

    // --- time ------------------------------------------------------------------------

    /** Looks after what was not acknowledged and, now and then, whether what is held is what is here. */
    void tick() {
        forwarding.acknowledge();
        forwarding.repeat();
        if (++ticks % COMPARE_EVERY == 0) {
            compare();
        }
    }

    private void compare() {
        for (var link : realm.links()) {
            if (link.holding() == null) {
                restore(link);
            }
        }
        var without = new HashSet<Holding>();
        holders.forEach((id, holding) -> {
            if (isOwn(holding) && realm.find(id) == null) {
                without.add(holding);
            }
        });
        // Seen twice, so it is not just coming in: it was let go while the bus could not hear it.
        for (var holding : without) {
            if (abandoned.contains(holding)) {
                holders.remove(holding.peer().value(), holding);
                member().release(holding, Departure.LOST);
            }
        }
        abandoned = without;
    }

    void close() {
        forwarding.acknowledge();
        member.close();
    }

    /** Every so often {@link #tick} is due. */
    static Duration tickEvery() {
        return Duration.ofSeconds(1);
    }
}
