package dev.livemeter.session;

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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Credit control for everything that is sold by time (RFC 8506): opens sessions against a hold, meters them, renews their quota, settles what they
 * used and ends them. Lanes say what happens; the meter says what may go on. Thread-safe.
 *
 * <p>Several nodes may meter on one store. Each holds a lease; sessions of a node whose lease has ended are taken over by another and closed at
 * their last proof of life. A node that only slept finds its sessions fenced and charges nothing more.
 */
public final class Meter {

    /** How often a session looks anew for minutes that others took meanwhile; then it opens without. */
    private static final int MOST_LOOKS_FOR_MINUTES = 3;

    private final SessionParts parts;
    private final Settler settler;
    private final IdSource ids;
    private final Function<UserId, ZoneId> zones;
    private final NodeLease lease;
    private final MeteredLanes lanes;
    private final MeteredSessions sessions = new MeteredSessions();
    private final SessionsElsewhere elsewhere;
    private final LeftSessions left;

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
        this.ids = ids;
        this.zones = zones;
        this.lease = new NodeLease(new NodeId(ids.next()), store, time);
        this.lanes = new MeteredLanes(parts);
        this.elsewhere = new SessionsElsewhere(parts, lease, sessions);
        this.left = new LeftSessions(parts, lanes, lease, sessions, elsewhere);
    }

    /** Says who delivers the sessions of a lane. */
    public void deliver(Lane lane, Delivery delivery) {
        lanes.deliver(lane, delivery);
    }

    /** As {@link #deliver(Lane, Delivery)}, under rules of credit control of the lane's own. To be called before the meter starts. */
    public void deliver(Lane lane, Delivery delivery, SessionPolicy rules) {
        lanes.deliver(lane, delivery, rules);
    }

    /**
     * Closes what earlier processes left open, or waits for it where its delivery goes on without them, and goes on to look for what other nodes leave.
     *
     * @param exclusive whether no other node can be alive
     * @return how many sessions were found
     */
    public int start(boolean exclusive) {
        return left.start(exclusive);
    }

    /** Takes no more sessions over, and lets other nodes have at once what this one leaves. To be called when nothing runs any more. */
    public void end() {
        lease.end();
    }

    /** The rules of credit control. */
    SessionPolicy policy() {
        return parts.policy();
    }

    /** What other nodes meter. */
    SessionsElsewhere elsewhere() {
        return elsewhere;
    }

    // Streams that go on without their node

    /**
     * What waits for a sign of life since its node went away, and was opened with that key at about that moment; of several the nearest.
     *
     * @throws dev.livemeter.LivemeterException {@code session.elsewhere}, with retryable set, where another node may still have it
     */
    Optional<Session> left(StreamKeyId key, UserId payer, Instant openedAt) {
        return left.find(payer, new Opening(key, openedAt));
    }

    /** What waits for a sign of life with that key is not waited for any more: it is closed at its last one. */
    void abandon(StreamKeyId key) {
        left.abandon(key);
    }

    /** What runs here and was opened with that key at about that moment; of several the nearest. */
    Optional<Session> opened(StreamKeyId key, Instant openedAt) {
        return new Opening(key, openedAt).nearest(sessions.all());
    }

    /**
     * A session that waited for a sign of life goes on here.
     *
     * @param age since it was opened, by the clock of what delivers it, cut to whole seconds
     * @return whether it waited
     * @throws RuntimeException if the wallet did not answer; it waits on
     */
    boolean resume(SessionId id, Duration age) {
        return left.resume(id, age);
    }

    /** The sessions of a lane go on without this node: what is proven of them is stored, and nothing more is metered here. */
    void leave(Lane lane) {
        sessions.all().stream()
                .filter(session -> session.session().lane() == lane)
                .forEach(MeteredSession::leave);
    }

    /** How long a session may be delivered without another word from here. */
    Duration paidAhead(SessionId id) {
        var session = sessions.find(id);
        return session == null ? Duration.ZERO : session.paidAhead();
    }

    // Opening

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
        var longest = lanes.parts(terms.lane()).policy().maxDuration();
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
        return sessions.paidBy(payer)
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
                lanes.parts(terms.lane()),
                lanes.delivery(terms.lane()),
                () -> sessions.over(id),
                Session.authorizing(id, terms, lease.node(), now, Metering.start(tariff, basis), balance.posted()));
        sessions.add(session);
        var admitted = false;
        try {
            var result = session.authorize();
            admitted = result.isPresent() && result.get() instanceof HoldResult.Placed;
            return result;
        } catch (RuntimeException e) {
            left.lookFor(id);
            throw e;
        } finally {
            if (!admitted) {
                sessions.remove(id);
            }
        }
    }

    // What lanes and hosts say

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
        var session = sessions.find(id);
        return session != null && session.alive();
    }

    /**
     * As {@link #alive}, unless somebody is at the session just now. Returns at once.
     *
     * @return true where it may go on, and this sign counts; on false nothing is known, and {@link #alive} is to be asked
     */
    boolean tryAlive(SessionId id) {
        var session = sessions.find(id);
        return session != null && session.tryAlive();
    }

    /**
     * A sign of life as of a moment that has passed, for lanes that learn of it later. A moment before one that is known already changes nothing.
     *
     * @param ago how long ago that moment was; zero or more
     * @return whether it may go on
     */
    public boolean confirmed(SessionId id, Duration ago) {
        var session = sessions.find(id);
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
        return Optional.ofNullable(sessions.find(id)).flatMap(MeteredSession::ordered);
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
        var session = sessions.find(id);
        if (session != null) {
            session.stop(why);
        }
        return session != null;
    }

    /** Money was paid in: what that user pays for goes on. */
    public void toppedUp(UserId user) {
        sessions.paidBy(user).forEach(MeteredSession::toppedUp);
    }

    // What runs

    /** Everything that runs. */
    public List<SessionStatus> running() {
        return sessions.all().stream().map(this::status).toList();
    }

    /** That session, if it runs. */
    public Optional<SessionStatus> running(SessionId id) {
        return Optional.ofNullable(sessions.find(id)).map(this::status);
    }

    private SessionStatus status(MeteredSession session) {
        var reading = session.read();
        var delivery = lanes.delivery(reading.session().lane());
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
                        ? lanes.parts(reading.session().lane()).policy().leadsTo()
                        : null,
                delivery.destinations(id),
                delivery.warnings(id));
    }

    private void with(SessionId id, Consumer<MeteredSession> action) {
        var session = sessions.find(id);
        if (session != null) {
            action.accept(session);
        }
    }
}
