package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What nginx is answered where it passes streams on: which pushes may begin and go on, and whether their heartbeats are needed. Thread-safe; keeps no lock while others are asked. */
final class PushAnswers {

    /** When the order to close a push is repeated. Later its heartbeat is denied anyway. */
    private static final List<Duration> CLOSE_AGAIN = List.of(Duration.ofMillis(200), Duration.ofMillis(600));

    /** The streams whose pushes these are. */
    interface Streams {

        /** The session of a stream that may go on. */
        Optional<RelayedSession> running(String stream);

        /** Whether it is one of ours, be it about to end. */
        boolean isKnown(String stream);

        /** Whether nobody is let in any more. */
        boolean isClosed();
    }

    private final Streams streams;
    private final PushLane.Surroundings around;
    private final Bridging bridging;
    private final Carried carried;
    private final Contact contact;
    private final OpenPushes open = new OpenPushes();
    private volatile @Nullable Long watchedUntilNanos;

    PushAnswers(Streams streams, PushLane.Surroundings around, Bridging bridging, Carried carried, Contact contact) {
        this.streams = streams;
        this.around = around;
        this.bridging = bridging;
        this.carried = carried;
        this.contact = contact;
    }

    /**
     * Whether the heartbeats of pushes are needed here. They are while a push may be open that should not be, and while it has to be seen which ones are, or how they go on; else they tell
     * nothing that is not known.
     */
    Answer areHeartbeatsNeeded() {
        return streams.isClosed()
                        || carried.mayShowMore()
                        || !contact.isSettled(around.pace().lost())
                        || isWatched()
                        || open.hasUnwelcome(
                                this::isWelcome, now(), around.pace().lost())
                ? Answer.EACH
                : bridging.allGoOn();
    }

    private boolean isWatched() {
        var until = watchedUntilNanos;
        return until != null && now() - until < 0;
    }

    /** Wants to hear of each push for a while. */
    void watch(Duration span) {
        watchedUntilNanos = now() + span.toNanos();
    }

    private boolean isWelcome(String stream, long client) {
        return streams.running(stream)
                .filter(session -> session.lanes().isWelcome(client))
                .isPresent();
    }

    /** A stream begins to be passed on to that address. */
    Answer begins(String stream, long client, String address) {
        var session = streams.running(stream);
        if (session.isPresent() && session.get().lanes().pushing(client, address)) {
            open.opened(stream, client);
            return bridging.goOn(session.get().id());
        }
        return carried.isAmongOthers() && !streams.isKnown(stream) ? Answer.UNAVAILABLE : Answer.FORBIDDEN;
    }

    /**
     * A stream is still passed on to that address.
     *
     * @param mediaMillis the stream's time that nginx has for it
     */
    Answer heartbeat(String stream, long client, String address, long mediaMillis) {
        open.seen(client, now());
        var session = streams.running(stream);
        if (session.isPresent()) {
            return session.get().lanes().heartbeat(client, mediaMillis)
                    ? bridging.goOn(session.get().id())
                    : Answer.FORBIDDEN;
        }
        if (streams.isKnown(stream) || carried.isOver()) {
            return Answer.FORBIDDEN;
        }
        carried.seen(stream, client, address);
        return carried.isAmongOthers() ? Answer.UNAVAILABLE : bridging.goOn();
    }

    /** A stream is not passed on to that address any more. */
    Answer done(String stream, long client, String address) {
        open.closed(client);
        streams.running(stream)
                .ifPresentOrElse(
                        session -> session.lanes().pushDone(client, address), () -> carried.gone(stream, client));
        return heard(stream);
    }

    /** To who tells of a stream; what is not known here is news for another node. */
    Answer heard(String stream) {
        return streams.isKnown(stream) || !carried.isAmongOthers() ? Answer.GO : Answer.UNAVAILABLE;
    }

    /** A stream was taken up with the pushes that it has. */
    void adopt(String stream) {
        carried.pushes(stream).forEach(lead -> open.opened(stream, lead.client()));
    }

    /** Orders pushes of a session to be closed. */
    void close(SessionId session, List<Long> clients) {
        for (var client : clients) {
            around.pusher().close(session, client);
            CLOSE_AGAIN.forEach(wait ->
                    around.scheduler().after(wait, () -> around.pusher().close(session, client)));
        }
    }

    /** All connections are gone. */
    void forgetAll() {
        open.clear();
    }

    private long now() {
        return around.time().nanoTime();
    }
}
