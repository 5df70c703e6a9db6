package dev.livemeter.relay.nginx.deploy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks an SSH agent for signatures, so that the private key stays with it. The protocol is that of {@code draft-miller-ssh-agent}, of which two questions are needed. For one thread.
 */
final class SshAgent implements AutoCloseable {

    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte IDENTITIES_ANSWER = 12;
    private static final byte SIGN_REQUEST = 13;
    private static final byte SIGN_RESPONSE = 14;

    /** With RSA, SHA-512 is wanted: hosts take SHA-1 no more. */
    private static final int RSA_SHA2_512 = 4;

    /** As OpenSSH has it. */
    private static final int MOST_BYTES = 256 * 1024;

    private final SocketChannel channel;

    private SshAgent(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects to the agent behind a socket. */
    static SshAgent at(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new SshAgent(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether it has the private half of a key, given as SSH writes public keys. */
    boolean has(byte[] publicKey) throws IOException {
        var answer = ask(REQUEST_IDENTITIES, IDENTITIES_ANSWER, new byte[0]);
        var known = new ArrayList<byte[]>();
        for (var left = answer.getInt(); left > 0; left--) {
            known.add(string(answer));
            string(answer);
        }
        return known.stream().anyMatch(one -> Arrays.equals(one, publicKey));
    }

    /** A signature with that key, as SSH writes signatures. */
    byte[] sign(byte[] publicKey, byte[] data) throws IOException {
        var question = new ByteArrayOutputStream();
        var out = new DataOutputStream(question);
        for (var part : List.of(publicKey, data)) {
            out.writeInt(part.length);
            out.write(part);
        }
        out.writeInt(RSA_SHA2_512);
        return string(ask(SIGN_REQUEST, SIGN_RESPONSE, question.toByteArray()));
    }

    private ByteBuffer ask(byte question, byte expected, byte[] content) throws IOException {
        var message = ByteBuffer.allocate(5 + content.length)
                .putInt(1 + content.length)
                .put(question)
                .put(content)
                .flip();
        while (message.hasRemaining()) {
            channel.write(message);
        }
        var length = read(4).getInt();
        if (length < 1 || length > MOST_BYTES) {
            throw new IOException("the agent's answer makes no sense");
        }
        var answer = read(length);
        if (answer.get() != expected) {
            throw new IOException("the agent refused");
        }
        return answer;
    }

    private ByteBuffer read(int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the agent hung up");
            }
        }
        return buffer.flip();
    }

    private static byte[] string(ByteBuffer from) throws IOException {
        if (from.remaining() < 4) {
            throw new EOFException("the agent's answer is cut off");
        }
        var length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new EOFException("the agent's answer is cut off");
        }
        var bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is not needed any more.
        }
    }
}
