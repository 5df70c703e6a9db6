package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way to a relay host. */
record HostWay(NginxHostConfig host, NginxRelayConfig config) implements NginxHome.Way {

    /** Checks that the settings are for a relay host. */
    static HostWay of(NginxHostConfig host, NginxRelayConfig config) {
        var faults = new ArrayList<String>();
        refuse(faults, config.workDirectory(), "work directory");
        refuse(faults, config.binary(), "nginx binary");
        refuse(faults, config.module(), "RTMP module");
        var ingestTls = config.ingestTls();
        if (config.plainIngest() == NginxRelayConfig.PlainIngest.ON) {
            requirePort(faults, "ingest port", config.ingestPort());
        }
        if (ingestTls != null) {
            requirePort(faults, "port for TLS ingest", ingestTls.port());
        }
        if (!config.restartGrace().isZero()) {
            faults.add(
                    "The restart grace of a relay on a relay host is set in NginxHostConfig; leave it out in NginxRelayConfig.");
        }
        if (config.heartbeat().compareTo(NginxRelayConfig.LEAST_HEARTBEAT_WITH_GRACE) < 0) {
            faults.add("The heartbeat is " + config.heartbeat().toMillis() + " ms; expected at least "
                    + NginxRelayConfig.LEAST_HEARTBEAT_WITH_GRACE.toMillis() + " ms on a relay host.");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        return new HostWay(host, config);
    }

    private static void refuse(List<String> faults, @Nullable Path set, String name) {
        if (set != null) {
            faults.add("A " + name + " is set, " + set
                    + ", which is for an nginx on this machine; leave it out for a relay host.");
        }
    }

    private static void requirePort(List<String> faults, String name, int port) {
        if (port <= 1024) {
            faults.add(
                    "The " + name + " is " + port
                            + "; expected 1025 to 65535, as nginx on a relay host is not root and its ports are not looked for.");
        }
    }

    @Override
    public NginxHome enter(NginxHome.Visitor with) {
        return HostHome.enter(host, with);
    }

    @Override
    public Duration grace() {
        return host.restartGrace();
    }

    @Override
    public int nodes() {
        return host.nodes();
    }

    @Override
    public Duration decision() {
        // Of nginx's three seconds, with what the way there and back takes.
        return Duration.ofMillis(1_500);
    }

    @Override
    public void requireRecording() {
        if (host.nodes() > 1) {
            throw new LivemeterException(
                    "relay.recording_nodes",
                    "Streams are to be recorded, and the relay " + host.host() + " is for " + host.nodes()
                            + " nodes at once, which could not tell whose recordings lie there. Leave out recording(...), or set nodes to 1"
                            + " on every relay host and run one node.");
        }
        if (config.recorder().folder() == null) {
            throw new LivemeterException(
                    "relay.recording_folder",
                    "Streams are to be recorded, and the relay " + host.host()
                            + " has no folder on this machine in which its recordings are finished; give it one of its own with recordingFolder(...).");
        }
    }
}
