package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controls that a running nginx offers on loopback, below its token. Thread-safe. */
final class NginxControl implements StreamCutter {

    private static final Logger log = LoggerFactory.getLogger(NginxControl.class);

    /** The way to them. Thread-safe. */
    interface Line {

        /** Asks, and waits for at most two seconds until the answer begins. */
        Reply ask(String path) throws IOException, InterruptedException;

        /** Asks without waiting. */
        CompletableFuture<Reply> askLater(String path);
    }

    /**
     * An answer.
     *
     * @param body to be closed
     */
    record Reply(int status, InputStream body) {

        String text() throws IOException {
            try (body) {
                return new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            }
        }
    }

    private static final int MOST_BYTES = 64 * 1024;

    private final Line line;
    private final String base;

    NginxControl(Line line, String token) {
        this.line = line;
        this.base = "/" + token + "/";
    }

    @Override
    public void cut(String application, String stream) {
        // Both names are of a-z, 0-9, '_' and '-'. Without a name nginx would drop everybody in the application.
        order("publisher?app=" + application + "&name=" + stream);
    }

    /** Orders to drop who takes a stream by that connection; never who publishes it. Returns without waiting; an order can get lost. */
    void drop(String application, String stream, long client) {
        order("subscriber?app=" + application + "&name=" + stream + "&clientid=" + client);
    }

    private void order(String whom) {
        var ignored = line.askLater(base + "control/drop/" + whom).whenComplete((answer, failure) -> {
            if (failure != null) {
                log.debug("nginx did not take the order to drop somebody: {}.", failure.toString());
                return;
            }
            try {
                log.debug("nginx dropped {} of them, status {}.", answer.text(), answer.status());
            } catch (IOException e) {
                log.debug("nginx did not tell what it dropped: {}.", e.toString());
            }
        });
    }

    /** Begins to write a stream down; tells to which file, or nothing where it does not. Blocks, for at most two seconds. */
    Optional<String> startRecording(String application, String stream) {
        return record("start", application, stream);
    }

    /** Ends that, where it is done. Blocks, for at most two seconds. */
    void stopRecording(String application, String stream) {
        record("stop", application, stream);
    }

    private Optional<String> record(String order, String application, String stream) {
        try {
            var answer = line.ask(base + "control/record/" + order + "?app=" + application + "&name=" + stream + "&rec="
                    + StreamRecorder.NAME);
            var file = answer.text();
            return answer.status() == 200 && !file.isBlank() ? Optional.of(file.strip()) : Optional.empty();
        } catch (IOException e) {
            log.debug("nginx did not take the order to {} a recording: {}.", order, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** Whether the nginx that answers runs with that very configuration. Blocks. */
    boolean runs(String run) throws InterruptedException {
        try {
            var answer = line.ask(base + "run");
            return answer.text().equals(run) && answer.status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether an nginx with our token answers at all. Blocks, for at most two seconds. */
    boolean answers() throws InterruptedException {
        try {
            var answer = line.ask(base + "run");
            answer.text();
            return answer.status() == 200;
        } catch (IOException silent) {
            return false;
        }
    }

    /** The page of statistics; to be closed. Blocks, for at most two seconds until it begins. */
    InputStream statistics() throws IOException, InterruptedException {
        var answer = line.ask(base + "stat");
        if (answer.status() != 200) {
            answer.body().close();
            throw new IOException("nginx answered with status " + answer.status());
        }
        return answer.body();
    }
}
