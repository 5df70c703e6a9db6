package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.forwarded.RemotePortForwarder;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.password.PasswordUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An SSH connection to a relay host, logged in. For one thread. */
final class SshConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SshConnection.class);

    /** More than a host ever answers; whoever sends more is no relay host. */
    private static final int MOST_BYTES = 256 * 1024;

    private static final int CHANNEL_MILLIS = 3_000;
    private static final int PACKET_BYTES = 8 * 1024;
    private static final int WINDOW_BYTES = 256 * 1024;

    private static final String LOOPBACK = "127.0.0.1";

    private final RelayHost host;
    private final SSHClient ssh;
    private final String hostKey;

    private SshConnection(RelayHost host, SSHClient ssh, String hostKey) {
        this.host = host;
        this.ssh = ssh;
        this.hostKey = hostKey;
    }

    /** Connects, verifies who answers, and logs in. */
    static SshConnection open(RelayHost host) throws HostProblem {
        var knownHosts = KnownHosts.of(host);
        var config = new DefaultConfig();
        config.setLoggerFactory(new QuietLoggers());
        var ssh = new SSHClient(config);
        var patience = Math.toIntExact(host.connectTimeout().toMillis());
        ssh.setConnectTimeout(patience);
        ssh.getTransport().setTimeoutMs(patience);
        ssh.getConnection().setTimeoutMs(patience);
        ssh.addHostKeyVerifier(knownHosts);
        try {
            resolve(host);
            connect(host, ssh, knownHosts);
            logIn(host, ssh);
            return new SshConnection(host, ssh, knownHosts.seen());
        } catch (HostProblem e) {
            close(ssh);
            throw e;
        }
    }

    private static void resolve(RelayHost host) throws HostProblem {
        try {
            var ignored = InetAddress.getByName(host.host());
        } catch (UnknownHostException e) {
            throw new HostProblem(
                    Stage.NAME,
                    "The name " + host.host() + " does not resolve to an address.",
                    "Correct the name, or the name server of this machine.",
                    e);
        }
    }

    private static KeyProvider key(RelayHost host, SSHClient ssh) throws HostProblem {
        if (!Files.isReadable(host.keyFile())) {
            throw new HostProblem(
                    Stage.LOGIN,
                    "The key " + host.keyFile() + " is missing or cannot be read.",
                    "Name the private key whose public half install.sh was given.",
                    null);
        }
        var passphrase = host.passphrase();
        try {
            var key = passphrase == null
                    ? ssh.loadKeys(host.keyFile().toString())
                    : ssh.loadKeys(
                            host.keyFile().toString(),
                            PasswordUtils.createOneOff(passphrase.reveal().toCharArray()));
            // Opened now, so that a wrong pass phrase is told as such and not as a refusal by the host.
            var ignored = key.getPrivate();
            return key;
        } catch (IOException | RuntimeException e) {
            throw new HostProblem(
                    Stage.LOGIN,
                    "The key " + host.keyFile() + " cannot be opened"
                            + (passphrase == null
                                    ? " without a pass phrase."
                                    : " with the pass phrase that was given."),
                    "Give its pass phrase, or another key in the format of OpenSSH.",
                    e);
        }
    }

    private static void connect(RelayHost host, SSHClient ssh, KnownHosts knownHosts) throws HostProblem {
        try {
            ssh.connect(host.host(), host.port());
        } catch (ConnectException | SocketTimeoutException e) {
            throw new HostProblem(
                    Stage.CONNECTION,
                    "Nobody answers at " + host.host() + " port " + host.port() + ".",
                    "Is the host up, does sshd run there, and does a firewall let this machine through?",
                    e);
        } catch (IOException e) {
            var refusal = knownHosts.refusal();
            if (refusal != null) {
                throw refusal;
            }
            throw new HostProblem(
                    Stage.CONNECTION,
                    "What answers at " + host.host() + " port " + host.port() + " does not speak SSH as expected: "
                            + reason(e) + ".",
                    "Look at the port, and at the log of sshd on the host.",
                    e);
        }
    }

    private static void logIn(RelayHost host, SSHClient ssh) throws HostProblem {
        var agent = host.agent();
        if (agent == null) {
            var key = key(host, ssh);
            logIn(host, () -> ssh.authPublickey(host.account(), key));
            return;
        }
        try (var signing = SshAgent.at(agent, host.connectTimeout())) {
            var login = login(host, signing);
            try {
                logIn(host, () -> ssh.auth(host.account(), login));
            } catch (HostProblem e) {
                // Another thread may write it still.
                var reason = login.unsigned();
                throw reason == null ? e : unsigned(host, reason, e);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // The latter is how Java tells that a system has no Unix sockets, and with them no agent that could be
            // asked.
            throw new HostProblem(
                    Stage.LOGIN,
                    "No SSH agent answers at " + agent + ": " + reason(e) + ".",
                    "Is it running, and is that what SSH_AUTH_SOCK names?",
                    e);
        }
    }

    private static HostProblem unsigned(RelayHost host, String reason, HostProblem cause) {
        return new HostProblem(
                Stage.LOGIN,
                "The SSH agent at " + host.agent() + " does not sign with the key of " + host.keyFile() + ": " + reason
                        + ".",
                "If it asks for a touch, a PIN or a confirmation, somebody must be there who gives it within "
                        + host.connectTimeout().toSeconds() + " seconds.",
                cause);
    }

    private static AgentLogin login(RelayHost host, SshAgent agent) throws HostProblem, IOException {
        final AgentLogin login;
        try {
            login = AgentLogin.with(agent, host.keyFile());
        } catch (IOException | IllegalArgumentException e) {
            throw new HostProblem(
                    Stage.LOGIN,
                    "The file " + host.keyFile() + " is missing or holds no public key.",
                    "With an SSH agent, name the public half, such as id_ed25519.pub.",
                    e);
        }
        if (!login.isPossible()) {
            throw new HostProblem(
                    Stage.LOGIN,
                    "The SSH agent at " + host.agent() + " does not have the key of " + host.keyFile() + ".",
                    "Give it the private half: ssh-add FILE.",
                    null);
        }
        return login;
    }

    /** Some way to log in. */
    private interface Attempt {

        void make() throws IOException;
    }

    private static void logIn(RelayHost host, Attempt attempt) throws HostProblem {
        try {
            attempt.make();
        } catch (UserAuthException e) {
            throw new HostProblem(
                    Stage.LOGIN,
                    "The host " + host + " does not let " + host.account() + " in with the key " + host.keyFile() + ".",
                    "Give its public half to install.sh on the host (--key FILE --name NAME); an account that is locked, or missing in"
                            + " AllowUsers of sshd_config, looks the same.",
                    e);
        } catch (IOException e) {
            throw lost(host, e);
        }
    }

    /** Type and fingerprint of the host's key. */
    String hostKey() {
        return hostKey;
    }

    RelayHost host() {
        return host;
    }

    /** Has the host do one of the things that its gate knows. */
    HostAnswer ask(String order) throws HostProblem {
        var late = new AtomicBoolean();
        var guard = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(host.answerTimeout().toMillis());
                        late.set(true);
                        close(ssh);
                    } catch (InterruptedException inTime) {
                        Thread.currentThread().interrupt();
                    }
                },
                "livemeter-relay-host-guard");
        guard.setDaemon(true);
        guard.start();
        try (var session = ssh.startSession()) {
            var command = session.exec(order);
            var output = text(command.getInputStream());
            var errors = text(command.getErrorStream());
            command.join(host.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (command.getExitStatus() == null) {
                throw lost(host, null);
            }
            return HostAnswer.parse(output, errors);
        } catch (IOException | RuntimeException e) {
            if (late.get()) {
                throw new HostProblem(
                        Stage.LOST,
                        "The host " + host + " did not answer within "
                                + host.answerTimeout().toSeconds() + " seconds.",
                        "",
                        e);
            }
            throw lost(host, e);
        } finally {
            guard.interrupt();
        }
    }

    /** Whether it is not known to be gone. */
    boolean isUp() {
        return ssh.isConnected();
    }

    /** Has the host begin with something that goes on. To be closed. */
    HostDialogue begin(String order) throws HostProblem {
        try {
            // A channel that is opened while the connection breaks would be waited for.
            ssh.getConnection().setTimeoutMs(CHANNEL_MILLIS);
            // There may be hundreds of channels, each with a buffer of the size of a packet.
            ssh.getConnection().setMaxPacketSize(PACKET_BYTES);
            ssh.getConnection().setWindowSize(WINDOW_BYTES);
            return new HostDialogue(ssh.startSession(), order);
        } catch (IOException | RuntimeException e) {
            throw lost(host, e);
        }
    }

    /**
     * Hears of connections to that port on the host's loopback, each in a thread of its own. sshd lets it go with this connection.
     *
     * @return whether it may
     */
    boolean listen(int port, Consumer<HostStream> visitor) throws HostProblem {
        try {
            var ignored = ssh.getRemotePortForwarder()
                    .bind(new RemotePortForwarder.Forward(LOOPBACK, port), channel -> {
                        channel.confirm();
                        visitor.accept(new HostStream(channel));
                    });
            return true;
        } catch (ConnectionException | TransportException e) {
            if (!ssh.isConnected()) {
                throw lost(host, e);
            }
            return false;
        }
    }

    /** Connects to that port on the host's loopback. */
    HostStream connect(int port) throws IOException {
        if (!ssh.isConnected()) {
            throw new IOException("The connection to the relay host is gone.");
        }
        try {
            return new HostStream(ssh.newDirectConnection(LOOPBACK, port));
        } catch (RuntimeException e) {
            throw new IOException(reason(e), e);
        }
    }

    /** What becomes of a connection to a port on the host. */
    enum Door {
        ANSWERED,
        NOBODY_THERE,
        FORBIDDEN
    }

    /** Tries a port on the host's loopback. */
    Door tryDoor(int port) throws HostProblem {
        try {
            ssh.newDirectConnection(LOOPBACK, port).close();
            return Door.ANSWERED;
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof OpenFailException refused) {
                    return refused.getReason() == OpenFailException.Reason.CONNECT_FAILED
                            ? Door.NOBODY_THERE
                            : Door.FORBIDDEN;
                }
            }
            throw lost(host, e);
        }
    }

    private static String text(InputStream from) throws IOException {
        return new String(from.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    }

    /** A channel for files. To be closed. */
    SFTPClient sftp() throws IOException {
        var sftp = ssh.newSFTPClient();
        sftp.getSFTPEngine().setTimeoutMs(Math.toIntExact(host.connectTimeout().toMillis()));
        return sftp;
    }

    /** The host's files. To be closed. */
    HostFiles files() throws HostProblem {
        try {
            return new HostFiles(host, sftp());
        } catch (IOException | RuntimeException e) {
            if (!ssh.isConnected()) {
                throw lost(host, e);
            }
            throw new HostProblem(
                    Stage.WORK,
                    "The host " + host + " does not take files by SFTP: " + reason(e) + ".",
                    "The sshd_config of the host needs a line 'Subsystem sftp', and the package openssh-sftp-server.",
                    e);
        }
    }

    static HostProblem lost(RelayHost host, @Nullable Exception e) {
        return new HostProblem(
                Stage.LOST, "The connection to " + host + " was lost: " + reason(e) + ".", "Try again.", e);
    }

    static String reason(@Nullable Exception e) {
        if (e == null) {
            return "it ended in the middle of an answer";
        }
        var message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message.strip();
    }

    private static void close(SSHClient ssh) {
        try {
            ssh.disconnect();
            ssh.close();
        } catch (IOException | RuntimeException e) {
            log.debug("A connection was not closed as it should be: {}.", reason(e));
        }
    }

    @Override
    public void close() {
        close(ssh);
    }
}
