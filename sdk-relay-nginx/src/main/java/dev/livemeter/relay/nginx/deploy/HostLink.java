package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to a relay host that is kept while an application works with the nginx there: connections to one port on the host's loopback come out here, one
 * port there can be connected to, and the host tells every second how nginx is. It is made anew when it breaks, at growing intervals. A host gives
 * it to one process at a time. Thread-safe.
 */
public final class HostLink implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HostLink.class);

    private static final long SIGN_EVERY_MILLIS = 1_000;

    /** Less than the host waits for a sign of ours, so that it is free again when we come back. */
    private static final Duration SILENT = Duration.ofSeconds(8);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final int BIND_ATTEMPTS = 20;
    private static final long BIND_AGAIN_MILLIS = 100;

    /** What happens with it; called in its own threads, which must not be held up, but for {@link #visited}. */
    public interface Listener {

        /** Somebody on the host connected to the port that we listen on. In a thread of its own; has to close the stream. */
        void visited(HostStream stream);

        /** The host tells how nginx is; every second. */
        void told(HostLife life);

        /** The connection is there again. */
        void regained();

        /** The connection is gone; it is made anew. */
        void lost(String sentence);
    }

    /**
     * What is connected, and for whom.
     *
     * @param process a name of this process alone, of a-z and 0-9
     * @param listenPort on the host's loopback, that its key may listen on
     * @param connectPort on the host's loopback, that its key may connect to
     * @param nodes how many nodes of the application may be linked at once; each listens on a port of its own, from the first on
     */
    public record Ends(String process, int listenPort, int connectPort, int nodes) {}

    /**
     * What the host says of itself at the beginning.
     *
     * @param who the name of the key that we came with
     * @param rtmp whether its nginx has the RTMP module
     * @param stream whether its nginx has the stream module
     * @param place which of the nodes we are to the host, from 1; another one perhaps after the connection was lost
     */
    public record Facts(String who, boolean rtmp, boolean stream, int place) {}

    private record Standing(SshConnection connection, HostDialogue dialogue, Facts facts) {}

    private final RelayHost host;
    private final Ends ends;
    private final Listener listener;
    private volatile @Nullable Standing standing;
    private volatile @Nullable String trouble;
    private volatile long heardAtNanos;
    private volatile boolean closed;

    private HostLink(RelayHost host, Ends ends, Listener listener) {
        this.host = host;
        this.ends = ends;
        this.listener = listener;
    }

    /**
     * Connects, and keeps connected from then on.
     *
     * @throws LivemeterException {@code relay.host_unreachable}; {@code relay.host_busy}, with retryable set, where another process holds it; {@code relay.host_failed}
     */
    public static HostLink open(RelayHost host, Ends ends, Listener listener) {
        var link = new HostLink(host, ends, listener);
        try {
            var first = link.connected();
            link.standing = first;
            var keeper = new Thread(() -> link.keep(first), "livemeter-host-" + host.host());
            keeper.setDaemon(true);
            keeper.start();
            return link;
        } catch (HostProblem e) {
            throw e.toException();
        }
    }

    /** What the host said of itself. */
    public Facts facts() {
        var now = standing;
        return now == null ? new Facts("", false, false, 1) : now.facts();
    }

    /** Why there is no connection right now, in a sentence; null where there is one. */
    public @Nullable String trouble() {
        var known = trouble;
        var now = standing;
        return known == null && (now == null || !now.connection().isUp()) ? gone() : known;
    }

    private String gone() {
        return "The connection to the relay host " + host + " is lost; it is made anew.";
    }

    /** Connects to the port on the host. Blocks, for as long as connecting to the host may take. */
    public HostStream connect() throws IOException {
        var now = standing;
        if (now == null || trouble != null) {
            throw new IOException("There is no connection to the relay host.");
        }
        return now.connection().connect(ends.connectPort());
    }

    private Standing connected() throws HostProblem {
        var connection = SshConnection.open(host);
        try {
            // A host of an earlier release knows one node alone, and not the question for a place.
            var dialogue = connection.begin("link " + ends.process() + (ends.nodes() == 1 ? "" : " " + ends.nodes()));
            var facts = facts(host, dialogue);
            listen(connection, ends.listenPort() + facts.place() - 1);
            heardAtNanos = System.nanoTime();
            return new Standing(connection, dialogue, facts);
        } catch (HostProblem e) {
            connection.close();
            throw e;
        }
    }

    /** What the host answers to an order to link. */
    static Facts facts(RelayHost host, HostDialogue dialogue) throws HostProblem {
        try {
            var said = dialogue.line();
            var line = said == null ? "" : said;
            var words = line.split(" ", -1);
            if (words.length == 5 && line.startsWith("result linked ")) {
                return new Facts(words[2], "yes".equals(words[3]), "yes".equals(words[4]), 1);
            }
            if (words.length == 6 && line.startsWith("result linked ") && words[5].matches("[1-9]")) {
                return new Facts(words[2], "yes".equals(words[3]), "yes".equals(words[4]), Integer.parseInt(words[5]));
            }
            if (words.length >= 3 && line.startsWith("result busy ")) {
                throw new HostProblem(
                        Stage.BUSY,
                        "Another process works with the relay host " + host + " at the moment; it came with the key of "
                                + words[2] + ".",
                        "End that process, or wait until it has ended; each application needs relay hosts of its own.",
                        null);
            }
            throw new HostProblem(
                    Stage.WORK,
                    "The relay host " + host + " did not give its connection for callbacks: "
                            + (line.isEmpty() ? "it said nothing" : line) + ".",
                    "Run install.sh of this release on the host.",
                    null);
        } catch (IOException e) {
            throw SshConnection.lost(host, e);
        }
    }

    /** sshd may need a moment to let go of what another connection listened on. */
    private void listen(SshConnection connection, int port) throws HostProblem {
        for (var attempt = 1; !connection.listen(port, listener::visited); attempt++) {
            if (attempt == BIND_ATTEMPTS) {
                throw new HostProblem(
                        Stage.WORK,
                        "The relay host " + host + " does not let us listen on its port " + port + " on loopback.",
                        "Another program may use that port, sshd may have AllowTcpForwarding off, or install.sh of this release was not run there.",
                        null);
            }
            pause(BIND_AGAIN_MILLIS);
        }
    }

    private void keep(Standing first) {
        Standing now = first;
        var failures = 0;
        while (!closed) {
            if (now != null) {
                failures = 0;
                attend(now);
                standing = null;
                now.connection().close();
                if (closed) {
                    return;
                }
                tellLost(gone());
            }
            pause(wait(failures++));
            now = closed ? null : again();
        }
    }

    private @Nullable Standing again() {
        try {
            var next = connected();
            standing = next;
            trouble = null;
            if (closed) {
                next.connection().close();
                return null;
            }
            log.info("The connection to the relay host {} is there again.", host);
            listener.regained();
            return next;
        } catch (HostProblem e) {
            trouble = e.whole();
            log.debug("The relay host {} could not be connected to. {}", host, e.whole());
            return null;
        } catch (RuntimeException e) {
            trouble = "The relay host " + host + " could not be connected to: " + SshConnection.reason(e) + ".";
            log.warn("The relay host {} could not be connected to.", host, e);
            return null;
        }
    }

    private void tellLost(String sentence) {
        trouble = sentence;
        log.warn("{}", sentence);
        listener.lost(sentence);
    }

    /** Gives signs and hears them, until the connection is gone. */
    private void attend(Standing with) {
        var reader = new Thread(() -> hear(with), "livemeter-host-life-" + host.host());
        reader.setDaemon(true);
        reader.start();
        try {
            while (!closed && reader.isAlive() && System.nanoTime() - heardAtNanos < SILENT.toNanos()) {
                with.dialogue().nudge();
                reader.join(SIGN_EVERY_MILLIS);
            }
        } catch (IOException | RuntimeException e) {
            log.debug("The relay host {} takes no sign any more: {}.", host, SshConnection.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(Standing with) {
        try {
            for (var line = with.dialogue().line();
                    line != null;
                    line = with.dialogue().line()) {
                heardAtNanos = System.nanoTime();
                HostLife.parse(line).ifPresent(listener::told);
            }
        } catch (IOException | RuntimeException e) {
            log.debug("The relay host {} gives no sign any more: {}.", host, SshConnection.reason(e));
        }
    }

    private static long wait(int failures) {
        var longest = Math.min(LONGEST_WAIT.toMillis(), 250L << Math.min(failures, 10));
        return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection, and makes none any more. Idempotent. */
    @Override
    public void close() {
        closed = true;
        var now = standing;
        if (now != null) {
            now.dialogue().close();
            now.connection().close();
        }
    }

    @Override
    public String toString() {
        return "HostLink[" + host + "]";
    }
}
