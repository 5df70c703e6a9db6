package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.StreamLook.Seen;
import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.RtmpSession;
import dev.livemeter.session.SessionId;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches one stream as a player does, with a ticket for this once, and leaves. Thread-safe: each look has its own connection. */
final class StreamLooker {

    private static final Duration GREETING = Duration.ofSeconds(5);

    /** The way to where encoders publish. */
    @FunctionalInterface
    interface Way {

        /**
         * A connection on which RTMP begins; whoever calls closes it. Blocks.
         *
         * @param begun is given it before it is connected
         */
        Socket open(Consumer<Socket> begun) throws IOException;
    }

    private static final int BEGINNING = 512;

    private final Way way;
    private final String application;
    private final LookTickets tickets;
    private final TimeSource time;
    private final @Nullable PictureTaker pictures;

    /**
     * @param pictures null where no pictures are taken
     */
    StreamLooker(Way way, String application, LookTickets tickets, TimeSource time, @Nullable PictureTaker pictures) {
        this.pictures = pictures;
        this.way = way;
        this.application = application;
        this.tickets = tickets;
        this.time = time;
    }

    /**
     * Watches for half a minute at most, and takes a picture where one is wanted; blocks.
     *
     * @param pictureExpected as for {@link StreamLook#seen}
     * @param begun is given the connection, so that the look can be broken off by closing it
     * @throws IOException if it cannot be seen, or ends
     */
    Seen look(SessionId session, boolean pictureExpected, Consumer<Socket> begun) throws IOException {
        var wish = pictures == null ? null : pictures.wish(session);
        var seen = watch(session, pictureExpected, begun, wish);
        if (pictures != null && wish != null) {
            pictures.take(session, wish, seen);
        }
        return seen;
    }

    private Seen watch(SessionId session, boolean pictureExpected, Consumer<Socket> begun, @Nullable KeyframeWish wish)
            throws IOException {
        var stream = session.value();
        try (var socket = way.open(begun)) {
            socket.setTcpNoDelay(true);
            var rtmp = RtmpSession.watching(socket, Deadline.in(GREETING));
            rtmp.shakeHands();
            if (rtmp.connect(URI.create("rtmp://relay/" + application)).isRefusal()) {
                throw new IOException("the application was refused");
            }
            enter(rtmp, stream);
            rtmp.until(Deadline.in(StreamLook.LONGEST.plusMillis(200)));
            var look = new StreamLook(time.nanoTime());
            if (wish != null) {
                rtmp.keep(KeyframeWish.MOST_BYTES);
            }
            try {
                while (!look.isEnough(time.nanoTime())) {
                    var message = rtmp.next();
                    look.see(message, time.nanoTime());
                    if (wish != null && wish.see(message)) {
                        rtmp.keep(BEGINNING);
                    }
                }
            } catch (SocketTimeoutException over) {
                // What came until now is what there is to see.
            }
            var seen = look.seen(pictureExpected, time.nanoTime());
            if (seen.videoCodec() == null && seen.audioCodec() == null) {
                throw new IOException("nothing came");
            }
            return seen;
        }
    }

    private void enter(RtmpSession rtmp, String stream) throws IOException {
        var ticket = tickets.issue(stream);
        try {
            var answer = rtmp.play(stream + "?" + LookTickets.ARGUMENT + "=" + ticket);
            if (answer.isRefusal() || answer.isOfLevel("error")) {
                throw new IOException("the stream was refused");
            }
        } finally {
            tickets.withdraw(stream, ticket);
        }
    }
}
