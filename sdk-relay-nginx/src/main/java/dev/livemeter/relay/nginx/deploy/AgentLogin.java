package dev.livemeter.relay.nginx.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;
import org.jspecify.annotations.Nullable;

/** Logs in by public key (RFC 4252, 7), with signatures of an agent's. */
final class AgentLogin extends AbstractAuthMethod {

    /** A public key as OpenSSH keeps it in a file: type, key in Base64, remark. */
    private static final Pattern PUBLIC_KEY =
            Pattern.compile("([a-z][a-z0-9.@-]*) ([A-Za-z0-9+/]+={0,2})(?:\\s.*)?", Pattern.DOTALL);

    private final SshAgent agent;
    private final String type;
    private final byte[] key;

    /** Why there is no signature, although the host wants one; null where none was wanted or there is one. */
    private volatile @Nullable String unsigned;

    private AgentLogin(SshAgent agent, String type, byte[] key) {
        super("publickey");
        this.agent = agent;
        this.type = type;
        this.key = key;
    }

    /**
     * With the key whose public half is in that file.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is something else
     */
    static AgentLogin with(SshAgent agent, Path publicKey) throws IOException {
        var text = PUBLIC_KEY.matcher(Files.readString(publicKey));
        if (!text.matches()) {
            throw new IllegalArgumentException("not a public key");
        }
        return new AgentLogin(agent, text.group(1), Base64.getDecoder().decode(text.group(2)));
    }

    /** Whether the agent can sign with that key. */
    boolean isPossible() throws IOException {
        return agent.has(key);
    }

    /** Why the agent did not sign, although the host would have taken the key; null where that is not what went wrong. */
    @Nullable
    String unsigned() {
        return unsigned;
    }

    /** Asks first whether the key would do, so that an agent that wants to be touched is not troubled for nothing. */
    @Override
    protected SSHPacket buildReq() throws UserAuthException {
        return request(false);
    }

    @Override
    public void handle(Message message, SSHPacket packet) throws UserAuthException, TransportException {
        if (message != Message.USERAUTH_60) {
            super.handle(message, packet);
            return;
        }
        var request = request(true);
        var signed = new Buffer.PlainBuffer()
                .putString(params.getTransport().getSessionID())
                .putBuffer(request)
                .getCompactData();
        // The thread that logs in may have waited long enough before the agent has; then this is why.
        unsigned = agent.silence();
        try {
            request.putString(agent.sign(key, signed));
            unsigned = null;
        } catch (IOException e) {
            unsigned = SshConnection.reason(e);
            throw new UserAuthException("The agent did not sign: " + unsigned, e);
        }
        params.getTransport().write(request);
    }

    private SSHPacket request(boolean isSigned) throws UserAuthException {
        return super.buildReq()
                .putBoolean(isSigned)
                .putString(type.equals("ssh-rsa") ? "rsa-sha2-512" : type)
                .putString(key);
    }
}
