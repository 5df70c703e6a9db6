package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A relay host, and how to get into it. Immutable and thread-safe; made with {@link #at(String)}, which tells every fault together.
 *
 * @param host its name or IP address, as it stands in the file of known hosts
 * @param port of its SSH server; 22 by default
 * @param account {@code livemeter-deploy} by default
 * @param knownHosts a file as OpenSSH has it, with the host's key. A host that is not in there is not talked to
 * @param keyFile the private key to log in with
 * @param passphrase of that key; null where it has none
 * @param agent the socket of an SSH agent that has the private key, {@code keyFile} being the public one then; null where the private key is in the file
 * @param folder of Livemeter on the host; {@code /var/lib/livemeter-relay} by default
 * @param connectTimeout how long connecting, logging in and each exchange of files may take, 1 to 60 seconds; 10 by default
 * @param answerTimeout how long the host may take to check or to activate a version, 10 seconds to 10 minutes; 2 minutes by default. It waits for
 *     other deployers and for nginx
 */
public record RelayHost(
        String host,
        int port,
        String account,
        Path knownHosts,
        Path keyFile,
        @Nullable Secret passphrase,
        @Nullable Path agent,
        String folder,
        Duration connectTimeout,
        Duration answerTimeout) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._:-]{0,252})");
    private static final Pattern ACCOUNT = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");
    private static final Pattern FOLDER = Pattern.compile("(/[A-Za-z0-9][A-Za-z0-9._-]*){1,16}");

    /**
     * Checks all of it.
     *
     * @throws ConfigurationException with every fault
     */
    public RelayHost {
        var faults = new ArrayList<String>();
        if (!HOST.matcher(host).matches()) {
            faults.add("The relay host '" + shown(host)
                    + "' is neither a host name nor an IP address; give one such as relay1.example.com.");
        }
        if (port < 1 || port > 65535) {
            faults.add("The SSH port is " + port + "; expected 1 to 65535.");
        }
        if (!ACCOUNT.matcher(account).matches()) {
            faults.add("The account '" + shown(account) + "' does not fit; expected a name such as livemeter-deploy.");
        }
        if (!FOLDER.matcher(folder).matches()) {
            faults.add("The folder '" + shown(folder)
                    + "' does not fit; expected an absolute path such as /var/lib/livemeter-relay.");
        }
        requireBetween(faults, "time to connect", connectTimeout, Duration.ofSeconds(1), Duration.ofSeconds(60));
        requireBetween(faults, "time to answer", answerTimeout, Duration.ofSeconds(10), Duration.ofMinutes(10));
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** Begins with the defaults for the host of that name or address. */
    public static Builder at(String host) {
        return new Builder(host);
    }

    private static void requireBetween(
            List<String> faults, String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            faults.add("The " + name + " is " + value.toMillis() + " ms; expected " + least.toMillis() + " to "
                    + most.toMillis() + " ms.");
        }
    }

    private static String shown(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 60 ? clean : clean.substring(0, 60) + "...";
    }

    /** As people name it: the host, with its port where that is not 22. */
    @Override
    public String toString() {
        return port == 22 ? host : host + ":" + port;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private final String host;
        private int port = 22;
        private String account = "livemeter-deploy";
        private @Nullable Path knownHosts;
        private @Nullable Path keyFile;
        private @Nullable Secret passphrase;
        private @Nullable Path agent;
        private String folder = "/var/lib/livemeter-relay";
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration answerTimeout = Duration.ofMinutes(2);

        private Builder(String host) {
            this.host = host;
        }

        /** The port of the SSH server. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /** The account to log in to. */
        public Builder account(String name) {
            this.account = name;
            return this;
        }

        /** The file of known hosts, as OpenSSH has it. */
        public Builder knownHosts(Path file) {
            this.knownHosts = file;
            return this;
        }

        /** The private key, one without a pass phrase. */
        public Builder key(Path file) {
            this.keyFile = file;
            return this;
        }

        /** The private key, and the pass phrase that opens it. */
        public Builder key(Path file, Secret opensIt) {
            this.keyFile = file;
            this.passphrase = opensIt;
            return this;
        }

        /**
         * The private key stays with an SSH agent.
         *
         * @param socket of the agent, which {@code SSH_AUTH_SOCK} names
         * @param publicKey the file with the public half, such as {@code id_ed25519.pub}
         */
        public Builder agent(Path socket, Path publicKey) {
            this.agent = socket;
            this.keyFile = publicKey;
            return this;
        }

        /** The folder of Livemeter on the host. */
        public Builder folder(String path) {
            this.folder = path;
            return this;
        }

        /** How long connecting, logging in and each exchange of files may take. */
        public Builder connectTimeout(Duration atMost) {
            this.connectTimeout = atMost;
            return this;
        }

        /** How long the host may take to check or to activate a version. */
        public Builder answerTimeout(Duration atMost) {
            this.answerTimeout = atMost;
            return this;
        }

        /**
         * Checks all of it.
         *
         * @throws ConfigurationException with every fault
         */
        public RelayHost build() {
            var faults = new ArrayList<String>();
            if (knownHosts == null) {
                faults.add("No file of known hosts is given for the relay host " + shown(host)
                        + "; give one that holds its key, such as ~/.ssh/known_hosts.");
            }
            if (keyFile == null) {
                faults.add("No key is given for the relay host " + shown(host)
                        + "; give the private key whose public half install.sh was given.");
            }
            if (knownHosts == null || keyFile == null) {
                throw new ConfigurationException(faults);
            }
            return new RelayHost(
                    host, port, account, knownHosts, keyFile, passphrase, agent, folder, connectTimeout, answerTimeout);
        }
    }
}
