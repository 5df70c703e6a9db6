package dev.livemeter.tools;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.DeploymentResult;
import dev.livemeter.relay.nginx.deploy.HostCheck;
import dev.livemeter.relay.nginx.deploy.RelayConfiguration;
import dev.livemeter.relay.nginx.deploy.RelayDeployment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Looks after a relay host and deploys to it from the command line: {@code bin/relay-host}. */
public final class RelayHostCommand {

    /** Everything was done, and nothing is wrong. */
    static final int RIGHT = 0;

    /** The host is not as it should be, or does not take the configuration. */
    static final int WRONG = 1;

    /** It could not be done: a word that is not known, a host that does not answer. */
    static final int NOT_DONE = 2;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * A command.
     *
     * @param environment where the pass phrase of the key may be
     * @param out what it finds
     * @param err why it could not be done
     */
    RelayHostCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs a command and ends the process with its exit code; see {@code bin/relay-host --help}.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(new RelayHostCommand(System.getenv(), System.out, System.err).run(arguments));
    }

    /** The exit code. */
    int run(String... arguments) {
        try {
            var options = RelayHostOptions.parse(environment, arguments);
            return switch (options.command()) {
                case HELP -> help();
                case TEST -> test(options);
                case DIFF -> diff(options);
                case DEPLOY -> told(relay(options).deploy(read(options.requiredFiles()), this::step));
                case HISTORY -> history(options);
                case ROLLBACK -> told(relay(options).rollBack(options.requiredVersion(), this::step));
            };
        } catch (IllegalArgumentException | LivemeterException e) {
            err.println(e.getMessage());
            return NOT_DONE;
        }
    }

    private static RelayDeployment relay(RelayHostOptions options) {
        return RelayDeployment.to(options.requiredHost());
    }

    private int help() {
        out.println(RelayHostOptions.HELP);
        return RIGHT;
    }

    private int test(RelayHostOptions options) {
        var failed = 0;
        for (var check : relay(options).testConnection()) {
            out.println(word(check.verdict()) + "  " + check.subject() + ": " + check.sentence());
            if (!check.remedy().isEmpty()) {
                out.println("         " + check.remedy());
            }
            if (check.verdict() == HostCheck.Verdict.FAILED) {
                failed++;
            }
        }
        return failed == 0 ? RIGHT : WRONG;
    }

    private static String word(HostCheck.Verdict verdict) {
        return switch (verdict) {
            case OK -> "ok     ";
            case WARNING -> "warning";
            case FAILED -> "failed ";
            case SKIPPED -> "skipped";
        };
    }

    private int diff(RelayHostOptions options) {
        var run = relay(options).dryRun(read(options.requiredFiles()));
        if (run.isUnchanged()) {
            out.println("Version " + run.version() + " is in force already.");
            return RIGHT;
        }
        out.println(run.difference());
        out.println(
                run.isAccepted() ? "nginx takes version " + run.version() + "." : "nginx refuses it: " + run.refusal());
        return run.isAccepted() ? RIGHT : WRONG;
    }

    private int history(RelayHostOptions options) {
        var records = relay(options).history();
        if (records.isEmpty()) {
            out.println("Nothing was deployed to this host yet.");
        }
        for (var record : records) {
            out.println(record.at() + "  " + record.version() + "  "
                    + record.outcome().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + "  by "
                    + record.who());
        }
        return RIGHT;
    }

    private int told(DeploymentResult result) {
        if (result.inForce()) {
            out.println(result.sentence());
            return RIGHT;
        }
        err.println(result.sentence());
        return result instanceof DeploymentResult.Unreachable ? NOT_DONE : WRONG;
    }

    private void step(String sentence, Duration since) {
        out.println(String.format(java.util.Locale.ROOT, "%6d ms  %s", since.toMillis(), sentence));
    }

    private static RelayConfiguration read(Path folder) {
        var files = new TreeMap<String, String>();
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var file : entries) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The configuration in " + folder + " cannot be read: " + e.getMessage() + ".", e);
        }
        return RelayConfiguration.of(files);
    }
}
