package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.relay.nginx.PushResolver.Resolution;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One destination of one session, and the push that leads to it. The lane has nginx open the push, learns from its callbacks how it fares, and has it opened anew when it failed. An episode is the time from one attempt to the
 * next; timers of an earlier one are ignored. A push is known by where it goes until it has a number; from then on by that. Thread-safe.
 */
final class PushLane {

    private static final long NOBODY = -1;

    private static final String UNREACHABLE =
            "The relay's settings changed while this stream was on air, and it cannot be passed on to anything new until it is begun again.";

    private static final String NO_CONTACT = "The relay cannot be reached right now.";

    /** What lanes share. */
    record Surroundings(
            PushResolver resolver,
            StreamCutter cutter,
            Pace pace,
            TimeSource time,
            Scheduler scheduler,
            RandomGenerator random,
            Pusher pusher) {}

    private final SessionId session;
    private final Push push;
    private final Reports reports;
    private final Surroundings around;

    private State state = State.WAITING;
    private String sentence = "";
    private long episode;
    private long pushClient = NOBODY;
    private long formerClient = NOBODY;
    private long pushSeenNanos;
    private int attempts;
    private int failures;
    private long liveSinceNanos;
    private @Nullable String address;
    private @Nullable Peer peer;
    private long orderedAtNanos;
    private long playingAtNanos;
    private long retryAtNanos;
    private boolean begun;
    private boolean stopped;
    private PushProgress progress = PushProgress.NONE;
    private @Nullable Given given;

    PushLane(SessionId session, Push push, Reports reports, Surroundings around) {
        this.session = session;
        this.push = push;
        this.reports = reports;
        this.around = around;
    }

    /** One that leads to its server already, and has held. */
    static PushLane adopted(SessionId session, Push push, Reports reports, Surroundings around, Carried.Lead lead) {
        var lane = new PushLane(session, push, reports, around);
        lane.goesOn(lead);
        return lane;
    }

    private synchronized void goesOn(Carried.Lead lead) {
        pushClient = lead.client();
        address = lead.address();
        begun = true;
        episode = 1;
        attempts = 1;
        liveSinceNanos = around.time().nanoTime();
        pushSeenNanos = liveSinceNanos;
        peer = Peer.of("rtmp://" + lead.address(), push.target());
        orderedAtNanos = liveSinceNanos;
        playingAtNanos = liveSinceNanos;
        become(State.CONNECTING, "");
        become(State.LIVE, "");
    }

    /** From now on it wants to lead there. Idempotent. Returns without waiting. */
    synchronized void begin() {
        if (!begun && !stopped) {
            begun = true;
            attemptAfter(Duration.ZERO);
        }
    }

    Push push() {
        return push;
    }

    private void attemptAfter(Duration wait) {
        var expected = episode;
        around.scheduler().after(wait, () -> attempt(expected));
    }

    /** Blocks while a name is resolved and nginx is asked. */
    private void attempt(long expected) {
        final long mine;
        final int count;
        synchronized (this) {
            if (stopped || expected != episode || state == State.FAILED) {
                return;
            }
            mine = ++episode;
            count = attempts++;
        }
        var location = decided(mine, around.resolver().resolve(push.target(), count, reports.owner()));
        if (location != null) {
            ordered(mine, around.pusher().open(session, location));
        }
    }

    /** Where to push to; null where that is not to be. */
    private synchronized @Nullable String decided(long mine, Resolution resolution) {
        if (stopped || mine != episode) {
            return null;
        }
        if (resolution instanceof Resolution.Found found) {
            peer = found.peer();
            address = found.location().substring("rtmp://".length());
            orderedAtNanos = around.time().nanoTime();
            become(State.CONNECTING, "");
            return found.location();
        }
        if (resolution instanceof Resolution.Refused refused) {
            become(State.FAILED, refused.message());
        } else if (resolution instanceof Resolution.NotNow notNow) {
            retry(notNow.message());
        }
        return null;
    }

    private synchronized void ordered(long mine, Pusher.Outcome outcome) {
        if (outcome == Pusher.Outcome.ORDERED) {
            around.scheduler().after(around.pace().connect(), () -> connectTimedOut(mine));
        } else if (mine == episode) {
            // Mostly it is not there any more because it just ended, and that explains it.
            var sentence = outcome == Pusher.Outcome.NO_LINE ? UNREACHABLE : NO_CONTACT;
            around.scheduler().after(around.pace().grace(), () -> notOrdered(mine, sentence));
        }
    }

    /**
     * A server took the connection and nginx begins to send.
     *
     * @param to where
     * @return whether it is this lane's, and may go on
     */
    synchronized boolean pushing(long client, String to) {
        if (client == pushClient) {
            return !stopped;
        }
        if (stopped
                || state != State.CONNECTING
                || pushClient != NOBODY
                || client == formerClient
                || !to.equals(address)) {
            return false;
        }
        pushClient = client;
        playingAtNanos = around.time().nanoTime();
        pushSeenNanos = playingAtNanos;
        progress = PushProgress.NONE;
        given = null;
        var mine = episode;
        around.scheduler().after(around.pace().settle(), () -> settled(mine));
        return true;
    }

    /** The connection to the server is gone, perhaps before we heard that it came about. */
    synchronized void pushDone(long client, String to) {
        var never = state == State.CONNECTING && pushClient == NOBODY && client != formerClient && to.equals(address);
        if (!never && client != pushClient) {
            return;
        }
        formerClient = client;
        var sentence = state == State.LIVE
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

    /** The server that it goes to, where that is known. */
    synchronized Optional<Peer> peer() {
        return stopped ? Optional.empty() : Optional.ofNullable(peer);
    }

    /** The push as it is now, if it is live. */
    synchronized Optional<Live> live() {
        return peer == null || state != State.LIVE || stopped
                ? Optional.empty()
                : Optional.of(new Live(episode, peer, orderedAtNanos, playingAtNanos));
    }

    /** The server of that push holds the connection and takes nothing: it is closed at once, and tried again like any other failure. */
    synchronized void hangs(Live hanging, String sentence) {
        if (!stopped && hanging.episode() == episode && state == State.LIVE) {
            leave();
            retry(sentence);
        }
    }

    private void leave() {
        if (pushClient != NOBODY) {
            around.pusher().close(session, pushClient);
            formerClient = pushClient;
            pushClient = NOBODY;
        }
    }

    /** Whether the push of that connection is this lane's, and may go on. */
    synchronized boolean isWelcome(long client) {
        return !stopped && client == pushClient;
    }

    /**
     * What nginx gave to a push, as it is seen now and then.
     *
     * @param bytes since the push is live
     * @param bitsPerSecond lately, where that is known
     */
    record Given(long bytes, OptionalLong bitsPerSecond, long atNanos) {}

    /** So much was given to that push until now. */
    synchronized void given(Live to, long bytes) {
        if (to.episode() != episode || state != State.LIVE) {
            return;
        }
        var now = around.time().nanoTime();
        var before = given;
        var millis =
                before == null ? 0 : Duration.ofNanos(now - before.atNanos()).toMillis();
        var rate = before == null || millis <= 0 || bytes < before.bytes()
                ? OptionalLong.empty()
                : OptionalLong.of((bytes - before.bytes()) * 8 * 1000 / millis);
        given = new Given(bytes, rate, now);
    }

    /** What was given to the push that is live; empty where none is, or nothing is known of it. */
    synchronized Optional<Given> given() {
        return state == State.LIVE && !stopped ? Optional.ofNullable(given) : Optional.empty();
    }

    /**
     * Proof of life of the connection to the server.
     *
     * @param mediaMillis the stream's time that nginx has for it
     * @return as {@link #isWelcome}
     */
    synchronized boolean heartbeat(long client, long mediaMillis) {
        if (!isWelcome(client)) {
            return false;
        }
        pushSeenNanos = around.time().nanoTime();
        progress = progress.at(mediaMillis, pushSeenNanos);
        return true;
    }

    /** How it goes on, as far as its heartbeats told. */
    synchronized PushProgress progress() {
        return progress;
    }

    /** By now everything that runs has given a heartbeat since that moment; what did not was closed, and nobody heard of it. */
    synchronized void confirm(long sinceNanos) {
        if (!stopped && pushClient != NOBODY && pushSeenNanos - sinceNanos < 0) {
            pushDone(pushClient, "");
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
        attemptAfter(Duration.ZERO);
    }

    /**
     * The session is over or is being cut, or goes there no more; from now on the push is not welcome, and nothing more is told. Idempotent.
     *
     * @return the connection that is to be closed, where one is known
     */
    synchronized OptionalLong stop() {
        stopped = true;
        var open = pushClient;
        pushClient = NOBODY;
        return open == NOBODY ? OptionalLong.empty() : OptionalLong.of(open);
    }

    private synchronized void settled(long mine) {
        if (!stopped && mine == episode && state == State.CONNECTING && pushClient != NOBODY) {
            liveSinceNanos = around.time().nanoTime();
            become(State.LIVE, "");
        }
    }

    /** A line that breaks may have brought the order all the same. */
    private synchronized void notOrdered(long mine, String sentence) {
        if (mine == episode && pushClient == NOBODY && state == State.CONNECTING) {
            broken(mine, sentence);
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
            leave();
            retry(around.resolver().explained(push.target(), sentence));
        }
    }

    private void retry(String sentence) {
        var now = around.time().nanoTime();
        if (state == State.LIVE
                && now - liveSinceNanos >= around.pace().stable().toNanos()) {
            failures = 0;
        }
        var delay = around.pace().retry().after(failures++, around.random());
        retryAtNanos = now + delay.toNanos();
        become(State.RETRYING, sentence);
        attemptAfter(delay);
    }

    private void become(State next, String detail) {
        state = next;
        sentence = detail;
        if (next == State.RETRYING) {
            var wait = Math.max(0, retryAtNanos - around.time().nanoTime());
            reports.retries(push.destination(), detail, Duration.ofNanos(wait));
        } else {
            reports.destination(push.destination(), next, detail);
        }
    }
}
