package dev.livemeter.relay.nginx;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How an {@link NginxRelay} works with a relay host. Immutable and thread-safe; made with {@link #of(RelayHost)}, which tells every fault together.
 *
 * @param host and how to get into it
 * @param owner who the host's nginx belongs to, so that no other application uses it by mistake: 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'. Empty, as by default, for the name that
 *     our key has on the host
 * @param takeOverFrom the owner whose nginx is taken over, with the end of its streams; empty, as by default, for nobody
 * @param restartGrace how long streams go on while the application, or the connection to it, is away; 5 seconds to 10 minutes, 30 seconds by default
 * @param controlPort on the host's loopback, for nginx's controls: the one that {@code install.sh} was given; 18935 by default
 * @param callbackPort on the host's loopback, where this application listens through SSH: the one that {@code install.sh} was given; 18937 by default
 * @param innerPorts the first of 64 ports on the host's loopback that nginx uses for itself; 18940 by default
 * @param nodes how many nodes of this application may work with the host at once, 1 to 3, each on a port of its own from the callback port on: no more than {@code install.sh} was told, and
 *     the same number for all; 1 by default
 */
public record NginxHostConfig(
        RelayHost host,
        String owner,
        String takeOverFrom,
        Duration restartGrace,
        int controlPort,
        int callbackPort,
        int innerPorts,
        int nodes) {

    private static final int MOST_NODES = 3;

    /** Another node takes sessions over when the lease of theirs is over, and their streams must live until then. */
    private static final Duration LEAST_GRACE_OF_SEVERAL = Duration.ofSeconds(30);

    /** How many ports nginx has for itself, from {@link #innerPorts} on. */
    static final int INNER_PORTS = 64;

    static final Pattern OWNER = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");
    private static final int LEAST_PORT = 1024;

    /**
     * Checks every part.
     *
     * @throws ConfigurationException with a sentence for each fault
     */
    public NginxHostConfig {
        var faults = new ArrayList<String>();
        requireOwner(faults, "owner", owner);
        requireOwner(faults, "owner to take over from", takeOverFrom);
        if (restartGrace.compareTo(Duration.ofSeconds(5)) < 0 || restartGrace.compareTo(Duration.ofMinutes(10)) > 0) {
            faults.add("The restart grace is " + restartGrace.toMillis() + " ms; expected 5000 to 600000 ms.");
        }
        if (nodes < 1 || nodes > MOST_NODES) {
            faults.add("The number of nodes is " + nodes + "; expected 1 to " + MOST_NODES + ".");
        } else if (nodes > 1 && restartGrace.compareTo(LEAST_GRACE_OF_SEVERAL) < 0) {
            faults.add("The restart grace is " + restartGrace.toMillis() + " ms; expected at least "
                    + LEAST_GRACE_OF_SEVERAL.toMillis()
                    + " ms with several nodes, as a stream has to live until another node takes it over.");
        }
        requirePort(faults, "control port", controlPort, 1);
        requirePort(faults, "callback port", callbackPort, nodes);
        requirePort(faults, "first inner port", innerPorts, INNER_PORTS);
        if (isAmong(controlPort, callbackPort, nodes)
                || isAmong(controlPort, innerPorts, INNER_PORTS)
                || isAmong(callbackPort, innerPorts, INNER_PORTS)
                || isAmong(innerPorts, callbackPort, nodes)) {
            faults.add("The control port " + controlPort + ", the callback port " + callbackPort
                    + (nodes > 1 ? " with those of " + nodes + " nodes" : "") + " and the "
                    + INNER_PORTS + " inner ports from " + innerPorts + " on overlap; give them different ones.");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** Begins with the defaults for that host. */
    public static Builder of(RelayHost host) {
        return new Builder(host);
    }

    private static boolean isAmong(int port, int first, int count) {
        return port >= first && port < first + count;
    }

    private static void requirePort(List<String> faults, String name, int port, int count) {
        if (port < LEAST_PORT || port > 65535 - count + 1) {
            faults.add("The " + name + " is " + port + "; expected " + LEAST_PORT + " to " + (65535 - count + 1)
                    + ", as nginx on a relay host is not root.");
        }
    }

    private static void requireOwner(List<String> faults, String name, String value) {
        if (!value.isEmpty() && !OWNER.matcher(value).matches()) {
            faults.add("The " + name + " does not fit; expected 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'.");
        }
    }

    /** Collects settings; each has a default. Not thread-safe. */
    public static final class Builder {

        private final RelayHost host;
        private String owner = "";
        private String takeOverFrom = "";
        private Duration restartGrace = Duration.ofSeconds(30);
        private int controlPort = 18935;
        private int callbackPort = 18937;
        private int innerPorts = 18940;
        private int nodes = 1;

        private Builder(RelayHost host) {
            this.host = host;
        }

        /** Who the host's nginx belongs to. Two processes with the same owner are the same application, one after the other. */
        public Builder owner(String name) {
            this.owner = name;
            return this;
        }

        /** The owner whose nginx is taken over; its streams end. To be left out again when it is done. */
        public Builder takeOverFrom(String name) {
            this.takeOverFrom = name;
            return this;
        }

        /** How long streams go on while the application, or the connection to it, is away. */
        public Builder restartGrace(Duration longest) {
            this.restartGrace = longest;
            return this;
        }

        /** The port on the host's loopback for nginx's controls. */
        public Builder controlPort(int port) {
            this.controlPort = port;
            return this;
        }

        /** The port on the host's loopback where this application listens through SSH. */
        public Builder callbackPort(int port) {
            this.callbackPort = port;
            return this;
        }

        /** The first of 64 ports on the host's loopback that nginx uses for itself. */
        public Builder innerPorts(int first) {
            this.innerPorts = first;
            return this;
        }

        /** How many nodes of this application may work with the host at once; the same for all of them. */
        public Builder nodes(int atOnce) {
            this.nodes = atOnce;
            return this;
        }

        /**
         * Checks everything.
         *
         * @throws ConfigurationException with a sentence for each fault
         */
        public NginxHostConfig build() {
            return new NginxHostConfig(
                    host, owner, takeOverFrom, restartGrace, controlPort, callbackPort, innerPorts, nodes);
        }
    }
}
