package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credit control for everything that is sold by time (RFC 8506): opens sessions against a hold, meters them, renews their quota, settles what they
 * used and ends them. Lanes say what happens; the meter says what may go on. Thread-safe.
 *
 * <p>Several nodes may meter on one store. Each holds a lease; sessions of a node whose lease has ended are taken over by another and closed at
 * their last proof of life. A node that only slept finds its sessions fenced and charges nothing more.
 */
public final class Meter {

    private static final Logger log = LoggerFactory.getLogger(Meter.class);

    /** How long after its last sign of life a node counts as dead. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    /** How far two accounts of when a session was opened may lie apart: a wall clock may have been set between them. */
    private static final Duration SAME_MOMENT = Duration.ofSeconds(30);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** A renewal so long after the one before may have waited for a store that was away without an error. */
    private static final Duration LATE = LOOK_EVERY.multipliedBy(2);

    private static final int MOST_AT_ONCE = 500;
    private static final Delivery NOBODY = session -> {};

    /** How often a session looks anew for minutes that others took meanwhile; then it opens without. */
    private static final int MOST_LOOKS_FOR_MINUTES = 3;

    private final SessionParts parts;
    private final Settler settler;
    private final IdSource ids;
    private final NodeId node;
    private final Function<UserId, ZoneId> zones;
    private final Map<Lane, Delivery> deliveries = new ConcurrentHashMap<>();
    private final Map<Lane, SessionParts> partsOfLanes = new ConcurrentHashMap<>();
    private final Map<SessionId, MeteredSession> running = new ConcurrentHashMap<>();
    private final Map<SessionId, MeteredSession> waiting = new ConcurrentHashMap<>();
    private final Set<SessionId> closing = ConcurrentHashMap.newKeySet();
    private final SeenElsewhere seenElsewhere;
    private volatile boolean leased;
    private volatile boolean unanswered;
    private volatile long renewedAtNanos;
    private volatile boolean renewalFailed;

    /** Nothing is taken over before that moment, while {@code waitsForOthers}. */
    private volatile long othersRenewUntilNanos;

    private volatile boolean waitsForOthers;

    /**
     * A meter.
     *
     * @param settler settles wallet and store together; null where they know nothing of each other
     * @param zones by whose calendar the month of a payer begins
     */
    public Meter(
            Wallet wallet,
            SessionStore store,
            @Nullable Settler settler,
            TimeSource time,
            Scheduler scheduler,
            IdSource ids,
            Events events,
            SessionPolicy policy,
            Function<UserId, ZoneId> zones) {
        this.settler = settler == null ? new StepwiseSettler(wallet, store) : settler;
        this.parts = new SessionParts(wallet, store, this.settler, time, scheduler, events, policy);
        this.seenElsewhere = new SeenElsewhere(time, LEASE, SAME_MOMENT);
        this.ids = ids;
        this.node = new NodeId(ids.next());
        this.zones = zones;
    }

    /** Says who delivers the sessions of a lane. */
    public void deliver(Lane lane, Delivery delivery) {
        deliveries.put(lane, delivery);
    }

    /** As {@link #deliver(Lane, Delivery)}, under rules of credit control of the lane's own. To be called before the meter starts. */
    public void deliver(Lane lane, Delivery delivery, SessionPolicy rules) {
        partsOfLanes.put(lane, parts.under(rules));
        deliver(lane, delivery);
    }

    /**
     * Closes what earlier processes left open, or waits for it where its delivery goes on without them, and goes on to look for what other nodes leave.
     *
     * @param exclusive whether no other node can be alive
     * @return how many sessions were found
     */
    public int start(boolean exclusive) {
        if (exclusive) {
            return takeOver(Instant.MAX);
        }
        leased = true;
        renew();
        var found = takeOver(parts.time().instant());
        parts.scheduler().after(LOOK_EVERY, this::look);
        return found;
    }

    private void look() {
        if (!leased) {
            return;
        }
        try {
            renewAgain();
            if (unanswered) {
                closeUnknown();
                unanswered = false;
            }
            if (!isWaitingForOthers()) {
                takeOver(parts.time().instant());
            }
        } catch (RuntimeException e) {
            unanswered = true;
            log.warn("The lease of this node could not be renewed ({}); trying again.", e.getMessage());
        }
        parts.scheduler().after(LOOK_EVERY, this::look);
    }

    private void renew() {
        parts.store().renewLease(node, parts.time().instant().plus(LEASE));
        renewedAtNanos = parts.time().nanoTime();
    }

    /** Where this node could not renew its lease, the others, who live, could not renew theirs either: they get time to do so. */
    private void renewAgain() {
        var before = renewedAtNanos;
        try {
            renew();
        } catch (RuntimeException e) {
            renewalFailed = true;
            throw e;
        }
        if (renewalFailed || renewedAtNanos - before > LATE.toNanos()) {
            renewalFailed = false;
            othersRenewUntilNanos = renewedAtNanos + LEASE.toNanos();
            waitsForOthers = true;
        }
    }

    private boolean isWaitingForOthers() {
        if (waitsForOthers && parts.time().nanoTime() - othersRenewUntilNanos >= 0) {
            waitsForOthers = false;
        }
        return waitsForOthers;
    }

    private void pickUp(Session left) {
        var delivery = delivery(left.lane());
        var patience = delivery.resumesWithin();
        var goesOn = left.state() == SessionState.AUTHORIZED || left.state() == SessionState.LIVE;
        if (patience.isZero() || !goesOn || running.containsKey(left.id())) {
            log.info("Session {} of {} was left open; closing it at its last sign of life.", left.id(), left.payer());
            close(left);
            return;
        }
        log.info(
                "Session {} of {} was left open; it has {} ms to show that it is still delivered.",
                left.id(),
                left.payer(),
                patience.toMillis());
        waiting.put(left.id(), MeteredSession.leftOpen(parts(left.lane()), delivery, forgetting(left.id()), left));
        parts.scheduler().after(patience, () -> giveUp(left.id()));
    }

    private void giveUp(SessionId id) {
        var waited = waiting.get(id);
        var later = waited == null
                ? Duration.ZERO
                : delivery(waited.session().lane()).resumesLater();
        if (!later.isZero()) {
            // Nobody could hear of it, so its silence says nothing.
            parts.scheduler().after(later, () -> giveUp(id));
            return;
        }
        var session = waiting.remove(id);
        if (session != null) {
            log.info("Session {} is not delivered any more; closing it at its last sign of life.", id);
            closing.add(id);
            session.reconcile();
        }
    }

    private Runnable forgetting(SessionId id) {
        return () -> {
            running.remove(id);
            closing.remove(id);
        };
    }

    /**
     * What waits for a sign of life since its node went away, and was opened with that key at about that moment; of several the nearest.
     *
     * @throws LivemeterException {@code session.elsewhere}, with retryable set, where another node may still have it
     */
    Optional<Session> left(StreamKeyId key, UserId payer, Instant openedAt) {
        var found = nearest(waiting.values(), key, openedAt);
        if (found.isEmpty() && isElsewhere(key, payer, openedAt)) {
            throw new LivemeterException(
                    "session.elsewhere",
                    "The session of this publisher belongs to another node, whose lease is not over yet; ask again.",
                    true,
                    null);
        }
        return found;
    }

    /** What waits for a sign of life with that key is not waited for any more: it is closed at its last one. */
    void abandon(StreamKeyId key) {
        for (var session : List.copyOf(waiting.values())) {
            if (key.equals(session.session().streamKey()) && waiting.remove(session.id(), session)) {
                log.info("Session {} is closed at its last sign of life: its key streams anew.", session.id());
                closing.add(session.id());
                session.reconcile();
            }
        }
    }

    /** What runs here and was opened with that key at about that moment; of several the nearest. */
    Optional<Session> opened(StreamKeyId key, Instant openedAt) {
        return nearest(running.values(), key, openedAt);
    }

    private static Optional<Session> nearest(Collection<MeteredSession> among, StreamKeyId key, Instant openedAt) {
        return among.stream()
                .map(MeteredSession::session)
                .filter(session -> key.equals(session.streamKey()))
                .filter(session -> apart(session, openedAt).compareTo(SAME_MOMENT) <= 0)
                .min(Comparator.comparing(session -> apart(session, openedAt)));
    }

    private boolean isElsewhere(StreamKeyId key, UserId payer, Instant openedAt) {
        if (seenElsewhere.contains(key, openedAt)) {
            return true;
        }
        var found = parts.store().open(payer).stream()
                .anyMatch(session -> key.equals(session.streamKey())
                        && !session.node().equals(node)
                        && apart(session, openedAt).compareTo(SAME_MOMENT) <= 0);
        if (found) {
            seenElsewhere.add(key, openedAt);
        }
        return found;
    }

    /**
     * How many sessions of a lane that user pays for on other nodes, by what is stored.
     *
     * @throws RuntimeException if the store did not answer
     */
    int elsewhere(UserId payer, Lane lane) {
        return leased
                ? (int) parts.store().open(payer).stream()
                        .filter(session ->
                                session.lane() == lane && !session.node().equals(node))
                        .count()
                : 0;
    }

    /**
     * What that user pays for on other nodes with that key, by what is stored.
     *
     * @throws RuntimeException if the store did not answer
     */
    List<Session> elsewhere(UserId payer, Lane lane, StreamKeyId key) {
        return leased
                ? parts.store().open(payer).stream()
                        .filter(session -> session.lane() == lane
                                && key.equals(session.streamKey())
                                && !session.node().equals(node))
                        .toList()
                : List.of();
    }

    /**
     * Whether another node has that session now.
     *
     * @throws RuntimeException if the store did not answer
     */
    boolean isElsewhere(SessionId id) {
        return nodeOf(id).isPresent();
    }

    /** The other node that has that session now; empty where none has. */
    Optional<NodeId> nodeOf(SessionId id) {
        return leased && !running.containsKey(id)
                ? parts.store()
                        .find(id)
                        .filter(session -> !session.state().isOver())
                        .map(Session::node)
                        .filter(other -> !other.equals(node))
                : Optional.empty();
    }

    private static Duration apart(Session session, Instant openedAt) {
        return Duration.between(session.openedAt(), openedAt).abs();
    }

    /**
     * A session that waited for a sign of life goes on here.
     *
     * @param age since it was opened, by the clock of what delivers it, cut to whole seconds
     * @return whether it waited
     * @throws RuntimeException if the wallet did not answer; it waits on
     */
    boolean resume(SessionId id, Duration age) {
        var session = waiting.remove(id);
        if (session == null) {
            return false;
        }
        running.put(id, session);
        try {
            session.resume(age);
            return true;
        } catch (RuntimeException e) {
            running.remove(id);
            waiting.put(id, session);
            parts.scheduler().after(delivery(session.session().lane()).resumesWithin(), () -> giveUp(id));
            throw e;
        }
    }

    /** The sessions of a lane go on without this node: what is proven of them is stored, and nothing more is metered here. */
    void leave(Lane lane) {
        running.values().stream()
                .filter(session -> session.session().lane() == lane)
                .forEach(MeteredSession::leave);
    }

    /** How long a session may be delivered without another word from here. */
    Duration paidAhead(SessionId id) {
        var session = running.get(id);
        return session == null ? Duration.ZERO : session.paidAhead();
    }

    private void close(Session left) {
        var mine = running.get(left.id());
        if (mine != null) {
            // Another node took it, died, and it comes back: what runs here knows an older row.
            mine.takenOver();
        }
        var delivery = delivery(left.lane());
        delivery.cut(left.id());
        closing.add(left.id());
        MeteredSession.leftOpen(parts(left.lane()), delivery, forgetting(left.id()), left)
                .reconcile();
    }

    /** Those that were taken over by a call whose answer was lost: they are this node's, and it does not know them. */
    private void closeUnknown() {
        for (var session : parts.store().open()) {
            if (isUnknown(session)) {
                // Read again: it may have ended between the two looks.
                parts.store().find(session.id()).filter(this::isUnknown).ifPresent(this::close);
            }
        }
    }

    private boolean isUnknown(Session stored) {
        return stored.node().equals(node)
                && !stored.state().isOver()
                && !running.containsKey(stored.id())
                && !waiting.containsKey(stored.id())
                && !closing.contains(stored.id());
    }

    private int takeOver(Instant deadSince) {
        var found = 0;
        while (true) {
            var left = parts.store().takeOver(node, deadSince, MOST_AT_ONCE);
            for (var session : left) {
                pickUp(session);
            }
            found += left.size();
            if (left.size() < MOST_AT_ONCE) {
                return found;
            }
        }
    }

    /** Takes no more sessions over, and lets other nodes have at once what this one leaves. To be called when nothing runs any more. */
    public void end() {
        if (leased) {
            leased = false;
            try {
                parts.store().endLease(node);
            } catch (RuntimeException e) {
                log.warn("The lease of this node could not be ended ({}); it ends by itself.", e.getMessage());
            }
        }
    }

    /** The rules of credit control. */
    SessionPolicy policy() {
        return parts.policy();
    }

    /** An id for a session that is to be opened. */
    public SessionId newId() {
        return new SessionId(ids.next());
    }

    /**
     * The initial interrogation: places the first hold, or tells why not. Nothing is metered before {@link #delivered}.
     *
     * <p>A stream of which nobody else earns is covered by the bundles of minutes that its payer has, as far as they reach and the session may last. Where
     * they cover the first quota, no money is needed to begin: the hold is then one of nothing, which the wallet does not know.
     *
     * @param id from {@link #newId()}
     * @param destinations how many the price depends on; at least 1
     * @param balance the payer's, as it was looked up
     * @throws RuntimeException if the wallet or the store did not answer; what may have been held is given back as soon as they do
     */
    public HoldResult open(SessionId id, SessionTerms terms, Tariff tariff, int destinations, WalletBalance balance) {
        for (var look = 1; look <= MOST_LOOKS_FOR_MINUTES; look++) {
            var result = open(id, terms, tariff, destinations, balance, coverable(terms, tariff));
            if (result.isPresent()) {
                return result.get();
            }
        }
        return open(id, terms, tariff, destinations, balance, Duration.ZERO)
                .orElseThrow(() -> new IllegalStateException(
                        "The session " + id + " counts on no bundle, and was told that they are used up."));
    }

    /** What bundles cover of such a session if it opens now: all that is there, within what it may last. */
    private Duration coverable(SessionTerms terms, Tariff tariff) {
        if (terms.lane() != Lane.RELAY || terms.payee() != null) {
            return Duration.ZERO;
        }
        var longest = parts(terms.lane()).policy().maxDuration();
        var most = longest.isZero() ? RatingBasis.MOST_COVERED : longest.plusNanos(999_999_999);
        var room = Math.min(most.toSeconds(), RatingBasis.MOST_COVERED.toSeconds())
                - tariff.free().toSeconds();
        var there = room <= 0 ? Duration.ZERO : settler.coverable(terms.payer(), parts.now());
        return there.toSeconds() < room ? there : Duration.ofSeconds(room);
    }

    /**
     * Whether bundles of minutes would cover a stream of that user that began now.
     *
     * @throws RuntimeException if the store did not answer
     */
    boolean isCovered(UserId payer) {
        return settler.coverable(payer, parts.now()).compareTo(Duration.ZERO) > 0;
    }

    /**
     * How much time bundles of minutes would cover of a stream of that user that began when what runs here has ended and given back what it did not use.
     *
     * @throws RuntimeException if the store did not answer
     */
    Duration minutesAfterwards(UserId payer) {
        return running.values().stream()
                .filter(session -> session.session().payer().equals(payer))
                .map(MeteredSession::unusedMinutes)
                .reduce(settler.coverable(payer, parts.now()), Duration::plus);
    }

    private Optional<HoldResult> open(
            SessionId id,
            SessionTerms terms,
            Tariff tariff,
            int destinations,
            WalletBalance balance,
            Duration covered) {
        var now = parts.now();
        var zone = zones.apply(terms.payer());
        var used = tariff.tiers().isEmpty()
                ? Duration.ZERO
                : parts.store().usedIn(terms.payer(), YearMonth.from(now.atZone(zone)), null);
        var basis = RatingBasis.startingAt(now, zone, destinations, used).covering(covered);
        var session = MeteredSession.opening(
                parts(terms.lane()),
                delivery(terms.lane()),
                forgetting(id),
                Session.authorizing(id, terms, node, now, Metering.start(tariff, basis), balance.posted()));
        running.put(id, session);
        var admitted = false;
        try {
            var result = session.authorize();
            admitted = result.isPresent() && result.get() instanceof HoldResult.Placed;
            return result;
        } catch (RuntimeException e) {
            // It is given back as soon as that is possible, and looked for once more: its unit may end after that.
            closing.add(id);
            unanswered = true;
            throw e;
        } finally {
            if (!admitted) {
                running.remove(id);
            }
        }
    }

    /**
     * The session is delivered to another number of destinations now, which may change its price.
     *
     * @throws dev.livemeter.LivemeterException {@code rating.too_many_steps} where that changed too often; nothing changed now
     */
    public void destinations(SessionId id, int count) {
        with(id, session -> session.destinations(count));
    }

    /** Something is delivered: from now on the session is metered. Idempotent. */
    public void delivered(SessionId id) {
        with(id, MeteredSession::delivered);
    }

    /**
     * A sign of life.
     *
     * @return whether it may go on
     */
    public boolean alive(SessionId id) {
        var session = running.get(id);
        return session != null && session.alive();
    }

    /**
     * As {@link #alive}, unless somebody is at the session just now. Returns at once.
     *
     * @return true where it may go on, and this sign counts; on false nothing is known, and {@link #alive} is to be asked
     */
    boolean tryAlive(SessionId id) {
        var session = running.get(id);
        return session != null && session.tryAlive();
    }

    /**
     * A sign of life as of a moment that has passed, for lanes that learn of it later. A moment before one that is known already changes nothing.
     *
     * @param ago how long ago that moment was; zero or more
     * @return whether it may go on
     */
    public boolean confirmed(SessionId id, Duration ago) {
        var session = running.get(id);
        return session != null && session.confirmed(ago);
    }

    /** The delivery was interrupted for so long and goes on now: that time is not metered. Nothing of what is proven is taken back. */
    public void interrupted(SessionId id, Duration span) {
        with(id, session -> session.interrupted(span));
    }

    /** This session ends when it was delivered for so long; sooner where the rules of its lane say so. It may be moved as often as it is not reached. */
    public void limit(SessionId id, Duration length) {
        with(id, session -> session.limit(length));
    }

    /** Why the end of a running session was ordered; empty where it was not. */
    public Optional<SessionEnd> ordered(SessionId id) {
        return Optional.ofNullable(running.get(id)).flatMap(MeteredSession::ordered);
    }

    /** Nothing is delivered any more: it is charged up to its last proof of life, and not to this moment. Idempotent. */
    public void ended(SessionId id, SessionEnd why) {
        with(id, session -> session.ended(why));
    }

    /** Nothing is delivered any more. Idempotent. */
    public void ended(SessionId id, EndCause cause) {
        with(id, session -> session.ended(cause));
    }

    /**
     * Orders the end of a session.
     *
     * @return whether it runs
     */
    public boolean stop(SessionId id, SessionEnd why) {
        var session = running.get(id);
        if (session != null) {
            session.stop(why);
        }
        return session != null;
    }

    /** Money was paid in: what that user pays for goes on. */
    public void toppedUp(UserId user) {
        running.values().stream()
                .filter(session -> session.session().payer().equals(user))
                .forEach(MeteredSession::toppedUp);
    }

    /** Everything that runs. */
    public List<SessionStatus> running() {
        return running.values().stream().map(this::status).toList();
    }

    /** That session, if it runs. */
    public Optional<SessionStatus> running(SessionId id) {
        return Optional.ofNullable(running.get(id)).map(this::status);
    }

    private SessionStatus status(MeteredSession session) {
        var reading = session.read();
        var delivery = delivery(reading.session().lane());
        var id = reading.session().id();
        return new SessionStatus(
                reading.session(),
                reading.used(),
                reading.cost(),
                reading.balance(),
                reading.timeLeft(),
                reading.low(),
                reading.finalUnit(),
                reading.restricted(),
                reading.finalUnit() || reading.restricted()
                        ? parts(reading.session().lane()).policy().leadsTo()
                        : null,
                delivery.destinations(id),
                delivery.warnings(id));
    }

    private SessionParts parts(Lane lane) {
        return partsOfLanes.getOrDefault(lane, parts);
    }

    private Delivery delivery(Lane lane) {
        return deliveries.getOrDefault(lane, NOBODY);
    }

    private void with(SessionId id, Consumer<MeteredSession> action) {
        var session = running.get(id);
        if (session != null) {
            action.accept(session);
        }
    }
}
