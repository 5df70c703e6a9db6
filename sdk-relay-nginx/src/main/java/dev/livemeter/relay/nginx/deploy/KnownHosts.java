package dev.livemeter.relay.nginx.deploy;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import net.schmizz.sshj.transport.verification.OpenSSHKnownHosts;
import org.jspecify.annotations.Nullable;

/**
 * Lets in only hosts whose key stands in the file of known hosts. There is no trust at first sight: whoever answers in place of the host
 * would get the configuration, with the token in it.
 */
final class KnownHosts implements HostKeyVerifier {

    private final RelayHost host;
    private final OpenSSHKnownHosts file;
    private volatile @Nullable HostProblem refusal;
    private volatile String seen = "";

    private KnownHosts(RelayHost host, OpenSSHKnownHosts file, @Nullable HostProblem refusal) {
        this.host = host;
        this.file = file;
        this.refusal = refusal;
    }

    /** A file that cannot be read lets nobody in. */
    static KnownHosts of(RelayHost host) {
        try (var reader = Files.newBufferedReader(host.knownHosts())) {
            return new KnownHosts(host, new OpenSSHKnownHosts(reader, new QuietLoggers()), null);
        } catch (IOException e) {
            var unreadable = new HostProblem(
                    HostProblem.Stage.HOST_KEY,
                    "The file of known hosts " + host.knownHosts() + " cannot be read.",
                    "Make it, with one line for each relay host; install.sh prints that line on the host.",
                    e);
            return new KnownHosts(host, empty(), unreadable);
        }
    }

    private static OpenSSHKnownHosts empty() {
        try {
            return new OpenSSHKnownHosts(Reader.nullReader(), new QuietLoggers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean verify(String hostname, int port, PublicKey key) {
        var blob = new Buffer.PlainBuffer().putPublicKey(key).getCompactData();
        var type = KeyType.fromKey(key).toString();
        seen = type + " " + fingerprint(blob);
        if (refusal != null) {
            return false;
        }
        if (file.verify(hostname, port, key)) {
            return true;
        }
        var line = (port == 22 ? hostname : "[" + hostname + "]:" + port) + " " + type + " "
                + Base64.getEncoder().encodeToString(blob);
        refusal = file.findExistingAlgorithms(hostname, port).isEmpty() ? unknown(line) : changed();
        return false;
    }

    private HostProblem unknown(String line) {
        return new HostProblem(
                HostProblem.Stage.HOST_KEY,
                "The host key of " + host + " is not known: it showed " + seen + ", and " + host.knownHosts()
                        + " has no line for it.",
                "Compare that with what the host says of itself (on it: ssh-keygen -lf"
                        + " /etc/ssh/ssh_host_ed25519_key.pub). Only if it is the same, add this line: " + line,
                null);
    }

    private HostProblem changed() {
        return new HostProblem(
                HostProblem.Stage.HOST_KEY,
                "The host key of " + host + " is not the one in " + host.knownHosts() + ": it showed " + seen + ".",
                "Either the host was set up anew, or somebody else answers in its place. Ask who runs it, and replace the line only if he"
                        + " confirms that fingerprint.",
                null);
    }

    @Override
    public List<String> findExistingAlgorithms(String hostname, int port) {
        return file.findExistingAlgorithms(hostname, port);
    }

    /** Why the host was not let in; null if it was, or was not looked at. */
    @Nullable
    HostProblem refusal() {
        return refusal;
    }

    /** Type and fingerprint of the key that the host showed. */
    String seen() {
        return seen;
    }

    private static String fingerprint(byte[] blob) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
