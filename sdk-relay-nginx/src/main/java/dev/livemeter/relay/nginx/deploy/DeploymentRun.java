package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/** One way through a deployment. For one thread, and once. */
final class DeploymentRun {

    private final RelayHost host;
    private final String version;
    private final Redaction redaction;
    private final DeploymentListener listener;
    private final long began = System.nanoTime();

    DeploymentRun(RelayHost host, String version, Redaction redaction, DeploymentListener listener) {
        this.host = host;
        this.version = version;
        this.redaction = redaction;
        this.listener = listener;
    }

    /** Deploys these files. */
    DeploymentResult bring(RelayConfiguration configuration) {
        try (var connection = SshConnection.open(host)) {
            say("Connected to " + host + ", whose host key is known.");
            var about = AboutHost.ask(connection);
            if (about.active().equals(version) && about.answers().equals(version)) {
                return new DeploymentResult.Unchanged(version);
            }
            try (var files = connection.files()) {
                var checked = checked(connection, files, configuration);
                return checked.result().equals("good") ? activate(connection) : outcome(checked);
            }
        } catch (HostProblem e) {
            return stopped(e);
        }
    }

    /** Deploys what the host still has. */
    DeploymentResult bringBack() {
        try (var connection = SshConnection.open(host)) {
            say("Connected to " + host + ", whose host key is known.");
            var checked = connection.ask("check " + version);
            return checked.result().equals("good") ? activate(connection) : outcome(checked);
        } catch (HostProblem e) {
            return stopped(e);
        }
    }

    /** What nginx says against these files; empty if nothing. */
    String refusal(SshConnection connection, HostFiles files, RelayConfiguration configuration) throws HostProblem {
        var checked = checked(connection, files, configuration);
        files.discard(version);
        return switch (checked.result()) {
            case "good" -> "";
            case "refused" -> words(checked);
            default -> throw new HostProblem(Stage.WORK, outcome(checked).sentence(), "", null);
        };
    }

    private HostAnswer checked(SshConnection connection, HostFiles files, RelayConfiguration configuration)
            throws HostProblem {
        files.upload(configuration, attempt());
        say("Uploaded " + count(configuration.files().size()) + ".");
        var checked = connection.ask("check " + version);
        if (checked.result().equals("altered") || checked.result().equals("missing")) {
            // Something else lay there under this name, half a version after a crash of the host perhaps; or another
            // deployer took it away.
            files.discard(version);
            files.upload(configuration, attempt());
            checked = connection.ask("check " + version);
        }
        if (checked.result().equals("good")) {
            say("nginx on the host takes the configuration.");
        }
        return checked;
    }

    private DeploymentResult activate(SshConnection connection) {
        try {
            var answer = connection.ask("activate " + version);
            if (answer.steps().contains("reloaded")) {
                say("The host told nginx to take it.");
            }
            var result = outcome(answer);
            if (result.inForce()) {
                say("nginx answers with this version.");
            }
            return result;
        } catch (HostProblem e) {
            return e.stage() == Stage.LOST
                    ? new DeploymentResult.Unknown(version, e.sentence())
                    : new DeploymentResult.Failed(version, e.whole());
        }
    }

    private DeploymentResult outcome(HostAnswer answer) {
        return switch (answer.result()) {
            case "deployed" -> new DeploymentResult.Deployed(version, answer.version());
            case "unchanged" -> new DeploymentResult.Unchanged(version);
            case "refused" -> new DeploymentResult.Refused(version, words(answer));
            case "rolled-back" -> new DeploymentResult.RolledBack(version, answer.version());
            case "broken" -> new DeploymentResult.Broken(version, answer.version());
            case "busy" -> new DeploymentResult.Busy(version, answer.rest());
            case "missing" ->
                failed("The host " + host + " does not have version " + version.substring(0, 12)
                        + "; it keeps the last 20 that were in force. Deploy its files.");
            case "altered" ->
                failed("What the host " + host + " has as version " + version.substring(0, 12)
                        + " is not what this version is made of. Deploy its files once more.");
            case "not-running" ->
                failed("The relay does not run on " + host
                        + ", so nothing was changed. Start it there: systemctl start livemeter-relay.");
            case "fault" -> failed(redaction.apply(answer.rest()));
            default ->
                failed("The host " + host + " did not do what it was asked for: "
                        + (answer.errors().isEmpty() ? "it said nothing" : redaction.apply(answer.errors()))
                        + ". Run install.sh on it again, and look with a test of the connection.");
        };
    }

    private DeploymentResult failed(String reason) {
        return new DeploymentResult.Failed(version, reason);
    }

    private DeploymentResult stopped(HostProblem e) {
        return e.stage() == Stage.WORK
                ? new DeploymentResult.Failed(version, e.whole())
                : new DeploymentResult.Unreachable(version, e.whole());
    }

    private String words(HostAnswer answer) {
        return redaction.apply(String.join("; ", answer.nginx()));
    }

    private void say(String sentence) {
        listener.step(sentence, Duration.ofNanos(System.nanoTime() - began));
    }

    private static String count(int files) {
        return files == 1 ? "1 file" : files + " files";
    }

    static String attempt() {
        var bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
