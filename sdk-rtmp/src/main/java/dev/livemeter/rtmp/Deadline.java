package dev.livemeter.rtmp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** How long one step may take in all, however slowly a server answers. */
public record Deadline(long nanos) {

    public static Deadline in(Duration span) {
        return new Deadline(System.nanoTime() + span.toNanos());
    }

    /** What is left, at least a millisecond. */
    public int millis() throws SocketTimeoutException {
        var left = (nanos - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("The time for this step is over.");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    /** What a socket gives, under a deadline that is moved from step to step. One thread. */
    static final class Reading extends FilterInputStream {

        private final Socket socket;
        private Deadline until;

        Reading(Socket socket, Deadline until) throws IOException {
            super(socket.getInputStream());
            this.socket = socket;
            this.until = until;
        }

        /** From now on; gives the one before. */
        Deadline until(Deadline next) {
            var before = until;
            until = next;
            return before;
        }

        @Override
        public int read() throws IOException {
            socket.setSoTimeout(until.millis());
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            socket.setSoTimeout(until.millis());
            return super.read(into, offset, length);
        }
    }
}
