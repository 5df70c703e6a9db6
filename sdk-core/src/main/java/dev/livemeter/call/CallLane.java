package dev.livemeter.call;

import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.ClientChanged;
import dev.livemeter.event.LiveEvent.ClientChanged.Presence;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeLines;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.Delivery;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.PeerNetwork;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The call lane: who may come into signaling and call whom, and how the meter's orders reach the clients. Calls and rooms connect people here; signaling asks it as its {@link PeerAuthority}.
 * Thread-safe.
 */
public final class CallLane implements PeerAuthority {

    private static final Logger log = LoggerFactory.getLogger(CallLane.class);
    private static final String NOT_ADMITTED =
            "The token is not valid for this id, or has expired; get a new one and connect again.";

    private final CallPolicy policy;
    private final PeerNetwork network;
    private final Meter meter;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final AccessTokens tokens;
    private final CallNodes nodes;
    private final @Nullable NodeLines lines;
    private final Events events;
    private final Map<SessionId, MediaPair> metered = new ConcurrentHashMap<>();
    private final Map<PeerId, Set<MediaPair>> pairs = new ConcurrentHashMap<>();
    private final Map<UserId, Set<PeerId>> devices = new ConcurrentHashMap<>();
    private final List<Keeper> keepers = new CopyOnWriteArrayList<>();

    CallLane(
            CallPolicy policy,
            PeerNetwork network,
            Meter meter,
            TimeSource time,
            Scheduler scheduler,
            AccessTokens tokens,
            CallNodes nodes,
            @Nullable NodeLines lines,
            Events events) {
        this.policy = policy;
        this.network = network;
        this.meter = meter;
        this.time = time;
        this.scheduler = scheduler;
        this.tokens = tokens;
        this.nodes = nodes;
        this.lines = lines;
        this.events = events;
        meter.deliver(Lane.CALL, new Delivered(), policy.credit());
    }

    /** Who keeps what sessions were opened for: calls, rooms. */
    public interface Keeper {

        /** A session is over and charged, or another node has it. May block. */
        void settled(Session session);

        /** A session that no pair here belongs to has to end: whoever is still connected for it is to hang up. May block. */
        void orphaned(SessionId session);

        /** A session is restricted, or goes on. */
        void changed(SessionId session);

        /** Somebody came into signaling, or went. */
        default void presence(UserId user) {}
    }

    /** Tells a keeper what becomes of sessions, from now on. */
    public void keep(Keeper keeper) {
        keepers.add(keeper);
    }

    /** How rooms speak to other nodes; null where there are none. */
    public @Nullable NodeLine line(String subject) {
        return lines == null ? null : lines.line(subject);
    }

    CallPolicy policy() {
        return policy;
    }

    PeerNetwork network() {
        return network;
    }

    Meter meter() {
        return meter;
    }

    TimeSource time() {
        return time;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    // Pairs

    /** From now on the two may be connected, and are watched. */
    public MediaPair connect(MediaPair.Terms terms, MediaPair.Watcher watcher) {
        var pair = new MediaPair(this, terms, watcher);
        var session = terms.session();
        if (session != null) {
            metered.put(session, pair);
        }
        of(terms.payerPeer()).add(pair);
        of(terms.payeePeer()).add(pair);
        nodes.changed(() -> isConnected(terms)
                ? Optional.of(new Elsewhere.Statement(Elsewhere.Fact.of(terms), null))
                : Optional.empty());
        pair.begin();
        if (session != null && meter.running(session).isEmpty()) {
            // The meter had ended it before it was known here.
            scheduler.after(Duration.ZERO, () -> pair.cutByMeter(new SessionEnd.Lost("it ended while it began")));
        }
        return pair;
    }

    private Set<MediaPair> of(PeerId peer) {
        return pairs.computeIfAbsent(peer, unknown -> ConcurrentHashMap.newKeySet());
    }

    void forget(MediaPair pair) {
        var terms = pair.terms();
        var session = terms.session();
        if (session != null) {
            metered.remove(session, pair);
        }
        for (var peer : List.of(terms.payerPeer(), terms.payeePeer())) {
            pairs.computeIfPresent(peer, (key, some) -> {
                some.remove(pair);
                return some.isEmpty() ? null : some;
            });
        }
        nodes.ends(Elsewhere.Fact.of(terms), () -> isConnected(terms));
    }

    /** Whether any pair of these two clients is here: they may have more than one thing with each other. */
    private boolean isConnected(MediaPair.Terms terms) {
        return areConnected(terms.payerPeer(), terms.payeePeer());
    }

    private boolean areConnected(PeerId one, PeerId other) {
        return pairs.getOrDefault(one, Set.of()).stream()
                .map(MediaPair::terms)
                .anyMatch(terms ->
                        terms.payerPeer().equals(other) || terms.payeePeer().equals(other));
    }

    /** Who may be connected by what runs here. */
    List<Elsewhere.Statement> statements() {
        return pairs.values().stream()
                .flatMap(Set::stream)
                .map(pair -> new Elsewhere.Statement(Elsewhere.Fact.of(pair.terms()), null))
                .distinct()
                .toList();
    }

    // Who may come in, and call whom

    /** A token for one of a user's clients. */
    AccessToken token(UserId user, String device) {
        return tokens.issue(user, PeerNames.of(user, device), policy.tokenFor());
    }

    /** The clients of a user that are connected now; the first device is looked up even if it came in by another node. */
    public List<PeerId> present(UserId user) {
        var known = devices.getOrDefault(user, Set.of());
        var first = PeerNames.of(user);
        return known.isEmpty()
                ? network.isPresent(first) ? List.of(first) : List.of()
                : known.stream().filter(network::isPresent).toList();
    }

    /** Whether one of a user's clients is connected. */
    public boolean isPresent(UserId user) {
        return !present(user).isEmpty();
    }

    @Override
    public Admission admit(PeerRequest request) {
        var claim = tokens.check(request.token(), request.id()).orElse(null);
        if (claim == null) {
            return new Admission.Refused(NOT_ADMITTED);
        }
        // They may have been banned since the token was issued.
        return policy.meeting()
                .objectionTo(claim.user())
                .<Admission>map(Admission.Refused::new)
                .orElseGet(() -> new Admission.Admitted(
                        Duration.between(time.instant(), claim.expiresAt()),
                        claim.user().value()));
    }

    @Override
    public boolean mayCall(PeerId caller, PeerId callee) {
        return areConnected(caller, callee) || nodes.mayCall(caller, callee);
    }

    @Override
    public void joined(PeerId peer) {
        var user = PeerNames.user(peer).orElse(null);
        if (user != null) {
            devices.compute(user, (key, known) -> {
                var more = known == null ? ConcurrentHashMap.<PeerId>newKeySet() : known;
                more.add(peer);
                return more;
            });
        }
        each(peer, pair -> pair.joined(peer));
        told(user, peer, Presence.JOINED);
    }

    @Override
    public void left(PeerId peer, Departure departure) {
        var user = PeerNames.user(peer).orElse(null);
        if (user != null) {
            devices.computeIfPresent(user, (key, known) -> {
                known.remove(peer);
                return known.isEmpty() ? null : known;
            });
        }
        each(peer, pair -> pair.left(peer, departure));
        told(
                user,
                peer,
                switch (departure) {
                    case LEFT -> Presence.LEFT;
                    case LOST -> Presence.LOST;
                    case DISMISSED -> Presence.DISMISSED;
                });
    }

    private void told(@Nullable UserId user, PeerId peer, Presence change) {
        if (user != null) {
            events.publish(new ClientChanged(
                    time.instant().truncatedTo(ChronoUnit.MILLIS), user, PeerNames.device(peer), change));
            keepers.forEach(keeper -> keeper.presence(user));
        }
    }

    private void each(PeerId peer, Consumer<MediaPair> action) {
        List.copyOf(pairs.getOrDefault(peer, Set.of())).forEach(action);
    }

    /**
     * What the meter orders. Its calls come under the lock of a session, which a pair may be waiting for under its own: so only signaling is told at once, and all else
     * is done by another thread.
     */
    private final class Delivered implements Delivery {

        @Override
        public boolean isConfirmedAfterwards() {
            return true;
        }

        @Override
        public void cut(SessionId session) {
            var pair = metered.get(session);
            if (pair != null) {
                network.hangUp(pair.terms().payerPeer(), pair.terms().payeePeer());
                var why = meter.ordered(session);
                scheduler.after(
                        Duration.ZERO,
                        () -> pair.cutByMeter(why.or(() -> meter.ordered(session))
                                .orElseGet(() -> new SessionEnd.Lost("another node has taken it over"))));
            } else {
                scheduler.after(Duration.ZERO, () -> told(keeper -> keeper.orphaned(session)));
            }
        }

        @Override
        public boolean hasPreview() {
            return true;
        }

        @Override
        public void restrict(SessionId session, FinalUnitAction action) {
            scheduler.after(Duration.ZERO, () -> told(keeper -> keeper.changed(session)));
        }

        @Override
        public void resume(SessionId session) {
            scheduler.after(Duration.ZERO, () -> told(keeper -> keeper.changed(session)));
        }

        @Override
        public void over(Session session) {
            scheduler.after(Duration.ZERO, () -> told(keeper -> keeper.settled(session)));
        }

        private void told(Consumer<Keeper> what) {
            for (var keeper : keepers) {
                try {
                    what.accept(keeper);
                } catch (RuntimeException e) {
                    log.warn(
                            "What became of a session could not be noted ({}); it is found again later.",
                            e.getMessage());
                }
            }
        }
    }
}
