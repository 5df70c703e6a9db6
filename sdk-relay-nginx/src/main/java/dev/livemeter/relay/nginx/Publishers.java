package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayAuthority.ResumeRequest;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who publishes to one run of nginx: who was let in, who is there, who has to go. One object per run, as nginx numbers
 * its connections from the start again. Knows neither HTTP nor processes. Thread-safe; nothing is asked or reported while the lock is held.
 */
final class Publishers {

    private static final Logger log = LoggerFactory.getLogger(Publishers.class);

    /**
     * An end so soon after the beginning may have been sent together with it. Then nginx began the stream after it had told the
     * end, and the connection lives on without another word (decision record 0004).
     */
    private static final Duration SUSPICIOUSLY_SOON = Duration.ofSeconds(10);

    /** nginx begins a stream when it has our answer, for which it waits three seconds. One that gives heartbeats later than that has begun. */
    private static final Duration BEGUN_FOR_CERTAIN = Duration.ofSeconds(4);

    /** One heartbeat that the authority could not decide is forgiven: a hiccup of a database should not end every show. */
    private static final int FORGIVEN_HEARTBEATS = 1;

    private final AuthorityCalls authority;
    private final PushLane.Surroundings around;
    private final int most;
    private final Bridging bridging;
    private final Carried carried;
    private final Contact contact;

    private final Object lock = new Object();
    private final Map<Long, RelayedSession> byClient = new HashMap<>();
    private final Map<String, RelayedSession> byStream = new HashMap<>();
    private final Set<Long> asking = new HashSet<>();
    private final Tombstones gone = new Tombstones();
    private final LookTickets tickets = new LookTickets();
    private final Set<Long> ringing = new HashSet<>();
    private final PushAnswers pushes;
    private final CutOffs cutOffs;
    private final Silence silence;
    private boolean closed;

    /**
     * A publisher is still there.
     *
     * @param age since when it publishes
     * @param mediaMillis the time of its last picture or sound, as its encoder has it
     */
    record Heartbeat(long client, Secret streamKey, String remoteAddress, Duration age, OptionalLong mediaMillis) {}

    /** Those of an nginx that was started just now and ends with us. */
    Publishers(AuthorityCalls authority, PushLane.Surroundings around, String application, int most) {
        this(authority, around, application, most, new Bridging(Duration.ZERO, authority), Carried.nothing());
    }

    /** Those of an nginx on this machine. */
    Publishers(
            AuthorityCalls authority,
            PushLane.Surroundings around,
            String application,
            int most,
            Bridging bridging,
            Carried carried) {
        this(authority, around, application, most, bridging, carried, new Contact(TimeSource.system()));
    }

    /**
     * @param carried what an nginx that runs already shows of itself
     * @param contact whether its silence says something
     */
    Publishers(
            AuthorityCalls authority,
            PushLane.Surroundings around,
            String application,
            int most,
            Bridging bridging,
            Carried carried,
            Contact contact) {
        this.authority = authority;
        this.around = around;
        this.most = most;
        this.bridging = bridging;
        this.carried = carried;
        this.contact = contact;
        this.pushes = new PushAnswers(new Ours(), around, bridging, carried, contact);
        this.cutOffs = new CutOffs(around, application);
        this.silence = new Silence(lock, byClient.values(), around, bridging.longest(), contact, this::lost);
        contact.whenRegained(this::heardAgain);
    }

    /** What is answered where pushes of our streams are told of. */
    PushAnswers pushes() {
        return pushes;
    }

    private final class Ours implements PushAnswers.Streams {

        @Override
        public Optional<RelayedSession> running(String stream) {
            return uncut(stream);
        }

        @Override
        public boolean isKnown(String stream) {
            return Publishers.this.isKnown(stream);
        }

        @Override
        public boolean isClosed() {
            synchronized (lock) {
                return closed;
            }
        }
    }

    /**
     * A connection wants to publish. Each may do so once: a second time it is denied, which makes nginx drop it, and what it
     * published before ends. Blocks while the authority decides.
     */
    Answer publish(long client, Secret streamKey, String remoteAddress) {
        final RelayedSession before;
        synchronized (lock) {
            before = byClient.get(client);
            if (before == null) {
                if (closed || gone.contains(client) || !asking.add(client)) {
                    return closed ? Answer.UNAVAILABLE : Answer.FORBIDDEN;
                }
            }
        }
        if (before != null) {
            log.warn(
                    "The publisher of session {} tried to publish twice on one connection and is cut off.",
                    before.id());
            end(before, EndCause.LEFT);
            cutOffs.once(before.id());
            return Answer.FORBIDDEN;
        }
        var reply = authority.publish(new PublishRequest(streamKey, remoteAddress));
        if (reply instanceof AuthorityCalls.Reply.Said<Admission> said) {
            return said.what() instanceof Admission.Admitted admitted
                    ? admit(client, admitted)
                    : refuse(client, (Admission.Refused) said.what());
        }
        settle(client);
        return Answer.UNAVAILABLE;
    }

    private Answer refuse(long client, Admission.Refused refused) {
        settle(client);
        return new Answer.Deny(refused.reason().httpStatus());
    }

    private Answer admit(long client, Admission.Admitted admitted) {
        var id = admitted.session();
        var reports = authority.reportsOf(id);
        var session = new RelayedSession(
                id,
                client,
                new LaneTable(id, most, reports, around),
                reports,
                around.pace().idle(),
                now());
        LaneTable.@Nullable Change change = null;
        synchronized (lock) {
            var stillWanted = asking.remove(client);
            if (stillWanted && !closed && byStream.putIfAbsent(id.value(), session) == null) {
                byClient.put(client, session);
                silence.watch();
                change = session.lanes().assign(admitted.pushes());
            } else {
                gone.add(client, now());
            }
            if (change == null && byStream.containsKey(id.value())) {
                log.error("Session {} was admitted a second time; the second publisher is turned away.", id);
                return Answer.UNAVAILABLE;
            }
        }
        if (change != null) {
            tell(session, change);
            return new Answer.Rename(id.value());
        }
        log.info("The publisher of session {} left before it was admitted.", id);
        reports.ended(EndCause.LEFT);
        return Answer.FORBIDDEN;
    }

    private void settle(long client) {
        synchronized (lock) {
            asking.remove(client);
            gone.add(client, now());
        }
    }

    /** As {@link #heartbeat(Heartbeat, Consumer)}. Blocks while the authority decides. */
    Answer heartbeat(Heartbeat sign) {
        var answer = new CompletableFuture<Answer>();
        heartbeat(sign, answer::complete);
        return answer.join();
    }

    /**
     * A publisher is still there. An unknown one has to go: it was never let in, or is over; unless it may be one that was let
     * in before this process began. Returns without waiting for the authority.
     */
    void heartbeat(Heartbeat sign, Consumer<Answer> then) {
        final RelayedSession session;
        final Answer now;
        synchronized (lock) {
            if (ringing.contains(sign.client())) {
                now = Answer.GO;
                session = null;
            } else {
                session = byClient.get(sign.client());
                now = session == null ? answerToUnknown(sign.client()) : session.cut ? Answer.PAYMENT_REQUIRED : null;
                if (session != null && now == null) {
                    session.lastSeenNanos = now();
                }
            }
        }
        if (session != null && now() - session.admittedAtNanos() >= BEGUN_FOR_CERTAIN.toNanos()) {
            begun(session);
        }
        var silent = session == null ? Optional.<Duration>empty() : silent(session, sign);
        if (now != null) {
            then.accept(now);
        } else if (session != null && silent.isPresent()) {
            authority.alive(session.id(), silent.get(), reply -> then.accept(answerTo(session, reply)));
        } else if (session != null && authority.tryAlive(session.id())) {
            // Whoever reads answers: to hand a heartbeat over costs more than all else about it.
            then.accept(answerTo(session, new AuthorityCalls.Reply.Said<>(true)));
        } else if (session != null) {
            authority.alive(session.id(), reply -> then.accept(answerTo(session, reply)));
        } else {
            authority.resume(
                    new ResumeRequest(sign.streamKey(), sign.remoteAddress(), sign.age(), carried::goesTo),
                    reply -> then.accept(resumed(sign, reply)));
        }
    }

    private Optional<Duration> silent(RelayedSession session, Heartbeat sign) {
        var now = now();
        session.incoming().beat(sign.mediaMillis(), now);
        return session.incoming().silent(now);
    }

    /** Null where it may be one from before, and is asked for now. */
    private @Nullable Answer answerToUnknown(long client) {
        if (closed && carried.isAmongOthers()) {
            return Answer.UNAVAILABLE;
        }
        if (closed || carried.isOver() || gone.contains(client)) {
            return Answer.FORBIDDEN;
        }
        return carried.isCollecting(client) || !asking.add(client) ? Answer.UNAVAILABLE : null;
    }

    private Answer resumed(Heartbeat sign, AuthorityCalls.Reply<Admission> reply) {
        if (reply instanceof AuthorityCalls.Reply.Said<Admission> said) {
            if (said.what() instanceof Admission.Admitted admitted) {
                return takeUp(sign, admitted);
            }
            if (((Admission.Refused) said.what()).reason() != Refusal.UNAVAILABLE) {
                return refuse(sign.client(), (Admission.Refused) said.what());
            }
        }
        synchronized (lock) {
            asking.remove(sign.client());
        }
        return Answer.UNAVAILABLE;
    }

    private Answer takeUp(Heartbeat sign, Admission.Admitted admitted) {
        var id = admitted.session();
        var reports = authority.reportsOf(id);
        var table = new LaneTable(id, most, reports, around);
        var session = new RelayedSession(
                id,
                sign.client(),
                table,
                reports,
                around.pace().idle(),
                now() - sign.age().toNanos());
        session.lastSeenNanos = now();
        final LaneTable.Change change;
        synchronized (lock) {
            var stillThere = asking.remove(sign.client());
            if (closed) {
                return Answer.UNAVAILABLE;
            }
            if (byStream.containsKey(id.value())) {
                log.error("Session {} was taken up a second time; the second publisher is turned away.", id);
                return Answer.FORBIDDEN;
            }
            if (!stillThere) {
                reports.ended(EndCause.LEFT);
                return Answer.FORBIDDEN;
            }
            byStream.put(id.value(), session);
            byClient.put(sign.client(), session);
            silence.watch();
            table.adopt(admitted.pushes(), carried);
            pushes.adopt(id.value());
            change = table.assign(admitted.pushes());
        }
        log.info(
                "Session {} was taken up again; it goes to {} destinations.",
                id,
                table.lanes().size());
        tell(session, change);
        begun(session);
        return bridging.goOn(id);
    }

    private Answer answerTo(RelayedSession session, AuthorityCalls.Reply<Boolean> reply) {
        if (reply instanceof AuthorityCalls.Reply.Said<Boolean> said && !said.what() && mayBeElsewhere(session)) {
            return Answer.UNAVAILABLE;
        }
        synchronized (lock) {
            if (reply instanceof AuthorityCalls.Reply.Said<Boolean> said) {
                session.undecidedHeartbeats = 0;
                if (said.what()) {
                    return session.cut ? Answer.PAYMENT_REQUIRED : bridging.goOn(session.id());
                }
            } else if (++session.undecidedHeartbeats <= FORGIVEN_HEARTBEATS) {
                return bridging.goOn(session.id());
            }
        }
        cut(session);
        return reply instanceof AuthorityCalls.Reply.Said ? Answer.PAYMENT_REQUIRED : Answer.UNAVAILABLE;
    }

    /**
     * Whether another node may have taken a session over from us; then it is not ours to cut, and what comes of it is not for us. Where that cannot be told now, it is asked again with the next
     * heartbeat.
     */
    private boolean mayBeElsewhere(RelayedSession session) {
        if (!carried.isAmongOthers()) {
            return false;
        }
        if (!(authority.isElsewhere(session.id()) instanceof AuthorityCalls.Reply.Said<Boolean> said)) {
            return true;
        }
        if (said.what()) {
            leave(session);
        }
        return said.what();
    }

    private void leave(RelayedSession session) {
        log.warn("Session {} was taken over by another node.", session.id());
        synchronized (lock) {
            session.over = true;
            byClient.remove(session.client(), session);
            byStream.remove(session.id().value(), session);
        }
        session.lanes().stop();
        around.pusher().forget(session.id());
    }

    /** A publisher left; perhaps before we heard that it came. */
    Answer left(long client) {
        final RelayedSession session;
        var known = true;
        synchronized (lock) {
            if (ringing.remove(client)) {
                return Answer.GO;
            }
            session = byClient.get(client);
            if (session == null) {
                known = asking.remove(client) || gone.contains(client);
                gone.add(client, now());
            }
        }
        if (session != null) {
            end(session, EndCause.LEFT);
            if (now() - session.admittedAtNanos() < SUSPICIOUSLY_SOON.toNanos()) {
                cutOffs.persistently(session.id());
            }
        }
        return known || !carried.isAmongOthers() ? Answer.GO : Answer.UNAVAILABLE;
    }

    /**
     * Somebody names a stream that runs, with a ticket. One of ours is an order for where the stream is to go; the connection that has it publishes nothing by it.
     *
     * @return empty where it is no stream of ours and no ticket either, so that somebody else may know it
     */
    Optional<Answer> ring(long client, String stream, String ticket) {
        var answer = around.pusher().redeem(stream, ticket);
        synchronized (lock) {
            if (answer.isPresent()) {
                ringing.add(client);
                return answer;
            }
            if (!byStream.containsKey(stream)) {
                return Optional.empty();
            }
            gone.add(client, now());
            return Optional.of(Answer.FORBIDDEN);
        }
    }

    /** Whether others work with the same nginx, and may know what is not known here. */
    boolean isAmongOthers() {
        return carried.isAmongOthers();
    }

    /** nginx has a stream and can pass it on; it tells so with each ring, too. */
    Answer begun(String stream) {
        final RelayedSession session;
        synchronized (lock) {
            session = byStream.get(stream);
        }
        if (session != null) {
            begun(session);
        }
        return pushes.heard(stream);
    }

    private void begun(RelayedSession session) {
        synchronized (lock) {
            if (session.up || session.over || session.cut) {
                return;
            }
            session.up = true;
        }
        around.scheduler().after(Duration.ZERO, () -> {
            around.pusher().meet(session.id());
            synchronized (lock) {
                if (session.over) {
                    around.pusher().forget(session.id());
                    return;
                }
            }
            session.lanes().begin();
        });
    }

    /** Leaves to watch a stream of ours. */
    LookTickets tickets() {
        return tickets;
    }

    /** Somebody wants to watch a stream; only our own looks may. */
    Answer watch(String stream, String ticket) {
        if (tickets.redeem(stream, ticket)) {
            return Answer.GO;
        }
        return carried.isAmongOthers() && !isKnown(stream) ? Answer.UNAVAILABLE : Answer.FORBIDDEN;
    }

    /** What goes on without a decision of its own: our looks at streams, which end soon. */
    Answer passing() {
        return bridging.goOn();
    }

    /** Orders a publisher to be cut off. An unknown one is ignored. */
    void disconnect(SessionId id) {
        final RelayedSession session;
        synchronized (lock) {
            session = byStream.get(id.value());
        }
        if (session != null) {
            cut(session);
        }
    }

    /** From now on a session goes to exactly these. An unknown one, or one that is being cut, is ignored. */
    void pushTo(SessionId id, List<Push> wanted) {
        final RelayedSession session;
        final LaneTable.Change change;
        synchronized (lock) {
            session = byStream.get(id.value());
            if (session == null || session.cut) {
                return;
            }
            change = session.lanes().assign(wanted);
        }
        pushes.close(id, change.closed());
        tell(session, change);
    }

    private void tell(RelayedSession session, LaneTable.Change change) {
        for (var destination : change.homeless()) {
            session.reports()
                    .destination(
                            destination,
                            State.FAILED,
                            "This relay passes a stream on to at most " + most
                                    + " destinations at a time; stop or remove another one first.");
        }
    }

    /** Tries a destination again without further waiting. What is unknown is ignored. */
    void retryNow(SessionId id, DestinationId destination) {
        find(id).flatMap(session -> session.lanes().lane(destination)).ifPresent(PushLane::retryNow);
    }

    /** The lanes of a session; none of an unknown one. */
    List<PushLane> lanes(SessionId id) {
        return find(id).map(session -> session.lanes().lanes()).orElse(List.of());
    }

    /** Who is let in now and not being cut. */
    List<RelayedSession> present() {
        synchronized (lock) {
            return byStream.values().stream().filter(session -> !session.cut).toList();
        }
    }

    private Optional<RelayedSession> find(SessionId id) {
        return uncut(id.value());
    }

    /** The session of a stream that may go on. */
    private Optional<RelayedSession> uncut(String stream) {
        synchronized (lock) {
            return Optional.ofNullable(byStream.get(stream)).filter(session -> !session.cut);
        }
    }

    private boolean isKnown(String stream) {
        synchronized (lock) {
            return byStream.containsKey(stream);
        }
    }

    /** Lets nobody in from now on. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    /** Ends everybody, as nginx is gone, and lets nobody in any more. */
    void endAll(EndCause cause) {
        close();
        loseAll(cause);
    }

    /** Ends everybody who is there, as the connections are gone. */
    void loseAll(EndCause cause) {
        final List<RelayedSession> all;
        synchronized (lock) {
            asking.clear();
            pushes.forgetAll();
            all = List.copyOf(byClient.values());
        }
        all.forEach(session -> end(session, cause));
    }

    private void cut(RelayedSession session) {
        synchronized (lock) {
            if (session.cut || session.over) {
                return;
            }
            session.cut = true;
            session.cutAtNanos = now();
        }
        session.lanes().stop();
        cutOffs.until(() -> isOver(session), session.id());
    }

    private boolean isOver(RelayedSession session) {
        synchronized (lock) {
            return session.over;
        }
    }

    private void end(RelayedSession session, EndCause cause) {
        synchronized (lock) {
            if (session.over) {
                return;
            }
            session.over = true;
            byClient.remove(session.client());
            byStream.remove(session.id().value());
            gone.add(session.client(), now());
            if (session.cut) {
                log.debug("Session {} ended {} ms after it was cut.", session.id(), millisSince(session.cutAtNanos));
            }
        }
        session.lanes().stop();
        around.pusher().forget(session.id());
        var silent = session.incoming().silentAtTheEnd(now());
        if (cause == EndCause.LEFT && silent.isPresent()) {
            var sentAtNanos = now() - silent.get().toNanos();
            session.reports().endedSilent(() -> Duration.ofNanos(now() - sentAtNanos));
        } else {
            session.reports().ended(cause);
        }
    }

    private void lost(RelayedSession session, Duration silent) {
        log.warn("Session {} gave no proof of life for {} ms and counts as lost.", session.id(), silent.toMillis());
        end(session, EndCause.LOST);
        cutOffs.once(session.id());
    }

    /** Nothing was heard for a while; what ended meanwhile nobody told. What still runs gives a heartbeat soon. */
    private void heardAgain() {
        var since = now();
        carried.heardAgain(contact.lostAtNanos());
        around.scheduler()
                .after(
                        around.pace().lost(),
                        () -> present()
                                .forEach(session -> session.lanes().lanes().forEach(lane -> lane.confirm(since))));
    }

    private long now() {
        return around.time().nanoTime();
    }

    private long millisSince(long nanos) {
        return Duration.ofNanos(now() - nanos).toMillis();
    }
}
