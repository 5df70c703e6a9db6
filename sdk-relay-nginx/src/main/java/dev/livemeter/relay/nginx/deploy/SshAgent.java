package dev.livemeter.relay.nginx.deploy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Asks an SSH agent for signatures, so that the private key stays with it. The protocol is that of {@code draft-miller-ssh-agent}, of which two questions are needed. An
 * agent may wait for somebody to touch a token, or hang: all questions together take no longer than they may. For one thread, but {@link #close}, which ends a question of another's.
 */
final class SshAgent implements AutoCloseable {

    private static final byte FAILURE = 5;
    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte IDENTITIES_ANSWER = 12;
    private static final byte SIGN_REQUEST = 13;
    private static final byte SIGN_RESPONSE = 14;

    /** With RSA, SHA-512 is wanted: hosts take SHA-1 no more. */
    private static final int RSA_SHA2_512 = 4;

    /** As OpenSSH has it. */
    private static final int MOST_BYTES = 256 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration within;
    private final long deadline;

    private SshAgent(SocketChannel channel, Selector selector, Duration within) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, 0);
        this.within = within;
        this.deadline = System.nanoTime() + within.toNanos();
    }

    /**
     * Connects to the agent behind a socket.
     *
     * @param within how long the answers to all questions together may take, from now on
     * @throws IOException with a reason that goes on a sentence about the agent
     * @throws UnsupportedOperationException where the system has no Unix sockets
     */
    static SshAgent at(Path socket, Duration within) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            // Such a connection is made at once or not at all.
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                throw new IOException("it takes no more connections");
            }
            return new SshAgent(channel, Selector.open(), within);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether it has the private half of a key, given as SSH writes public keys. */
    boolean has(byte[] publicKey) throws IOException {
        var answer = ask(REQUEST_IDENTITIES, IDENTITIES_ANSWER, new byte[0]);
        var found = false;
        for (var left = number(answer); left > 0; left--) {
            found |= Arrays.equals(string(answer), publicKey);
            string(answer); // a remark
        }
        return found;
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

    /** How it is told that no answer came. */
    String silence() {
        return "it did not answer within " + within.toSeconds() + " s";
    }

    private ByteBuffer ask(byte question, byte expected, byte[] content) throws IOException {
        requireTime();
        var message = ByteBuffer.allocate(5 + content.length)
                .putInt(1 + content.length)
                .put(question)
                .put(content)
                .flip();
        while (message.hasRemaining()) {
            if (channel.write(message) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
        var length = read(4).getInt();
        if (length < 1 || length > MOST_BYTES) {
            throw new IOException("its answer would have " + Integer.toUnsignedString(length) + " bytes; expected 1 to "
                    + MOST_BYTES);
        }
        var answer = read(length);
        var type = answer.get();
        if (type == FAILURE) {
            throw new IOException("it refused");
        }
        if (type != expected) {
            throw new IOException("its answer is of type " + Byte.toUnsignedInt(type) + "; expected " + expected);
        }
        return answer;
    }

    private ByteBuffer read(int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            var more = channel.read(buffer);
            if (more < 0) {
                throw new EOFException("it hung up");
            }
            if (more == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return buffer.flip();
    }

    private long requireTime() throws IOException {
        var left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new IOException(silence());
        }
        return left;
    }

    private void await(int what) throws IOException {
        var left = requireTime();
        try {
            key.interestOps(what);
            selector.select(left);
            selector.selectedKeys().clear();
        } catch (CancelledKeyException | ClosedSelectorException e) {
            throw new IOException("it is not waited for any more", e);
        }
        if (Thread.currentThread().isInterrupted()) {
            // Else select would come back at once, again and again.
            throw new IOException("it is not waited for any more");
        }
    }

    private static int number(ByteBuffer from) throws IOException {
        if (from.remaining() < 4) {
            throw new EOFException("its answer is cut off");
        }
        var number = from.getInt();
        // As the protocol has them, these have no sign; nobody has so many of anything.
        if (number < 0) {
            throw new IOException("its answer counts to " + Integer.toUnsignedString(number));
        }
        return number;
    }

    private static byte[] string(ByteBuffer from) throws IOException {
        var length = number(from);
        if (length > from.remaining()) {
            throw new EOFException("its answer is cut off");
        }
        var bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        try (channel;
                selector) {
            // Both, and whoever waits here is woken.
        } catch (IOException e) {
            // It is not needed any more.
        }
    }
}
