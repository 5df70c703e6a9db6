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

    private final Request request;
    private final int limit;
    private final Consumer<WebBody> whole;
    private final Runnable tooLarge;
    private final Consumer<Throwable> failed;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

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
            var fits = collect(chunk);
            if (!fits) {
                tooLarge.run();
                return;
            }
            if (last) {
                whole.accept(WebBody.of(collected.toByteArray()));
                return;
            }
        }
    }

    /** Takes the bytes of a piece over, unless they are too many. */
    private boolean collect(Content.Chunk chunk) {
        try {
            if (collected.size() + chunk.remaining() > limit) {
                return false;
            }
            var bytes = new byte[chunk.remaining()];
            chunk.getByteBuffer().get(bytes);
            collected.writeBytes(bytes);
            return true;
        } finally {
            chunk.release();
        }
    }
}
