package dev.livemeter.relay.nginx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nginx says on its standard error, taken over into the log of the host; nothing of it is written to a file. nginx can put
 * the address of a push, which ends with a platform's key, into any line: addresses are blotted out.
 */
final class NginxLog {

    private static final Logger log = LoggerFactory.getLogger(NginxLog.class);

    private static final int KEPT = 20;
    private static final Pattern CONTEXT = Pattern.compile(",? client: .*");
    private static final Pattern ADDRESS = Pattern.compile("\\S*://\\S*");

    private final Deque<String> last = new ArrayDeque<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Runnable onWorkerExit;
    private final Consumer<String> lines;

    /**
     * @param onWorkerExit called when nginx says that its worker process died
     * @param lines gets every line as nginx wrote it
     */
    NginxLog(Runnable onWorkerExit, Consumer<String> lines) {
        this.lines = lines;
        this.onWorkerExit = onWorkerExit;
    }

    /** Reads until nginx closes it. */
    void follow(InputStream stderr) {
        try (var lines = new BufferedReader(new InputStreamReader(stderr, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException closed) {
            log.debug("The log of nginx was closed: {}.", closed.getMessage());
        } finally {
            over.countDown();
        }
    }

    /** One line, without its end. */
    void take(String line) {
        lines.accept(line);
        var clean = redacted(line);
        synchronized (last) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.addLast(clean);
        }
        log.warn("nginx: {}", clean);
        if (clean.contains("worker process") && clean.contains("exited on signal")) {
            onWorkerExit.run();
        }
    }

    /** The last lines of an nginx that has ended: what it said just before may still be on its way here. */
    List<String> lastWords() throws InterruptedException {
        if (!over.await(1, TimeUnit.SECONDS)) {
            log.debug("nginx ended, and its log did not.");
        }
        return recent();
    }

    /** The last lines. */
    List<String> recent() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    static String redacted(String line) {
        var plain = CONTEXT.matcher(line.replaceAll("\\p{Cntrl}", "?")).replaceAll("");
        return ADDRESS.matcher(plain).replaceAll("····");
    }
}
