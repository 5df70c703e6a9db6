package dev.livemeter.http.jetty;

import dev.livemeter.web.WebBody;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Collects the body of one request as it arrives. Between two pieces no thread waits, so that a slow sender holds none. Calls back exactly
 * one of the three, on a thread that may block.
 */
final class BodyReader implements Runnable {

    /**
     * How much of a body that is too large is still read, and thrown away. Who is answered in mid-sentence, by a server that then closes, may
     * not get to read the answer; who sends far more than this is closed on all the same.
     */
    static final long MOST_SURPLUS = 1024 * 1024;

    private final Request request;
    private final int limit;
    private final Consumer<WebBody> whole;
    private final Runnable tooLarge;
    private final Consumer<Throwable> failed;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private long surplus;

    BodyReader(Request request, int limit, Consumer<WebBody> whole, Runnable tooLarge, Consumer<Throwable> failed) {
        this.request = request;
        this.limit = limit;
        this.whole = whole;
        this.tooLarge = tooLarge;
        this.failed = failed;
    }

    @Override
    public void run() {
        while (true) {
            var chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                failed.accept(chunk.getFailure());
                return;
            }
            var last = chunk.isLast();
            take(chunk);
            if (surplus > MOST_SURPLUS || (last && surplus > 0)) {
                tooLarge.run();
                return;
            }
            if (last) {
                whole.accept(WebBody.of(collected.toByteArray()));
                return;
            }
        }
    }

    /** Takes the bytes of a piece over; once they are too many, only counts them. */
    private void take(Content.Chunk chunk) {
        try {
            if (surplus > 0 || collected.size() + chunk.remaining() > limit) {
                surplus += chunk.remaining();
                collected.reset();
                return;
            }
            var bytes = new byte[chunk.remaining()];
            chunk.getByteBuffer().get(bytes);
            collected.writeBytes(bytes);
        } finally {
            chunk.release();
        }
    }
}
