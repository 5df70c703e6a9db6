package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.LivemeterException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * Puts configurations into force on a relay host, and looks after it. Each call makes a connection of its own and ends it. Thread-safe: calls from many
 * threads and from many machines wait for each other on the host, for a bounded time. Blocks; interrupting does not stop what the host has begun.
 *
 * <pre>{@code
 * var relay = RelayDeployment.to(RelayHost.at("relay1.example.com").knownHosts(known).key(key).build());
 * var result = relay.deploy(RelayConfiguration.of(Map.of("nginx.conf", text)));
 * System.out.println(result.sentence());
 * }</pre>
 */
public final class RelayDeployment {

    private static final int HISTORY_BYTES = 64 * 1024;

    private final RelayHost host;

    private RelayDeployment(RelayHost host) {
        this.host = host;
    }

    /** Deployments to that host. Does not connect yet. */
    public static RelayDeployment to(RelayHost host) {
        return new RelayDeployment(host);
    }

    /** The same as {@link #deploy(RelayConfiguration, DeploymentListener)}, with nobody listening. */
    public DeploymentResult deploy(RelayConfiguration configuration) {
        return deploy(configuration, DeploymentListener.none());
    }

    /**
     * Brings the files to the host, has nginx check them, puts them into force and has the running nginx prove it; else the last good ones stay or are
     * put back. Streams that are on go on. Safe to repeat: what is in force already is {@link DeploymentResult.Unchanged}.
     *
     * @return one of these, the first that holds: unreachable; unchanged; failed; refused; busy; deployed; rolled back; broken. Unknown where the
     *     connection was lost while the host put it into force
     */
    public DeploymentResult deploy(RelayConfiguration configuration, DeploymentListener listener) {
        return new DeploymentRun(host, configuration.version(), configuration.redaction(), listener)
                .bring(configuration);
    }

    /** The same as {@link #rollBack(String, DeploymentListener)}, with nobody listening. */
    public DeploymentResult rollBack(String version) {
        return rollBack(version, DeploymentListener.none());
    }

    /**
     * Puts a version into force that the host still has; it keeps the last 20. Checked and proven as in a deployment, with the same results. Safe to
     * repeat.
     *
     * @param version as {@link #history()} has it
     * @throws LivemeterException {@code deployment.version}: not 64 hexadecimal digits
     */
    public DeploymentResult rollBack(String version, DeploymentListener listener) {
        requireVersion(version);
        return new DeploymentRun(host, version, new Redaction(List.of()), listener).bringBack();
    }

    /**
     * What a deployment of these files would change, and whether nginx on the host takes them. Nothing in force changes.
     *
     * @throws LivemeterException {@code relay.host_unreachable}, {@code relay.host_failed}; retryable where a connection failed
     */
    public DryRun dryRun(RelayConfiguration configuration) {
        try (var connection = SshConnection.open(host)) {
            var redaction = configuration.redaction();
            var active = AboutHost.ask(connection).active();
            if (active.equals(configuration.version())) {
                return new DryRun(active, active, "", "");
            }
            try (var files = connection.files()) {
                var before = active.isEmpty() ? Collections.<String, String>emptySortedMap() : files.version(active);
                var difference = Difference.between(before, configuration.files(), redaction);
                var run = new DeploymentRun(host, configuration.version(), redaction, DeploymentListener.none());
                return new DryRun(
                        configuration.version(), active, difference, run.refusal(connection, files, configuration));
            }
        } catch (HostProblem e) {
            throw e.toException();
        }
    }

    /**
     * The files of the version in force, by name, without the one that the host adds; none where there is no version.
     *
     * @throws LivemeterException {@code relay.host_unreachable}, {@code relay.host_failed}; retryable where a connection failed
     */
    public SortedMap<String, String> inForce() {
        try (var connection = SshConnection.open(host)) {
            var active = AboutHost.ask(connection).active();
            if (active.isEmpty()) {
                return Collections.emptySortedMap();
            }
            try (var files = connection.files()) {
                return Collections.unmodifiableSortedMap(files.version(active));
            }
        } catch (HostProblem e) {
            throw e.toException();
        }
    }

    /**
     * The files of a version that the host still has, by name, without the one that the host adds.
     *
     * @param version as {@link #history()} has it
     * @throws LivemeterException {@code deployment.version}: not 64 hexadecimal digits; {@code relay.host_unreachable}, {@code relay.host_failed}; retryable where a connection failed
     */
    public SortedMap<String, String> files(String version) {
        requireVersion(version);
        try (var connection = SshConnection.open(host);
                var files = connection.files()) {
            return Collections.unmodifiableSortedMap(files.version(version));
        } catch (HostProblem e) {
            throw e.toException();
        }
    }

    private static void requireVersion(String version) {
        if (!RelayConfiguration.VERSION.matcher(version).matches()) {
            throw new LivemeterException(
                    "deployment.version",
                    "The version that was given is not one: expected 64 hexadecimal digits, as the history has them.");
        }
    }

    /** Looks at everything that a deployment needs, step by step. Changes nothing; never throws for what it finds. */
    public List<HostCheck> testConnection() {
        return new HostChecks(host, java.time.InstantSource.system()).all();
    }

    /**
     * What was deployed to the host, and by whom, the newest first; as the host remembers it, at most some hundreds.
     *
     * @throws LivemeterException {@code relay.host_unreachable}, {@code relay.host_failed}; retryable where a connection failed
     */
    public List<DeploymentRecord> history() {
        try (var connection = SshConnection.open(host);
                var files = connection.files()) {
            return History.parse(files.history(HISTORY_BYTES));
        } catch (HostProblem e) {
            throw e.toException();
        }
    }
}
