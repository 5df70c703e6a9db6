package dev.livemeter.tools;

import dev.livemeter.relay.nginx.deploy.RelayHost;
import dev.livemeter.secret.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param host null for help alone
 * @param files the folder with the configuration
 * @param version to roll back to
 */
record RelayHostOptions(
        Command command,
        @Nullable RelayHost host,
        @Nullable Path files,
        @Nullable String version) {

    enum Command {
        HELP,
        TEST,
        DIFF,
        DEPLOY,
        HISTORY,
        ROLLBACK
    }

    static final String PASSPHRASE = "LIVEMETER_KEY_PASSPHRASE";

    static final String HELP = String.join(
            System.lineSeparator(),
            "Looks after a relay host and deploys to it. The host was made by deploy/relay-host/install.sh.",
            "",
            "Usage: bin/relay-host COMMAND --host HOST --known-hosts FILE --key FILE [options]",
            "",
            "  test                       looks at everything that a deployment needs, step by step",
            "  diff --files FOLDER        what a deployment would change, and whether nginx takes it",
            "  deploy --files FOLDER      puts nginx.conf and all other files of that folder into force, or changes nothing",
            "  history                    who deployed what, the newest first",
            "  rollback --version VERSION puts a version of the history into force again",
            "",
            "  --known-hosts FILE  with the host's key, as OpenSSH has it",
            "  --key FILE          the private key; its pass phrase is read from " + PASSPHRASE,
            "  --agent SOCKET      the SSH agent that has the private key, such as $SSH_AUTH_SOCK; FILE is the public half then",
            "  --port PORT         of the SSH server; 22",
            "  --account NAME      livemeter-deploy",
            "  --help              this text",
            "",
            "Exit code: 0 if everything is right, 1 if the host is not as it should be or does not take the configuration,",
            "2 if it could not be done.");

    private static final Set<String> WAY = Set.of("--host", "--known-hosts", "--key", "--agent", "--port", "--account");

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a sentence about what was given and what is expected
     */
    static RelayHostOptions parse(Map<String, String> environment, String... arguments) {
        var words = new ArrayList<String>();
        var values = new HashMap<String, String>();
        for (var i = 0; i < arguments.length; i++) {
            var argument = arguments[i];
            if (argument.equals("--help") || argument.equals("-h")) {
                return new RelayHostOptions(Command.HELP, null, null, null);
            }
            if (!argument.startsWith("--")) {
                words.add(argument);
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("The option " + argument + " needs a value after it.");
            } else if (values.put(argument, arguments[++i]) != null) {
                throw new IllegalArgumentException("The option " + argument + " is given twice; give it once.");
            }
        }
        var command = command(words);
        var own = switch (command) {
            case DIFF, DEPLOY -> "--files";
            case ROLLBACK -> "--version";
            case HELP, TEST, HISTORY -> "";
        };
        for (var option : values.keySet()) {
            if (!WAY.contains(option) && !option.equals(own)) {
                throw new IllegalArgumentException("The option " + option + " is not known to " + words.get(0)
                        + "; bin/relay-host --help lists the options.");
            }
        }
        if (!own.isEmpty() && !values.containsKey(own)) {
            throw new IllegalArgumentException(
                    own.equals("--files")
                            ? "Which configuration? Give --files FOLDER, with nginx.conf in it."
                            : "Which version? Give --version VERSION, as bin/relay-host history tells it.");
        }
        return new RelayHostOptions(
                command, host(values, environment), path("--files", values.get("--files")), values.get("--version"));
    }

    private static Command command(ArrayList<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(
                    "Say what to do: test, diff, deploy, history or rollback; bin/relay-host --help tells more.");
        }
        if (words.size() > 1) {
            throw new IllegalArgumentException("The word " + words.get(1) + " is one too many for " + words.get(0)
                    + "; bin/relay-host --help shows how it is written.");
        }
        return switch (words.get(0)) {
            case "test" -> Command.TEST;
            case "diff" -> Command.DIFF;
            case "deploy" -> Command.DEPLOY;
            case "history" -> Command.HISTORY;
            case "rollback" -> Command.ROLLBACK;
            default ->
                throw new IllegalArgumentException("The command " + words.get(0)
                        + " is not known; expected test, diff, deploy, history or rollback.");
        };
    }

    private static RelayHost host(Map<String, String> values, Map<String, String> environment) {
        var name = values.get("--host");
        if (name == null) {
            throw new IllegalArgumentException("Which host? Give --host HOST.");
        }
        var builder = RelayHost.at(name);
        var known = path("--known-hosts", values.get("--known-hosts"));
        if (known != null) {
            builder.knownHosts(known);
        }
        var key = path("--key", values.get("--key"));
        var passphrase = environment.get(PASSPHRASE);
        var agent = path("--agent", values.get("--agent"));
        if (key != null && agent != null) {
            builder.agent(agent, key);
        } else if (key != null && passphrase != null) {
            builder.key(key, Secret.of(passphrase));
        } else if (key != null) {
            builder.key(key);
        }
        var port = values.get("--port");
        if (port != null) {
            if (!port.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException(
                        "The option --port was given '" + port + "'; expected a number such as 22.");
            }
            builder.port(Integer.parseInt(port));
        }
        var account = values.get("--account");
        if (account != null) {
            builder.account(account);
        }
        return builder.build();
    }

    RelayHost requiredHost() {
        return required(host);
    }

    Path requiredFiles() {
        return required(files);
    }

    String requiredVersion() {
        return required(version);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("This was looked at when the command line was read.");
        }
        return value;
    }

    private static @Nullable Path path(String option, @Nullable String text) {
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("The option " + option + " was given no name of a file.", e);
        }
    }
}
