package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controls that a running nginx offers on loopback, below its token. Thread-safe. */
final class NginxControl implements StreamCutter {

    private static final Logger log = LoggerFactory.getLogger(NginxControl.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient client;
    private final URI base;

    NginxControl(HttpClient client, NginxConf conf) {
        this.client = client;
        this.base = URI.create("http://127.0.0.1:" + conf.ports().control() + "/" + conf.token() + "/");
    }

    @Override
    public void cut(String application, String stream) {
        // Both names are of a-z, 0-9, '_' and '-'. Without a name nginx would drop everybody in the application.
        var order = request("control/drop/publisher?app=" + application + "&name=" + stream);
        var ignored = client.sendAsync(order, BodyHandlers.ofString()).whenComplete((answer, failure) -> {
            if (failure != null) {
                log.debug("nginx did not take the order to drop a publisher: {}.", failure.toString());
            } else {
                log.debug("nginx dropped {} publisher(s), status {}.", answer.body(), answer.statusCode());
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
            var answer = client.send(
                    request("control/record/" + order + "?app=" + application + "&name=" + stream + "&rec="
                            + StreamRecorder.NAME),
                    BodyHandlers.ofString());
            return answer.statusCode() == 200 && !answer.body().isBlank()
                    ? Optional.of(answer.body().strip())
                    : Optional.empty();
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
            var answer = client.send(request("run"), BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().equals(run);
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether an nginx with our token answers at all. Blocks, for at most two seconds. */
    boolean answers() throws InterruptedException {
        try {
            return client.send(request("run"), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException silent) {
            return false;
        }
    }

    /** The page of statistics; to be closed. Blocks, for at most two seconds until it begins. */
    InputStream statistics() throws IOException, InterruptedException {
        var answer = client.send(request("stat"), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            answer.body().close();
            throw new IOException("nginx answered with status " + answer.statusCode());
        }
        return answer.body();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).build();
    }
}
