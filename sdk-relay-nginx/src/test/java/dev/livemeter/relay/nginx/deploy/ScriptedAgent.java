package dev.livemeter.relay.nginx.deploy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** An SSH agent that answers one connection's questions with the bytes it was told to, and then keeps silent, or hangs up. */
final class ScriptedAgent implements AutoCloseable {

    private final Path socket;
    private final ServerSocketChannel door;
    private final BlockingQueue<SocketChannel> connections = new LinkedBlockingQueue<>();
    private final Thread thread;

    private ScriptedAgent(Path socket, ServerSocketChannel door, List<ByteBuffer> answers, boolean hangsUp) {
        this.socket = socket;
        this.door = door;
        this.thread = new Thread(() -> play(answers, hangsUp), "scripted-agent");
        thread.start();
    }

    static ScriptedAgent silentAfter(Path socket, ByteBuffer... answers) throws IOException {
        return new ScriptedAgent(socket, door(socket), List.of(answers), false);
    }

    static ScriptedAgent hangingUpAfter(Path socket, ByteBuffer... answers) throws IOException {
        return new ScriptedAgent(socket, door(socket), List.of(answers), true);
    }

    private static ServerSocketChannel door(Path socket) throws IOException {
        var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return door.bind(UnixDomainSocketAddress.of(socket));
    }

    /** An answer as agents give it. */
    static ByteBuffer answer(int type, byte[]... strings) {
        var buffer = ByteBuffer.allocate(4096).putInt(0).put((byte) type);
        if (type == 12) {
            buffer.putInt(strings.length / 2);
        }
        for (var string : strings) {
            buffer.putInt(string.length).put(string);
        }
        return buffer.putInt(0, buffer.position() - 4).flip();
    }

    /** Whatever somebody else would say. */
    static ByteBuffer bytes(int... some) {
        var buffer = ByteBuffer.allocate(some.length);
        for (var one : some) {
            buffer.put((byte) one);
        }
        return buffer.flip();
    }

    Path socket() {
        return socket;
    }

    private void play(List<ByteBuffer> answers, boolean hangsUp) {
        try {
            var connection = door.accept();
            connections.add(connection);
            var questions = new DataInputStream(Channels.newInputStream(connection));
            for (var answer : answers) {
                questions.readFully(new byte[questions.readInt()]);
                while (answer.hasRemaining()) {
                    connection.write(answer);
                }
            }
            if (hangsUp) {
                connection.close();
            }
        } catch (IOException goneAlready) {
            // The test is through.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (var connection : connections) {
            connection.close();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
