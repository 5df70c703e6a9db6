package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.relay.nginx.PushResolver.Resolution;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One destination of one session, and the slot that leads to it. nginx opens the slot; the lane says where it leads, learns
 * from the slot's callbacks how the push fares, and has the slot opened anew when it failed. An episode is the time from one opening to the
 * next; callbacks and timers of an earlier one are ignored. Thread-safe.
 */
final class PushLane {

    private static final long NOBODY = -1;

    /** What lanes share. */
    record Surroundings(
            PushResolver resolver,
            StreamCutter cutter,
            Pace pace,
            TimeSource time,
            Scheduler scheduler,
            RandomGenerator random,
            IdleSlots idle) {

        Surroundings(
                PushResolver resolver,
                StreamCutter cutter,
                Pace pace,
                TimeSource time,
                Scheduler scheduler,
                RandomGenerator random) {
            this(resolver, cutter, pace, time, scheduler, random, new IdleSlots(time, scheduler, IdleSlots.MOST));
        }
    }

    private final SessionId session;
    private final int slot;
    private final Push push;
    private final Reports reports;
    private final Surroundings around;

    private State state = State.WAITING;
    private String sentence = "";
    private long episode;
    private long slotClient = NOBODY;
    private long pushClient = NOBODY;
    private long slotSeenNanos;
    private long pushSeenNanos;
    private int attempts;
    private int failures;
    private long liveSinceNanos;
    private @Nullable Peer peer;
    private long answeredAtNanos;
    private long playingAtNanos;
    private long retryAtNanos;
    private boolean stopped;
    private boolean wanting;

    PushLane(SessionId session, int slot, Push push, Reports reports, Surroundings around) {
        this.session = session;
        this.slot = slot;
        this.push = push;
        this.reports = reports;
        this.around = around;
    }

    /** One that leads to its server already, and has held. */
    static PushLane adopted(
            SessionId session, int slot, Push push, Reports reports, Surroundings around, Carried.Lead lead) {
        var lane = new PushLane(session, slot, push, reports, around);
        lane.goesOn(lead);
        return lane;
    }

    private synchronized void goesOn(Carried.Lead lead) {
        slotClient = lead.slotClient();
        pushClient = lead.pushClient();
        episode = 1;
        attempts = 1;
        liveSinceNanos = around.time().nanoTime();
        slotSeenNanos = liveSinceNanos;
        pushSeenNanos = liveSinceNanos;
        become(State.CONNECTING, "");
        become(State.LIVE, "");
    }

    /** From now on it wants nginx to open its slot. */
    synchronized void begin() {
        want();
    }

    private void want() {
        if (!wanting && !stopped) {
            wanting = true;
            around.idle().want(slot);
        }
    }

    private void served() {
        if (wanting) {
            wanting = false;
            around.idle().served(slot);
        }
    }

    Push push() {
        return push;
    }

    /** nginx opened the slot and asks where it leads. Blocks while a name is resolved. */
    Answer opened(long client) {
        final long mine;
        final int attempt;
        synchronized (this) {
            if (stopped || state == State.FAILED || (state == State.RETRYING && !isDue())) {
                return Answer.FORBIDDEN;
            }
            served();
            slotClient = client;
            slotSeenNanos = around.time().nanoTime();
            pushClient = NOBODY;
            mine = ++episode;
            attempt = attempts++;
        }
        return answer(mine, around.resolver().resolve(push.target(), attempt));
    }

    private synchronized Answer answer(long mine, Resolution resolution) {
        if (stopped || mine != episode) {
            return Answer.FORBIDDEN;
        }
        if (resolution instanceof Resolution.Found found) {
            peer = Peer.of(found.location(), push.target());
            answeredAtNanos = around.time().nanoTime();
            become(State.CONNECTING, "");
            around.scheduler().after(around.pace().connect(), () -> connectTimedOut(mine));
            return new Answer.PassTo(found.location());
        }
        slotClient = NOBODY;
        if (resolution instanceof Resolution.Refused refused) {
            become(State.FAILED, refused.message());
        } else if (resolution instanceof Resolution.NotNow notNow) {
            retry(notNow.message());
        }
        return Answer.FORBIDDEN;
    }

    /** The server took the connection and nginx began to send. */
    synchronized void pushing(long client) {
        if (state == State.CONNECTING && pushClient == NOBODY && client > slotClient) {
            pushClient = client;
            playingAtNanos = around.time().nanoTime();
            pushSeenNanos = playingAtNanos;
            var mine = episode;
            around.scheduler().after(around.pace().settle(), () -> settled(mine));
        }
    }

    /** The connection to the server is gone, or never came about. */
    synchronized void pushDone(long client) {
        var never = state == State.CONNECTING && pushClient == NOBODY && client > slotClient;
        if (!never && client != pushClient) {
            return;
        }
        var sentence = never
                ? "The server could not be reached or refused the connection."
                : state == State.LIVE
                        ? "The server closed the connection."
                        : "The server took the connection and closed it at once; most platforms refuse a wrong or expired stream key like this.";
        pushClient = NOBODY;
        breakLater(sentence);
    }

    /**
     * A push that is live.
     *
     * @param connectedFromNanos its connection was made after this
     * @param connectedToNanos and before this
     */
    record Live(long episode, Peer peer, long connectedFromNanos, long connectedToNanos) {}

    /** The port of the server that it goes to, where that is known. */
    synchronized OptionalInt peerPort() {
        return peer == null || stopped ? OptionalInt.empty() : OptionalInt.of(peer.port());
    }

    /** The push as it is now, if it is live. */
    synchronized Optional<Live> live() {
        return peer == null || state != State.LIVE || stopped
                ? Optional.empty()
                : Optional.of(new Live(episode, peer, answeredAtNanos, playingAtNanos));
    }

    /** The server of that push holds the connection and takes nothing: it is closed at once, and tried again like any other failure. */
    synchronized void hangs(Live push, String sentence) {
        if (!stopped && push.episode() == episode && state == State.LIVE) {
            retry(sentence);
            around.cutter().cut(Slots.name(slot), session.value());
        }
    }

    /** Proof of life of the slot. */
    synchronized Answer heartbeat(long client) {
        if (client == slotClient) {
            slotSeenNanos = around.time().nanoTime();
        }
        return isWelcome(client) ? Answer.GO : Answer.FORBIDDEN;
    }

    /** Whether the slot may stay open by that connection. */
    synchronized boolean isWelcome(long client) {
        return !stopped && client == slotClient && !(state == State.RETRYING && isDue());
    }

    /** Proof of life of the connection to the server. */
    synchronized void pushHeartbeat(long client) {
        if (client == pushClient) {
            pushSeenNanos = around.time().nanoTime();
        }
    }

    /** By now everything that runs has given a heartbeat since that moment; what did not was closed, and nobody heard of it. */
    synchronized void confirm(long sinceNanos) {
        if (stopped || (state != State.CONNECTING && state != State.LIVE)) {
            return;
        }
        if (slotClient != NOBODY && slotSeenNanos - sinceNanos < 0) {
            closed(slotClient);
        } else if (state == State.LIVE && pushClient != NOBODY && pushSeenNanos - sinceNanos < 0) {
            pushDone(pushClient);
        }
    }

    /** The slot is closed. */
    synchronized void closed(long client) {
        if (client == slotClient) {
            slotClient = NOBODY;
            breakLater("The way to the server was interrupted.");
        }
    }

    /** Somebody does not want to wait for the next attempt. */
    synchronized void retryNow() {
        if (stopped || (state != State.RETRYING && state != State.FAILED)) {
            return;
        }
        failures = 0;
        retryAtNanos = around.time().nanoTime();
        become(State.RETRYING, sentence);
        reopen(episode, Duration.ZERO);
    }

    /** The session is over or is being cut, or goes there no more; from now on the slot leads nowhere, and nothing more is told. */
    synchronized void stop() {
        stopped = true;
        served();
    }

    private synchronized void settled(long mine) {
        if (!stopped && mine == episode && state == State.CONNECTING && pushClient != NOBODY) {
            liveSinceNanos = around.time().nanoTime();
            become(State.LIVE, "");
        }
    }

    private synchronized void connectTimedOut(long mine) {
        if (mine == episode && pushClient == NOBODY && state == State.CONNECTING) {
            broken(
                    mine,
                    "The server did not answer within "
                            + around.pace().connect().toSeconds() + " seconds.");
        }
    }

    private void breakLater(String sentence) {
        var mine = episode;
        around.scheduler().after(around.pace().grace(), () -> broken(mine, sentence));
    }

    private synchronized void broken(long mine, String sentence) {
        if (!stopped && mine == episode && (state == State.CONNECTING || state == State.LIVE)) {
            retry(around.resolver().explained(push.target(), sentence));
        }
    }

    private void retry(String sentence) {
        var now = around.time().nanoTime();
        if (state == State.LIVE
                && now - liveSinceNanos >= around.pace().stable().toNanos()) {
            failures = 0;
        }
        // nginx comes back by itself some time after the slot was closed; that time is part of the wait.
        var delay = around.pace()
                .retry()
                .after(failures++, around.random())
                .minus(around.pace().pushReconnect());
        retryAtNanos = now + Math.max(delay.toNanos(), 0);
        become(State.RETRYING, sentence);
        var mine = episode;
        around.scheduler().after(delay, () -> reopen(mine, around.pace().pushReconnect()));
    }

    /** Has nginx open the slot anew: after a while by itself where it is closed now, else when it is let on. */
    private synchronized void reopen(long mine, Duration ifClosed) {
        if (stopped || mine != episode) {
            return;
        }
        if (slotClient == NOBODY) {
            around.scheduler().after(ifClosed, () -> wantAgain(mine));
        } else {
            want();
            around.cutter().cut(Slots.name(slot), session.value());
        }
    }

    private synchronized void wantAgain(long mine) {
        if (mine == episode && state == State.RETRYING) {
            want();
        }
    }

    private boolean isDue() {
        return around.time().nanoTime() - retryAtNanos >= 0;
    }

    private void become(State next, String detail) {
        state = next;
        sentence = detail;
        if (next == State.RETRYING) {
            var wait = Duration.ofNanos(retryAtNanos - around.time().nanoTime());
            reports.retries(push.destination(), detail, wait.plus(around.pace().pushReconnect()));
        } else {
            reports.destination(push.destination(), next, detail);
        }
    }
}
