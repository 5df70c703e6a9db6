package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.NginxControl.Reply;
import dev.livemeter.relay.nginx.deploy.HostLink;
import dev.livemeter.relay.nginx.deploy.HostStream;
import dev.livemeter.time.Scheduler;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;

/** The way to the controls of an nginx on a relay host: a connection through SSH for each question, as HTTP/1.0 has it (RFC 1945). */
final class HostLine implements NginxControl.Line {

    /** Until the answer is over; the page of statistics of a busy host is some megabytes. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final int MOST_HEAD_BYTES = 8 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");

    private final HostLink link;
    private final Executor workers;
    private final Scheduler scheduler;

    HostLine(HostLink link, Executor workers, Scheduler scheduler) {
        this.link = link;
        this.workers = workers;
        this.scheduler = scheduler;
    }

    @Override
    public Reply ask(String path) throws IOException {
        var stream = link.connect();
        try {
            // A host that says nothing must not keep a thread.
            scheduler.after(PATIENCE, stream::close);
            stream.say(("GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new Reply(status(stream.in()), new Body(stream));
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    @Override
    public CompletableFuture<Reply> askLater(String path) {
        var answer = new CompletableFuture<Reply>();
        try {
            workers.execute(() -> {
                try {
                    answer.complete(ask(path));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /** Reads the head, and nothing of the body. */
    private static int status(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (var newlines = 0; newlines < 2; ) {
            var next = in.read();
            if (next < 0 || head.size() > MOST_HEAD_BYTES) {
                throw new IOException("nginx on the relay host did not answer as HTTP has it");
            }
            head.write(next);
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
        var first =
                head.toString(StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
        var status = STATUS.matcher(first);
        if (!status.matches()) {
            throw new IOException("nginx on the relay host did not answer as HTTP has it");
        }
        return Integer.parseInt(status.group(1));
    }

    private static final class Body extends FilterInputStream {

        private final HostStream stream;

        Body(HostStream stream) {
            super(stream.in());
            this.stream = stream;
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
