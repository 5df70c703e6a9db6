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

    private final Way way;
    private final String application;
    private final LookTickets tickets;
    private final TimeSource time;

    StreamLooker(Way way, String application, LookTickets tickets, TimeSource time) {
        this.way = way;
        this.application = application;
        this.tickets = tickets;
        this.time = time;
    }

    /**
     * Watches for half a minute at most; blocks.
     *
     * @param pictureExpected as for {@link StreamLook#seen}
     * @param begun is given the connection, so that the look can be broken off by closing it
     * @throws IOException if it cannot be seen, or ends
     */
    Seen look(SessionId session, boolean pictureExpected, Consumer<Socket> begun) throws IOException {
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
            try {
                while (!look.isEnough(time.nanoTime())) {
                    look.see(rtmp.next(), time.nanoTime());
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
