package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of nginx: its process, its configuration, those who publish to it, and the names that it asks for. Thread-safe. */
final class NginxRun {

    private static final Duration START_PATIENCE = Duration.ofSeconds(10);
    private static final long PROBE_MILLIS = 25;

    private final NginxProcess process;
    private final NginxLog log;
    private final Publishers publishers;
    private final @Nullable NameServer nameServer;
    private final Statistics statistics;
    private final NginxControl control;
    private final PushLines lines;
    private final KeyBridge bridge;
    private volatile NginxConf conf;

    NginxRun(
            NginxProcess process,
            NginxLog log,
            Publishers publishers,
            @Nullable NameServer nameServer,
            NginxControl control,
            PushLines lines,
            KeyBridge bridge,
            Statistics statistics,
            NginxConf conf) {
        this.process = process;
        this.log = log;
        this.publishers = publishers;
        this.nameServer = nameServer;
        this.control = control;
        this.lines = lines;
        this.bridge = bridge;
        this.statistics = statistics;
        this.conf = conf;
    }

    NginxProcess process() {
        return process;
    }

    Publishers publishers() {
        return publishers;
    }

    /** Its controls; they stay where they are over reloads. */
    NginxControl control() {
        return control;
    }

    /** What nginx tells of its traffic. */
    Statistics statistics() {
        return statistics;
    }

    /** What is in force. */
    NginxConf conf() {
        return conf;
    }

    void conf(NginxConf inForce) {
        conf = inForce;
        lines.reloaded();
    }

    /** nginx is gone or left alone; it is asked for nothing any more, and asks for no names. */
    void close() {
        lines.close();
        bridge.close();
        if (nameServer != null) {
            nameServer.close();
        }
    }

    /**
     * Waits until nginx answers with this very configuration.
     *
     * @throws LivemeterException {@code relay.port_in_use}, {@code relay.not_started}
     */
    void awaitStart() {
        var deadline = System.nanoTime() + START_PATIENCE.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                if (control.runs(conf.run())) {
                    return;
                }
                if (!process.isAlive()) {
                    throw failed("nginx ended right after its start", log.lastWords());
                }
                Thread.sleep(PROBE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
        throw failed("nginx did not answer within " + START_PATIENCE.toSeconds() + " seconds", log.recent());
    }

    private LivemeterException failed(String what, List<String> words) {
        var said = String.join(" / ", words);
        if (said.contains("Address already in use")) {
            return new LivemeterException(
                    "relay.port_in_use",
                    "nginx found one of its ports taken (ingest " + conf.ports().ingest() + ", internal "
                            + conf.ports().anchor() + " and " + conf.ports().control()
                            + "). Stop the program that uses it, or set another ingest port.",
                    true,
                    null);
        }
        return new LivemeterException(
                "relay.not_started",
                what + (said.isEmpty() ? " and said nothing" : "; it said: " + said) + ". Its configuration is "
                        + conf.file() + ".",
                true,
                null);
    }
}
